"""Files: their types and names, and tables as CSV."""

import csv
import io
import re
from urllib.parse import quote

from server.exports.tables import FORMULA, Cell, Table

CSV_TYPE = "text/csv"  # Litestar adds the charset
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"  # tells Excel that it is UTF-8
MAX_FILE_NAME = 80
# Where numbers have commas, Excel takes semicolons for the ends of cells, and then sees no quotes.
CELL_WITHIN = re.compile(rf"([;|\t\r\n])(?={FORMULA})")
NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|%]+')


def as_csv(table: Table) -> bytes:
    """Takes a while for thousands of players: call it in a thread."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow(table.header)
    writer.writerows(map(_harmless_within, row) for row in table.rows)
    return out.getvalue().encode()


def _harmless_within(cell: Cell) -> Cell:
    return CELL_WITHIN.sub(r"\1'", cell) if isinstance(cell, str) else cell


def attachment(title: str, extension: str) -> str:
    """A Content-Disposition that names the file after the title, in any script (RFC 6266, 8187)."""
    name = NOT_IN_FILE_NAMES.sub(" ", title)[:MAX_FILE_NAME].strip(" .") or "results"
    return (
        f'attachment; filename="results.{extension}"; '
        f"filename*=UTF-8''{quote(f'{name}.{extension}', safe='')}"
    )
