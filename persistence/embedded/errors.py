"""The error that is raised when an embedded engine cannot run."""


class EngineError(Exception):
    """An embedded engine cannot run; the message is one line that says why and what to do."""
