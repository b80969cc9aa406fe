"""The error with which a command ends when it cannot do its work."""


class CommandError(Exception):
    """A command cannot do its work; the message is one line for the person who runs it."""
