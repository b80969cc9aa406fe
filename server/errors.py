"""The error with which a command ends when it cannot do its work."""


class CommandError(Exception):
    """A command cannot do what it was asked for; the message is one line for who runs it."""
