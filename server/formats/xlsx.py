"""Our own XLSX: the columns of our CSV as a workbook."""

from collections.abc import Iterable, Iterator

from game.rules.questions import QuestionDraft
from server.exports.cells import UNPRINTABLE, Table
from server.exports.workbook import as_xlsx
from server.formats import workbooks
from server.formats.items import ImportedItem, Place, Source
from server.formats.rows import CHOICE_COLUMNS, HEADER, cells_of, columns_of, item_of

WIDTHS = {"question": 60, "explanation": 40} | dict.fromkeys(CHOICE_COLUMNS, 24)


def read(source: Source) -> Iterator[ImportedItem]:
    """The rows below the header; raises as `read_table`."""
    return workbooks.read_table(source, columns_of, item_of)


def write(questions: Iterable[QuestionDraft]) -> Iterator[bytes]:
    """The questions with all their fields. No spreadsheet takes any cell for a formula."""
    rows = ([cells.get(name) for name in HEADER] for cells in map(_cells, questions))
    widths = {at: WIDTHS[name] for at, name in enumerate(HEADER) if name in WIDTHS}
    yield as_xlsx([Table("Questions", HEADER, rows, widths)])


def echo(question: QuestionDraft) -> list[ImportedItem]:
    """The item that is read when only this question is written, without making a workbook."""
    return [item_of(Place("row", 2), dict.fromkeys(HEADER, "") | _cells(question))]


def _cells(question: QuestionDraft) -> dict[str, str]:
    return {name: UNPRINTABLE.sub("", cell) for name, cell in cells_of(question).items()}
