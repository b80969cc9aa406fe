"""Reads the rows of XLSX workbooks within limits, as texts. Nothing in them is ever evaluated."""

import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import openpyxl
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils import get_column_letter

from game.errors import Invalid
from server.exports.cells import UNPRINTABLE
from server.formats.archives import Archive, open_archive
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
from server.formats.texts import opened

HEADER_ROWS = 30
"""Templates have instructions above the header."""
SHEETS_MAX = 20
COLUMNS_MAX = 64
ROWS_MAX = 1_048_576
WHOLE_BELOW = 1e15  # a float above it has no decimals anyway

MAIN_PART = "xl/workbook.xml"
SHEETS = "xl/worksheets/"
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
FORMULA_MAX_BYTES = 32
"""A tag that is divided between two pieces is found in the end of the first and the second."""
ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005F)_")  # how XLSX writes what XML cannot carry
SURROGATE = re.compile("[\ud800-\udfff]")

CELL_PROBLEMS = {
    "bad_cell": "This cell shows an error, like #REF!. Write what it should be.",
    "formula_without_value": "This formula has no value. Open the file in a spreadsheet, save it.",
}

Columns = Mapping[str, int]
Cells = Mapping[str, str]
FindColumns = Callable[[Sequence[str]], Columns]
"""The columns that a row names as a header; none if it is not the header of this format."""


class Row(NamedTuple):
    """A row, counted from 1; `odd` has the columns of dates, errors and empty formulas."""

    number: int
    texts: list[str]
    odd: dict[int, str]


def read_table(
    source: Source, find_columns: FindColumns, item_of: Callable[[Place, Cells], ImportedItem]
) -> Iterator[ImportedItem]:
    """The items of the first sheet with this header, each with the cells of its problems.

    Raises:
        Invalid: `import_no_header`, or as `sheets`.
    """
    for rows in sheets(source):
        for row in islice(rows, HEADER_ROWS):
            if columns := find_columns(row.texts):
                yield from _items(rows, columns, item_of)
                return
    raise Invalid("import_no_header", "No sheet has a row that names the columns.")


def first_rows(source: Source) -> Iterator[Sequence[str]]:
    """The rows in which a header may be; raises as `sheets`."""
    for rows in sheets(source):
        for row in islice(rows, HEADER_ROWS):
            yield row.texts


def sheets(source: Source) -> Iterator[Iterator[Row]]:
    """The sheets, to be read one after the other.

    Raises:
        Invalid: a code of `archives`, or `import_bad_workbook`.
    """
    with open_archive(source) as archive:
        archive.check()
        has_formulas = _has_formulas(archive)
    with _opened(source, values=True) as book:
        if not has_formulas:
            yield from (_rows(_cells(sheet)) for sheet in book.worksheets[:SHEETS_MAX])
            return
        with _opened(source, values=False) as formulas:
            both = zip(book.worksheets[:SHEETS_MAX], formulas.worksheets, strict=False)
            for sheet, same in both:
                yield _rows(_cells(sheet), _cells(same))


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


def _rows(
    found: Iterator[Sequence[ReadOnlyCell | EmptyCell]],
    formulas: Iterator[Sequence[ReadOnlyCell | EmptyCell]] | None = None,
) -> Iterator[Row]:
    for number, cells in enumerate(found, 1):
        same = next(formulas) if formulas else ()
        texts, odd = [], {}
        for at, cell in enumerate(cells):
            texts.append("" if cell.value is None else _text(cell))
            if cell.data_type == "d":
                odd[at] = "date"
            elif cell.data_type == "e":
                odd[at] = "bad_cell"
        for at, cell in enumerate(same):
            if cell.data_type == "f" and not texts[at]:
                odd[at] = "formula_without_value"
                texts[at] = "="
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield Row(number, texts, odd)


def _text(cell: ReadOnlyCell | EmptyCell) -> str:
    """What the cell shows, if it is not a date."""
    match cell.value:
        case str() as text:
            text = ESCAPED.sub(lambda at: chr(int(at[1], 16)), text[: ITEM_MAX_CHARACTERS + 1])
            shown = SURROGATE.sub("", UNPRINTABLE.sub("", text))
        case int() | float() as number if not isinstance(number, bool):
            shown = _number(number, cell.number_format or "")
        case datetime() as moment if moment.time() == time():
            shown = moment.date().isoformat()
        case other:
            shown = str(other)
    return shown


def _number(number: float, number_format: str) -> str:
    if "%" in number_format:
        return f"{number * 100:.10g}%"
    return str(int(number)) if abs(number) < WHOLE_BELOW and number == int(number) else str(number)


def _cells(
    sheet: Any,  # noqa: ANN401  # the stubs confuse sheets that are only read with others
) -> Iterator[Sequence[ReadOnlyCell | EmptyCell]]:
    """The rows from the first on, also empty ones between others."""
    sheet.reset_dimensions()  # what they say is often wrong
    rows = islice(sheet.iter_rows(max_col=COLUMNS_MAX), ROWS_MAX)
    while True:
        with _guarded():
            row = next(rows, None)
        if row is None:
            return
        yield row


@contextmanager
def _opened(source: Source, *, values: bool) -> Iterator[openpyxl.Workbook]:
    with opened(source) as binary:
        with _guarded():
            book = openpyxl.load_workbook(
                binary, read_only=True, data_only=values, keep_links=False
            )
        try:
            yield book
        finally:
            book.close()


@contextmanager
def _guarded() -> Iterator[None]:
    """Makes one refusal of all that openpyxl raises, and nothing of its warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (Invalid, MemoryError):
        raise
    except Exception as error:  # it raises whatever it stumbles over
        message = "The workbook is damaged. Open it in a spreadsheet and save it again as XLSX."
        raise Invalid("import_bad_workbook", message) from error


def _has_formulas(archive: Archive) -> bool:
    for name in archive.names:
        end = b""
        for piece in archive.pieces(name) if name.startswith(SHEETS) else ():
            if FORMULA.search(end + piece):
                return True
            end = piece[-FORMULA_MAX_BYTES:]
    return False
