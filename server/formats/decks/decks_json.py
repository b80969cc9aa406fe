"""Our own JSON: a deck with all that its notes have, and how far a learner is with their cards."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from game.errors import Invalid
from game.rules.notes import NoteDraft
from server.formats.decks.items import (
    AT_MAX_MS,
    MEDIA,
    DeckFile,
    FiledCard,
    FiledNote,
    NoteItem,
    check_count,
    check_review_count,
    fitting,
    refused,
    taken,
)
from server.formats.items import BadItemError, Place, Source, bad_value
from server.formats.pictures import Picture, extension, from_data_address, picture
from server.formats.texts import read_text

FORMAT: Final = "kuis-deck"
VERSION: Final = 1
NUL: Final = b"\\u0000"
FIELDS: Final = {*NoteDraft.__struct_fields__, "key", "cards"}
CARDS_OF_NOTE_MAX: Final = 2


class _File(Struct):
    notes: list[msgspec.Raw]
    title: str | None = None
    description: str | None = None
    began_at_ms: Annotated[int, Meta(ge=0, lt=AT_MAX_MS)] = 0


def read(source: Source) -> DeckFile:
    """The notes of a file: an object with a list of notes, or only the list.

    Raises:
        Invalid: `import_bad_json`, `import_too_many_notes`, `import_too_many_reviews`.
    """
    file = _file(read_text(source))
    check_count(len(file.notes))
    items = [
        _item(Place("item", number), memoryview(raw).tobytes())
        for number, raw in enumerate(file.notes, 1)
    ]
    check_review_count(sum(len(card.reviews) for item in items for card in item.cards))
    return DeckFile(
        items=items,
        title=file.title,
        description=file.description and file.description.replace("\0", ""),
        began_at_ms=file.began_at_ms,
    )


def _file(text: str) -> _File:
    try:
        if text.lstrip().startswith("["):
            return _File(msgspec.json.decode(text, type=list[msgspec.Raw]))
        return msgspec.json.decode(text, type=_File)
    except (msgspec.DecodeError, RecursionError):
        raise Invalid("import_bad_json", "The file is not JSON with a list of notes.") from None


def _item(place: Place, raw: bytes) -> NoteItem:
    try:
        return _read(place, raw)
    except BadItemError as error:
        return refused(place, error)
    except msgspec.ValidationError as error:
        return refused(place, bad_value(error))
    except (msgspec.DecodeError, RecursionError):
        return refused(place, BadItemError("bad_value", "This is not a note in JSON."))


def _read(place: Place, raw: bytes) -> NoteItem:
    if NUL in raw:
        raise BadItemError("bad_character", "A NUL character cannot be stored.")
    fields = msgspec.json.decode(raw, type=dict[str, Any])  # Any: JSON, checked below
    lost = {"unknown_field"} if fields.keys() - FIELDS else set()
    key = msgspec.convert(fields.pop("key", None), str | None)
    cards = msgspec.convert(fields.pop("cards", ()), tuple[FiledCard, ...])
    pictures = [found for name in MEDIA if (found := _picture(fields, name, lost))]
    filled = {name: value for name, value in fields.items() if value != ""}
    draft = msgspec.convert(filled, NoteDraft)
    return taken(
        place,
        fitting(draft, lost),
        key=key,
        losses=lost,
        pictures=pictures,
        cards=cards[:CARDS_OF_NOTE_MAX],
    )


def _picture(fields: dict[str, Any], name: str, lost: set[str]) -> Picture | None:
    """The picture that is written out in this field, whose address takes its place."""
    address = fields.get(name)
    if not isinstance(address, str) or not address.startswith("data:"):
        return None
    found = picture(from_data_address(address))
    fields[name] = found and found.address
    if found is None:
        lost.add("picture")
    return found


def write(
    title: str,
    description: str,
    notes: Iterable[FiledNote],
    pictures: Mapping[str, bytes],
    began_at_ms: int,
) -> Iterator[bytes]:
    """The deck, with these pictures written out, a note in each line."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "title": title,
        "description": description,
        "began_at_ms": began_at_ms,
    }
    yield msgspec.json.encode(head).removesuffix(b"}") + b',"notes":['
    separator = b"\n"
    for note in notes:
        fields = msgspec.to_builtins(note.draft) | {"key": note.key, "cards": note.cards}
        for name in MEDIA:
            if content := pictures.get(fields[name] or ""):
                kind = extension(content) or "webp"
                fields[name] = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
        yield separator + msgspec.json.encode(
            {name: value for name, value in fields.items() if value not in (None, (), [], False)}
        )
        separator = b",\n"
    yield b"\n]}\n"
