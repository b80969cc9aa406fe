"""Reads the rows of CSV files of strangers."""

import csv
from collections.abc import Iterable, Iterator

from server.formats.effort import Effort
from server.formats.items import ITEM_MAX_CHARACTERS, BadItemError, Source

Row = list[str]


class Lines:
    """Lines for the `csv` module, which are cut if they are too long for an item."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._was_cut = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = piece = next(self._pieces)
        while len(piece) == ITEM_MAX_CHARACTERS and not piece.endswith(("\r", "\n")):
            self._was_cut = True
            piece = next(self._pieces, "")
        return line

    def check(self) -> None:
        """Refuse the row that was just read if a part of it was cut off."""
        was_cut, self._was_cut = self._was_cut, False
        if was_cut:
            raise BadItemError("item_too_long", "This item is too long to be a question.")


def rows_of(lines: Lines, delimiter: str, source: Source) -> Iterator[Row | BadItemError]:
    """Each row, or why it cannot be read. Empty rows come too, so that others can be counted.

    Raises:
        Invalid: `import_too_sparse`.
    """
    found = csv.reader(lines, delimiter=delimiter)
    effort = Effort(source)
    while True:
        effort.spend()
        try:
            row = next(found, None)
            if row is None:
                return
            lines.check()
        except csv.Error:
            message = "This row cannot be read: is a quotation mark missing?"
            yield BadItemError("bad_row", message)
        except BadItemError as error:
            yield error
        else:
            if not is_empty(row):
                effort.found()
            yield row


def is_empty(row: Row) -> bool:
    return not any(map(str.strip, row))
