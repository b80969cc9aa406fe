"""The error with which the bench ends when it cannot measure."""

from server.errors import CommandError


class BenchError(CommandError):
    """The bench cannot measure; the message is one line."""
