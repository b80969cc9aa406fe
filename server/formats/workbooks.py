"""Reads tables in XLSX workbooks: a header, and an item in each row below it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import msgspec

from game.errors import Invalid
from server.formats.effort import Effort
from server.formats.items import (
    ITEM_MAX_CHARACTERS,
    BadItemError,
    Fate,
    ImportedItem,
    ItemProblem,
    Place,
    Source,
    loss,
    refused,
)
from server.formats.rows import column_of
from server.formats.sheets import Row, read_sheets

HEADER_ROWS = 30
"""Templates have instructions above the header."""

CELL_PROBLEMS = {
    "bad_cell": "This cell shows an error, like #REF!. Write what it should be.",
    "formula_without_value": "This formula has no value. Open the file in a spreadsheet, save it.",
}

Columns = Mapping[str, int]
Cells = Mapping[str, str]
FindColumns = Callable[[Sequence[str]], Columns]
"""The columns that a row names as a header; none if it is not the header of this format."""


def read_table(
    source: Source, find_columns: FindColumns, item_of: Callable[[Place, Cells], ImportedItem]
) -> Iterator[ImportedItem]:
    """The items of the first sheet with this header, each with the cells of its problems.

    Raises:
        Invalid: `import_no_header`, or as `read_sheets`.
    """
    effort = Effort(source)
    for rows in read_sheets(source, effort):
        for row in islice(rows, HEADER_ROWS):
            if columns := find_columns(row.texts):
                for item in _items(rows, columns, item_of):
                    effort.found()
                    yield item
                return
    raise Invalid("import_no_header", "No sheet has a row that names the columns.")


def first_rows(source: Source) -> Iterator[Sequence[str]]:
    """The rows in which a header may be; raises as `read_sheets`."""
    for rows in read_sheets(source, Effort(source)):
        for row in islice(rows, HEADER_ROWS):
            yield row.texts


def _items(
    rows: Iterator[Row], columns: Columns, item_of: Callable[[Place, Cells], ImportedItem]
) -> Iterator[ImportedItem]:
    for row in rows:
        place = Place("row", row.number)
        cells = {name: row.texts[at] if at < len(row.texts) else "" for name, at in columns.items()}
        if not any(map(str.strip, cells.values())):
            continue
        if sum(map(len, row.texts)) > ITEM_MAX_CHARACTERS:
            message = "This item is too long to be a question."
            yield refused(place, BadItemError("item_too_long", message))
        else:
            yield _with_cells(_with_odd(item_of(place, cells), row, columns), columns)


def _with_odd(item: ImportedItem, row: Row, columns: Columns) -> ImportedItem:
    """The item after a look at the cells that are no plain text or number."""
    odd = {name: row.odd[at] for name, at in columns.items() if at in row.odd}
    bad = [
        ItemProblem(name, code, CELL_PROBLEMS[code])
        for name, code in odd.items()
        if code in CELL_PROBLEMS
    ]
    if bad:
        return msgspec.structs.replace(item, fate=Fate.REFUSED, problems=tuple(bad))
    if odd and item.fate is not Fate.REFUSED:
        dates = [msgspec.structs.replace(loss("date"), path=name) for name in odd]
        problems = (*item.problems, *dates)
        return msgspec.structs.replace(item, fate=Fate.TAKEN_WITH_LOSS, problems=problems)
    return item


def _with_cells(item: ImportedItem, columns: Columns) -> ImportedItem:
    from openpyxl.utils import get_column_letter

    problems = tuple(
        msgspec.structs.replace(problem, cell=f"{get_column_letter(at + 1)}{item.place.number}")
        if problem.path and (at := columns.get(_column_of(problem, item))) is not None
        else problem
        for problem in item.problems
    )
    return msgspec.structs.replace(item, problems=problems) if problems else item


def _column_of(problem: ItemProblem, item: ImportedItem) -> str:
    """Where to mend it: a choice that is missing or too many has a column, as all fields have."""
    if problem.code in {"choices_count", "two_choices"} and item.draft is not None:
        return f"choice {min(len(item.draft.choices) + 1, 3)}"
    return column_of(problem.path)
