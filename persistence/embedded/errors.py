"""What stops an engine, in one line for the person who started it."""


class EngineError(Exception):
    """An embedded engine cannot run; the message is one line that says why and what to do."""
