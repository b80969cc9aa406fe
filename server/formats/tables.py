"""Our own CSV: a header, and a question in each row."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from game.errors import Invalid
from game.rules.questions import QuestionDraft
from server.formats import rows
from server.formats.effort import Effort
from server.formats.items import (
    ITEM_MAX_CHARACTERS,
    BadItemError,
    ImportedItem,
    Place,
    Source,
    refused,
)
from server.formats.rows import HEADER, REQUIRED, cells_of, item_of
from server.formats.texts import read_lines

BOM = "\ufeff"  # tells Excel that the file is UTF-8
DELIMITERS = ",;\t"


def read(source: Source) -> Iterator[ImportedItem]:
    """The rows below the header. No cell is ever taken for a formula.

    Raises:
        Invalid: `import_no_header`.
    """
    lines = _Lines(read_lines(source, newline=""))
    first = next(lines, "")
    delimiter = delimiter_of(first)
    columns = columns_of(first)
    if not columns:
        message = "The first row must name the columns: at least type and question."
        raise Invalid("import_no_header", message)
    found = csv.reader(lines, delimiter=delimiter)
    effort = Effort(source)
    number = 1
    while True:
        effort.spend()
        number += 1
        place = Place("row", number)
        try:
            row = next(found, None)
            if row is None:
                return
            lines.check()
            if any(map(str.strip, row)):
                effort.found()
                cells = {name: row[at] for name, at in columns.items() if at < len(row)}
                yield item_of(place, dict.fromkeys(REQUIRED, "") | cells)
        except csv.Error:
            message = "This row cannot be read: is a quotation mark missing?"
            yield refused(place, BadItemError("bad_row", message))
        except BadItemError as error:
            yield refused(place, error)


def write(questions: Iterable[QuestionDraft]) -> Iterator[bytes]:
    """The questions with all their fields. No spreadsheet takes any cell for a formula."""
    yield (BOM + _line(HEADER)).encode()
    for question in questions:
        cells = cells_of(question)
        yield _line([cells.get(name, "") for name in HEADER]).encode()


class _Lines:
    """Lines for the `csv` module, which are cut if they are too long for a question."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
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


def columns_of(header: str) -> dict[str, int]:
    """The place of each known column; none if the line is not a header."""
    row = next(csv.reader([header.removeprefix(BOM)], delimiter=delimiter_of(header)), [])
    return rows.columns_of(row)


def delimiter_of(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
