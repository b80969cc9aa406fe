"""Writes Anki's packages, in the layout that every Anki reads."""

import html
import io
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import genanki

from server.formats.decks.items import FiledNote
from server.formats.pictures import extension

# Anki finds note types again by these numbers, so they never change.
ONE_WAY_ID: Final = 1_795_320_001
BOTH_WAYS_ID: Final = 1_795_320_002
FIELDS: Final = ("Front", "Back", "Hint")
HINT: Final = "{{#Hint}}<br>{{hint:Hint}}{{/Hint}}"
CSS: Final = ".card { font-family: sans-serif; font-size: 20px; text-align: center; }"
SPACE_AT_AN_EDGE: Final = re.compile(r"(?m)^ | (?= )| $")
NOT_IN_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f]")


def _template(name: str, asked: str, answer: str, hint: str = "") -> dict[str, str]:
    return {
        "name": name,
        "qfmt": f"{{{{{asked}}}}}{hint}",
        "afmt": f"{{{{FrontSide}}}}<hr id=answer>{{{{{answer}}}}}",
    }


FORWARD: Final = _template("Card 1", "Front", "Back", HINT)
BACKWARD: Final = _template("Card 2", "Back", "Front")


def write(
    title: str, description: str, notes: Iterable[FiledNote], pictures: Mapping[str, bytes]
) -> bytes:
    """The deck with these pictures. Schedules and reviews are not written."""
    deck = genanki.Deck(_id_of(title), title, html.escape(description))
    one_way = _model(ONE_WAY_ID, "Kuis", [FORWARD])
    both_ways = _model(BOTH_WAYS_ID, "Kuis (both ways)", [FORWARD, BACKWARD])
    names = {address: _name(address, content) for address, content in pictures.items()}
    for place, note in enumerate(notes):
        draft = note.draft
        fields = [
            _side(draft.front, draft.front_media, names),
            _side(draft.back, draft.back_media, names),
            _html(draft.hint or ""),
        ]
        model = both_ways if draft.is_reversed else one_way
        tags = [_tag(tag) for tag in draft.tags]
        deck.add_note(genanki.Note(model, fields, tags=tags, guid=note.key, due=place))
    out = io.BytesIO()
    with TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in names.values()]
        for file, content in zip(files, pictures.values(), strict=True):
            file.write_bytes(content)
        genanki.Package(deck, [str(file) for file in files]).write_to_file(out)
    return out.getvalue()


def _model(id_: int, name: str, templates: Sequence[dict[str, str]]) -> genanki.Model:
    fields = [{"name": field} for field in FIELDS]
    return genanki.Model(id_, name, fields, [dict(each) for each in templates], css=CSS)


def _id_of(title: str) -> int:
    """The same for the same title: Anki gives decks of one name one place."""
    return 2**31 + zlib.crc32(title.encode())


def _name(address: str, content: bytes) -> str:
    return f"kuis-{address.rpartition('/')[2]}.{extension(content) or 'webp'}"


def _side(text: str, media: str | None, names: Mapping[str, str]) -> str:
    if media is None:
        return _html(text)
    picture = f'<img src="{html.escape(names.get(media, media))}">'
    return f"{_html(text)}<br>{picture}" if text else picture


def _html(text: str) -> str:
    """The text as HTML; spaces that HTML would merge stay."""
    escaped = html.escape(NOT_IN_TEXT.sub("", text), quote=False)
    return SPACE_AT_AN_EDGE.sub("&nbsp;", escaped).replace("\t", "&#9;").replace("\n", "<br>")


def _tag(tag: str) -> str:
    return "_".join(tag.split())
