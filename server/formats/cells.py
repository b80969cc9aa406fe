"""What the cells of XLSX workbooks show, by the number formats of their styles."""

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache
from typing import Literal, NamedTuple

from server.exports.cells import UNPRINTABLE
from server.formats.effort import Effort
from server.formats.items import ITEM_MAX_CHARACTERS
from server.formats.xml_streams import Target, parsed

WHOLE_BELOW = 1e15  # a float above it has no decimals anyway
DIGITS_MAX = 400
ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005F)_")  # how XLSX writes what XML cannot carry

Look = Literal["plain", "percent", "date", "span"]
Odd = Literal["date", "bad_cell", "formula_without_value"]


class Shown(NamedTuple):
    """What a cell shows; `odd` if it is no plain text or number."""

    text: str
    odd: Odd | None = None


class Styles:
    """The number formats of a workbook by the numbers of styles, read when the first is needed."""

    def __init__(self, pieces: Iterable[bytes], effort: Effort, *, from_1904: bool) -> None:
        self._target = _Formats(effort)
        self._pieces = parsed(pieces, self._target)
        self._from_1904 = from_1904
        self._look = lru_cache(self._find_look)

    def number(self, written: str, style: str) -> Shown:
        """The number as it is shown, or the date."""
        try:
            number = _number(written)
        except ValueError:
            return Shown(written[:DIGITS_MAX], "bad_cell")
        match self._look(style) if style != "0" else "plain":
            case "date" | "span" as look:
                return self._date(number, is_span=look == "span")
            case "percent":
                return Shown(f"{number * 100:.10g}%")
        is_whole = abs(number) < WHOLE_BELOW and number == int(number)
        return Shown(str(int(number)) if is_whole else str(number))

    def _date(self, number: float, *, is_span: bool) -> Shown:
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

        epoch = MAC_EPOCH if self._from_1904 else WINDOWS_EPOCH
        try:
            found = from_excel(number, epoch, timedelta=is_span)
        except (OverflowError, ValueError):
            return Shown("#VALUE!", "bad_cell")
        return Shown(_moment(found), "date")

    def _find_look(self, style: str) -> Look:
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

        for _ in self._pieces:
            pass
        try:
            format_id = self._target.format_ids[int(style)]
        except IndexError:
            return "plain"
        code = str(self._target.codes.get(format_id) or BUILTIN_FORMATS.get(format_id, ""))
        if is_date_format(code):
            return "span" if is_timedelta_format(code) else "date"
        return "percent" if "%" in code else "plain"


def iso_date(written: str) -> Shown:
    """A date that is written as in ISO 8601."""
    from openpyxl.utils.datetime import from_ISO8601

    try:
        return Shown(_moment(from_ISO8601(written)), "date")  # type: ignore[no-untyped-call]  # its stubs
    except ValueError:
        return Shown(written, "bad_cell")


def plain(text: str) -> Shown:
    text = ESCAPED.sub(lambda at: chr(int(at[1], 16)), text[: ITEM_MAX_CHARACTERS + 1])
    return Shown(UNPRINTABLE.sub("", text))


def _number(written: str) -> float:
    if len(written) > DIGITS_MAX:
        raise ValueError
    try:
        return int(written)
    except ValueError:
        number = float(written)
        if not math.isfinite(number):
            raise
        return number


def _moment(found: object) -> str:
    if isinstance(found, datetime) and found.time() == time():
        found = date(found.year, found.month, found.day)
    return str(found)


class _Formats(Target):
    """Collects the codes of number formats, and the format of each style of cells."""

    def __init__(self, effort: Effort) -> None:
        super().__init__(effort)
        self.codes: dict[int, str] = {}
        self.format_ids: list[int] = []
        self._part = ""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if self.depth == 1:
            self._part = name
        elif name == "xf" and self._part == "cellXfs":
            self.format_ids.append(int(attributes.get("numFmtId", "0")))
        elif name == "numFmt" and self._part == "numFmts":
            self.codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")[:DIGITS_MAX]
