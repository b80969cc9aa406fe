"""Our own CSV: a header, and a question in each row."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from game.errors import Invalid
from game.rules.questions import QuestionDraft
from server.formats import rows
from server.formats.csv_rows import Lines, is_empty, rows_of
from server.formats.items import BadItemError, ImportedItem, Place, Source, refused
from server.formats.rows import HEADER, REQUIRED, cells_of, item_of
from server.formats.texts import read_lines

BOM = "\ufeff"  # tells Excel that the file is UTF-8
DELIMITERS = ",;\t"


def read(source: Source) -> Iterator[ImportedItem]:
    """The rows below the header. No cell is ever taken for a formula.

    Raises:
        Invalid: `import_no_header`.
    """
    lines = Lines(read_lines(source, newline=""))
    first = next(lines, "")
    delimiter = delimiter_of(first)
    columns = columns_of(first)
    if not columns:
        message = "The first row must name the columns: at least type and question."
        raise Invalid("import_no_header", message)
    for number, row in enumerate(rows_of(lines, delimiter, source), 2):
        place = Place("row", number)
        if isinstance(row, BadItemError):
            yield refused(place, row)
        elif not is_empty(row):
            cells = {name: row[at] for name, at in columns.items() if at < len(row)}
            yield item_of(place, dict.fromkeys(REQUIRED, "") | cells)


def write(questions: Iterable[QuestionDraft]) -> Iterator[bytes]:
    """The questions with all their fields. No spreadsheet takes any cell for a formula."""
    yield (BOM + _line(HEADER)).encode()
    for question in questions:
        cells = cells_of(question)
        yield _line([cells.get(name, "") for name in HEADER]).encode()


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
