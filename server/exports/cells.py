"""Tables for spreadsheets, and how no spreadsheet takes any of their cells for a formula."""

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

Cell = str | int | float | None
Row = Sequence[Cell]

# A formula begins with =, +, - or @, also in full width, after any spaces or invisible characters.
FORMULA = r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]"
FORMULA_BEGINS = re.compile(rf"[\t\r\n]|{FORMULA}")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Table(Struct, frozen=True):
    """A table; `widths` are in characters by column, without columns of the usual width."""

    name: str
    header: tuple[str, ...]
    rows: Iterable[Row]
    widths: Mapping[int, int]


def harmless(text: str) -> str:
    """The text, changed so that no spreadsheet takes it for a formula or breaks on it."""
    text = UNPRINTABLE.sub("", text)
    return f"'{text}" if FORMULA_BEGINS.match(text) else text
