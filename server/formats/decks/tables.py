"""Notes as CSV: a header and a note in each row, or only two columns, as other programs write them.

Anki's text files begin with settings like `#separator:tab`.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

from msgspec import Struct

from game.errors import Invalid
from game.rules.notes import NoteDraft
from server.formats.contents import Contents
from server.formats.csv_rows import Lines, Row, is_empty, rows_of
from server.formats.decks.anki_notes import without_media
from server.formats.decks.items import (
    SIDES,
    DeckFile,
    FiledNote,
    NoteItem,
    check_count,
    fitting,
    refused,
    taken,
)
from server.formats.items import BadItemError, Place, Source
from server.formats.rows import YES_AND_NO, harmless, joined, listed, meant
from server.formats.texts import read_lines

BOM: Final = "\ufeff"  # tells Excel that the file is UTF-8
HEADER: Final = (
    "front",
    "back",
    "hint",
    "tags",
    "reversed",
    "front picture",
    "back picture",
    "key",
)
DELIMITERS: Final = ",;\t|"
SEPARATORS: Final[Mapping[str, str]] = {
    "tab": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "colon": ":",
    "space": " ",
    **{delimiter: delimiter for delimiter in DELIMITERS},
}
SETTINGS_MAX: Final = 50
ANKIS_COLUMNS: Final = {
    "tags column": "tags",
    "guid column": "key",
    "deck column": "deck",
    "notetype column": "notetype",
}
PLACE_DIGITS_MAX: Final = 3


class _Layout(Struct):
    """Which column is what, and what is said about all notes."""

    delimiter: str
    columns: dict[str, int]
    has_header: bool = False
    is_html: bool = False
    has_more: bool = False
    title: str | None = None
    tags: list[str] = []


def read(source: Source) -> DeckFile:
    """The notes of a table.

    Raises:
        Invalid: `import_no_columns`, `import_too_sparse`, `import_too_many_notes`.
    """
    pieces = read_lines(source, newline="")
    settings, first = _settings(pieces)
    layout = _layout(settings, first)
    lines = Lines(pieces if layout.has_header else chain([first], pieces))
    items: list[NoteItem] = []
    number = len(settings) + 1 + layout.has_header
    for at, row in enumerate(rows_of(lines, layout.delimiter, source), number):
        if isinstance(row, BadItemError):
            items.append(refused(Place("row", at), row))
        elif not is_empty(row):
            items.append(_item(Place("row", at), layout, row))
        check_count(len(items))
    return DeckFile(items=items, title=layout.title)


def _settings(lines: Iterator[str]) -> tuple[dict[str, str], str]:
    """Anki's settings, and the first line after them."""
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.removeprefix("#").partition(":")
        if not (line.startswith("#") and colon) or len(found) == SETTINGS_MAX:
            return found, line
        found[name.strip().lower()] = value.strip("\r\n")
    return found, ""


def _layout(settings: Mapping[str, str], first: str) -> _Layout:
    separator = settings.get("separator", "").strip().lower()
    delimiter = SEPARATORS.get(separator) or ("\t" if "\t" in first else max(",;", key=first.count))
    header = next(csv.reader([first], delimiter=delimiter), [])
    names = [" ".join(cell.replace("_", " ").lower().split()) for cell in header]
    columns: dict[str, int] = {name: names.index(name) for name in HEADER if name in names}
    if columns.keys() >= set(SIDES):
        return _Layout(delimiter, columns, has_header=True, has_more=len(names) > len(columns))
    if len(header) < len(SIDES):
        message = "The first row must name the columns front and back, or have two cells."
        raise Invalid("import_no_columns", message)
    return _foreign(settings, delimiter, len(header))


def _foreign(settings: Mapping[str, str], delimiter: str, width: int) -> _Layout:
    """Front and back are the first two columns that nothing else is said of."""
    columns: dict[str, int] = {}
    for setting, name in ANKIS_COLUMNS.items():
        place = settings.get(setting, "").strip()
        if place.isdecimal() and len(place) <= PLACE_DIGITS_MAX:
            columns[name] = int(place) - 1
    sides = [at for at in range(width) if at not in columns.values()]
    columns |= dict(zip(SIDES, sides, strict=False))
    return _Layout(
        delimiter,
        columns,
        is_html=settings.get("html", "").strip() == "true",
        has_more=len(sides) > len(SIDES),
        title=settings.get("deck", "").strip().replace("::", ": ") or None,
        tags=settings.get("tags", "").split(),
    )


def _item(place: Place, layout: _Layout, row: Row) -> NoteItem:
    cells = {name: row[at] for name, at in layout.columns.items() if 0 <= at < len(row)}
    if layout.has_header:
        cells = {name: meant(cell).strip() for name, cell in cells.items()}
    contents = Contents()
    try:
        sides = {side: _text(contents, layout, cells.get(side, "")) for side in SIDES}
    except BadItemError as error:
        return refused(place, error)
    lost = contents.lost | ({"columns"} if layout.has_more else set())
    tags = listed(cells.get("tags", "")) if layout.has_header else cells.get("tags", "").split()
    draft = NoteDraft(
        front=sides["front"],
        back=sides["back"],
        hint=cells.get("hint"),
        front_media=cells.get("front picture") or None,
        back_media=cells.get("back picture") or None,
        tags=[*tags, *layout.tags],
        is_reversed=YES_AND_NO.get(cells.get("reversed", "").lower(), False),
    )
    return taken(place, fitting(draft, lost), key=cells.get("key") or None, losses=lost)


def _text(contents: Contents, layout: _Layout, cell: str) -> str:
    if not layout.is_html:
        return contents.plain(cell).text
    return contents.html(without_media(cell, contents.lost)).text


def write(notes: Iterable[FiledNote]) -> Iterator[bytes]:
    """The notes without their schedules. No spreadsheet takes any cell for a formula."""
    yield (BOM + _line(HEADER)).encode()
    for note in notes:
        draft = note.draft
        cells = (
            draft.front,
            draft.back,
            draft.hint or "",
            joined(draft.tags),
            "yes" if draft.is_reversed else "",
            draft.front_media or "",
            draft.back_media or "",
            note.key,
        )
        yield _line(map(harmless, cells)).encode()


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
