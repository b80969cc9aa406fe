class BenchError(Exception):
    """The bench cannot measure; the message is one line."""
