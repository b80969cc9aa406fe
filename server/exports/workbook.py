"""Workbooks (Office Open XML, ECMA-376) of plain tables.

Written by hand for speed: 2,000 players with 30 questions take a second here and eight in openpyxl,
in which the rooms of this process would stutter. The tests read what comes out with openpyxl.
"""

import io
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from server.exports.tables import Cell, Row, Table

USUAL_WIDTH = 14
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
BOLD = 1  # the second of the formats in STYLES

STYLES = (
    f'<styleSheet xmlns="{MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """One sheet a table, its header bold and always in sight. Takes a while: use a thread."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, xml in _frame(tables):
            archive.writestr(name, DECLARATION + xml)
        for number, table in enumerate(tables, 1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as file:
                for part in _sheet(table):
                    file.write(part.encode())
    return out.getvalue()


def _frame(tables: Sequence[Table]) -> Iterator[tuple[str, str]]:
    """Everything but the sheets: what is in the file, and how it hangs together."""
    numbers = range(1, len(tables) + 1)
    parts = [
        ("/xl/workbook.xml", f"{KIND}.sheet.main+xml"),
        ("/xl/styles.xml", f"{KIND}.styles+xml"),
        *((f"/xl/worksheets/sheet{n}.xml", f"{KIND}.worksheet+xml") for n in numbers),
    ]
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts)
        + "</Types>",
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    sheets = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*sheets, ("styles", "styles.xml")])
    yield "xl/styles.xml", STYLES
    named = "".join(
        f'<sheet name={quoteattr(table.name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, table in enumerate(tables, 1)
    )
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{named}</sheets></workbook>',
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{RELATIONS}">{related}</Relationships>'


def _sheet(table: Table) -> Iterator[str]:
    letters = [_letters(column) for column in range(len(table.header))]
    widths = "".join(
        f'<col min="{column + 1}" max="{column + 1}" customWidth="1" '
        f'width="{table.widths.get(column, USUAL_WIDTH)}"/>'
        for column in range(len(table.header))
    )
    yield (
        f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{widths}</cols><sheetData>"
    )
    yield _row(1, table.header, letters, f' s="{BOLD}"')
    for number, row in enumerate(table.rows, 2):
        yield _row(number, row, letters, "")
    yield "</sheetData></worksheet>"


def _row(number: int, row: Row, letters: Sequence[str], style: str) -> str:
    cells = "".join(
        _cell(f'{letter}{number}"{style}', cell)
        for letter, cell in zip(letters, row, strict=True)
        if cell is not None and cell != ""
    )
    return f'<row r="{number}">{cells}</row>'


def _cell(place: str, cell: Cell) -> str:
    """`place` goes up to the end of the attributes that all cells have."""
    if isinstance(cell, str):
        text = escape(cell).replace("\r", "&#13;")
        return f'<c r="{place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{place}><v>{cell!r}</v></c>'


def _letters(column: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        letters = chr(ord("A") + letter) + letters
        column -= 1
    return letters
