"""Reads the sheets of XLSX workbooks row by row, within limits. Nothing in them is evaluated."""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from game.errors import Invalid
from server.formats.archives import Archive, open_archive
from server.formats.cells import Odd, Shown, Styles, iso_date, plain
from server.formats.effort import Effort
from server.formats.items import ITEM_MAX_CHARACTERS, Source
from server.formats.shared_texts import SharedTexts
from server.formats.xml_streams import Target, parsed
from server.formats.xml_trees import Node, read_trees

SHEETS_MAX = 20
COLUMNS_MAX = 64
ROWS_MAX = 1_048_576

FOLDER = "xl"
MAIN_PART = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
DIGITS = "0123456789"
BROKEN_PART = {"import_bad_xml", "import_unsafe_xml", "import_unknown_format"}


class Row(NamedTuple):
    """A row, counted from 1; `odd` has the columns of dates, errors and empty formulas."""

    number: int
    texts: list[str]
    odd: dict[int, Odd]


def read_sheets(source: Source, effort: Effort) -> Iterator[Iterator[Row]]:
    """The first sheets, to be read one after the other. Their rows are those that show something.

    Raises:
        Invalid: a code of `archives`, `import_bad_workbook` or `import_too_sparse`.
    """
    with open_archive(source) as archive:
        with _guarded():
            book = _Book(archive, effort)
        for part in book.sheets[:SHEETS_MAX]:
            yield _rows(book, part)


class _Book:
    """The parts of a workbook."""

    def __init__(self, archive: Archive, effort: Effort) -> None:
        self.archive = archive
        self.effort = effort
        relations = list(self._trees(RELATIONS, "Relationships"))
        parts = {each.attributes.get("Id", ""): each for each in relations}
        self.sheets: list[str] = []
        from_1904 = False
        for node in self._trees(MAIN_PART, "workbook"):
            if node.name == "workbookPr":
                from_1904 = node.attributes.get("date1904", "") in {"1", "true"}
            for sheet in node.children("sheet") if node.name == "sheets" else ():
                part = parts.get(sheet.attributes.get("id", ""))
                if part and _kind(part) == "worksheet" and _path(part) in archive:
                    self.sheets.append(_path(part))
        paths = {_kind(part): _path(part) for part in relations}
        self.shared = SharedTexts(self._pieces(paths.get("sharedStrings")), effort)
        self.styles = Styles(self._pieces(paths.get("styles")), effort, from_1904=from_1904)

    def _trees(self, part: str, root: str) -> Iterator[Node]:
        return read_trees(self._pieces(part), {root}, 1, self.effort)

    def _pieces(self, part: str | None) -> Iterator[bytes]:
        return self.archive.pieces(part) if part is not None and part in self.archive else iter(())


def _kind(part: Node) -> str:
    return part.attributes.get("Type", "").rpartition("/")[2]


def _path(part: Node) -> str:
    return posixpath.normpath(posixpath.join("/", FOLDER, part.attributes.get("Target", "")))[1:]


def _rows(book: _Book, part: str) -> Iterator[Row]:
    sheet = _Sheet(book)
    pieces = parsed(book.archive.pieces(part), sheet)
    while True:
        with _guarded():
            if next(pieces, sheet) is sheet:
                return
        rows, sheet.rows = sheet.rows, []
        yield from rows


class _Sheet(Target):
    """Collects the rows of a sheet."""

    def __init__(self, book: _Book) -> None:
        super().__init__(book.effort)
        self.rows: list[Row] = []
        self._book = book
        self._columns: dict[str, int] = {}
        self._number = 0
        self._texts: list[str] = []
        self._odd: dict[int, Odd] = {}
        self._column = -1
        self._type = self._style = ""
        self._value: list[str] = []
        self._length = 0
        self._is_value = self._is_spoken = self._has_formula = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v" or (name == "t" and not self._is_spoken):
            self._is_value = True
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            self._is_spoken = True
        elif name == "row":
            self._number = int(float(attributes.get("r", self._number + 1)))
            if not 1 <= self._number <= ROWS_MAX:
                raise ValueError
            self._column = -1

    def finish(self, name: str) -> None:
        if name in {"v", "t"}:
            self._is_value = False
        elif name == "c":
            if self._value or self._has_formula:
                self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._is_spoken = False

    def data(self, text: str) -> None:
        if self._is_value and self._length <= ITEM_MAX_CHARACTERS:
            self._value.append(text)
            self._length += len(text)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        self._column = self._place(address.rstrip(DIGITS)) if address else self._column + 1
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._value = []
        self._length = 0
        self._has_formula = False

    def _place(self, letters: str) -> int:
        """The place of a column from 0. Raises ValueError."""
        from openpyxl.utils import column_index_from_string

        if letters not in self._columns:
            self._columns[letters] = column_index_from_string(letters) - 1
        return self._columns[letters]

    def _end_cell(self) -> None:
        at = self._column
        if at >= COLUMNS_MAX:
            return
        shown = self._shown("".join(self._value))
        if not shown.text:
            return
        self._texts += [""] * (at + 1 - len(self._texts))
        self._texts[at] = shown.text
        if shown.odd:
            self._odd[at] = shown.odd

    def _shown(self, value: str) -> Shown:
        if self._has_formula and not value:
            return Shown("=", "formula_without_value")
        match self._type:
            case "s" if not value.startswith("-"):
                shown = plain(self._book.shared[int(value)])
            case "n":
                shown = self._book.styles.number(value, self._style)
            case "b":
                shown = Shown(str(value.strip() in {"1", "true"}))
            case "e":
                shown = Shown(value, "bad_cell")
            case "d":
                shown = iso_date(value)
            case _:
                shown = plain(value)
        return shown

    def _end_row(self) -> None:
        if any(self._texts):
            self.rows.append(Row(self._number, self._texts, self._odd))
        self._texts, self._odd = [], {}


@contextmanager
def _guarded() -> Iterator[None]:
    """Makes one refusal of all that is wrong with the parts of a workbook."""
    try:
        yield
    except (Invalid, LookupError) as error:
        if isinstance(error, Invalid) and error.code not in BROKEN_PART:
            raise
        message = "The workbook is damaged. Open it in a spreadsheet and save it again as XLSX."
        raise Invalid("import_bad_workbook", message) from None
