"""Bounds what is read of a file without finding a question in it."""

from pathlib import Path

from game.errors import Invalid
from server.formats.items import Source

OF_STRANGERS = 200_000
"""Lines or XML elements: some tenths of a second. Thousands of questions need fewer in all."""
OF_OPERATORS = 10_000_000
"""For files that an operator names, in which the last text of a workbook may be needed first."""


class Effort:
    """Counts lines or elements since the last question."""

    def __init__(self, source: Source) -> None:
        self._most = OF_OPERATORS if isinstance(source, Path) else OF_STRANGERS
        self._spent = 0

    def spend(self, units: int = 1) -> None:
        """Count some more. Raises Invalid `import_too_sparse`."""
        self._spent += units
        if self._spent > self._most:
            message = (
                "Far too much in this file belongs to no question. "
                "Remove empty rows, other sheets and the like, and save it again."
            )
            raise Invalid("import_too_sparse", message)

    def found(self) -> None:
        """A question was found."""
        self._spent = 0
