"""Tables as CSV and XLSX. Both take a while for thousands of players: call them in a thread."""

import csv
import io
import re
from collections.abc import Sequence
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from server.exports.tables import Table

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"  # tells Excel that it is UTF-8
USUAL_WIDTH = 14
FILE_NAME_MOST = 80
NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|%]+')


def as_csv(table: Table) -> bytes:
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow(table.header)
    writer.writerows(table.rows)
    return out.getvalue().encode()


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """One sheet a table, its header bold and always in sight."""
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.name)
        sheet.freeze_panes = "A2"
        for column in range(len(table.header)):
            letter = get_column_letter(column + 1)
            sheet.column_dimensions[letter].width = table.widths.get(column, USUAL_WIDTH)
        sheet.append([_bold(sheet, title) for title in table.header])
        for row in table.rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bold(sheet: WriteOnlyWorksheet, title: str) -> Cell:
    cell = WriteOnlyCell(sheet, title)
    cell.font = Font(bold=True)
    return cell


def attachment(title: str, extension: str) -> str:
    """A Content-Disposition that names the file after the title, in any script (RFC 6266, 8187)."""
    name = NOT_IN_FILE_NAMES.sub(" ", title)[:FILE_NAME_MOST].strip(" .") or "results"
    return (
        f'attachment; filename="results.{extension}"; '
        f"filename*=UTF-8''{quote(f'{name}.{extension}', safe='')}"
    )
