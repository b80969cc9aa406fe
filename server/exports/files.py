"""Makes CSV files of tables, and the names of files for download."""

import csv
import io
import re
from urllib.parse import quote

from server.exports.cells import FORMULA, Cell, Table

CSV_TYPE = "text/csv"  # Litestar adds the charset
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"  # tells Excel that the file is UTF-8
MAX_FILE_NAME = 80
# Where numbers have decimal commas, Excel splits cells at semicolons, also within quotes.
# If such a cell begins with quotes, what comes after them counts.
CELL_WITHIN = re.compile(rf"([;|\t\r\n])(?=\"*{FORMULA})")
NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|%]+')


def as_csv(table: Table) -> bytes:
    """A CSV file. It takes a while for thousands of players: call it in a thread."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow(table.header)
    writer.writerows(map(_harmless_within, row) for row in table.rows)
    return out.getvalue().encode()


def _harmless_within(cell: Cell) -> Cell:
    return CELL_WITHIN.sub(r"\1'", cell) if isinstance(cell, str) else cell


def attachment(title: str, extension: str) -> str:
    """A Content-Disposition header with the title as file name, in any script (RFC 6266, 8187)."""
    name = NOT_IN_FILE_NAMES.sub(" ", title)[:MAX_FILE_NAME].strip(" .") or "results"
    return (
        f'attachment; filename="results.{extension}"; '
        f"filename*=UTF-8''{quote(f'{name}.{extension}', safe='')}"
    )
