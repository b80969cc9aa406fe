"""Workbooks for tests, and what became of them."""

import io
import re
import zipfile
from collections.abc import Sequence

import pytest
import xlsxwriter

from game.errors import Invalid
from server.formats.all import read
from server.formats.items import ImportedItem

Rows = Sequence[Sequence[object]]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
KAHOOT_HEADER = (
    None,
    "Question - max 120 characters",
    *(f"Answer {number} - max 75 characters" for number in range(1, 5)),
    "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs",  # noqa: RUF001  # as Kahoot has it
    "Correct answer(s) - choose at least one",
)
QUIZIZZ_HEADER = (
    "Question Text",
    "Question Type",
    *(f"Option {number}" for number in range(1, 6)),
    "Correct Answer",
    "Time in seconds",
    "Image Link",
    "Answer explanation",
)

OWN_HEADER = ("type", "question", "choice 1", "choice 2", "correct", "time limit")


def book(*sheets: Rows, shared: bool = True) -> bytes:
    """A workbook of these sheets; texts are shared between cells or in them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": not shared}) as file:
        for rows in sheets:
            sheet = file.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()


def kahoot(*rows: Sequence[object]) -> bytes:
    """Kahoot's template: instructions, the header in row 8, and questions below it."""
    return book([["Quiz template"], *[[]] * 6, KAHOOT_HEADER, *rows])


def quizizz(*rows: Sequence[object]) -> bytes:
    return book([QUIZIZZ_HEADER, *rows])


def with_part(content: bytes, name: str, part: str) -> bytes:
    """The workbook with one of its parts replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in {*old.namelist(), name}:
            new.writestr(each, part if each == name else old.read(each))
    return out.getvalue()


def with_cells(content: bytes, cells: str) -> bytes:
    """The workbook with a second row of this XML in its first sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        sheet = file.read(SHEET).decode()
    second = re.compile(r'(<row r="2".*?>).*?(</row>)')
    return with_part(content, SHEET, second.sub(rf"\g<1>{cells}\g<2>", sheet))


def only(content: bytes) -> ImportedItem:
    (item,) = read(content)
    return item


def refusal(content: bytes, name: str | None = None) -> str:
    with pytest.raises(Invalid) as raised:
        list(read(content, name))
    return raised.value.code


def found(item: ImportedItem) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.cell) for problem in item.problems]
