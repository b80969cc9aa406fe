"""Makes files of decks, and tells what they leave out.

Web processes let another process do this, which loads no more than this module.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from game.rules.notes import NoteDraft
from server.formats.decks import anki_writer, decks_json, tables
from server.formats.decks.all import read
from server.formats.decks.items import MEDIA, NOTES_MAX, FiledNote, NoteItem
from server.formats.pictures import sample

DeckFormat = Literal["apkg", "csv", "json"]
PART_CHARACTERS: Final = 4_000_000
"""Of notes in a file that is read again. Larger files are refused."""
NOT_CARRIED: Final = "note"
"""The loss of a whole note."""


class FileKind(NamedTuple):
    extension: str
    media_type: str
    has_pictures: bool
    has_reviews: bool = False


KINDS: Final[Mapping[DeckFormat, FileKind]] = {
    "apkg": FileKind("apkg", "application/octet-stream", has_pictures=True),
    "csv": FileKind("csv", "text/csv", has_pictures=False),
    "json": FileKind("json", "application/octet-stream", has_pictures=True, has_reviews=True),
}


class WrittenDeck(Struct, frozen=True):
    """A deck to be written; its cards count days from `began_at_ms`."""

    title: str
    description: str
    notes: list[FiledNote]
    began_at_ms: int


def deck_file(name: DeckFormat, deck: bytes, pictures: Mapping[str, bytes]) -> bytes:
    """The file of a `WrittenDeck` in MessagePack, with these pictures by their addresses."""
    return _write(name, msgspec.msgpack.decode(deck, type=WrittenDeck), pictures)


def deck_losses(name: DeckFormat, deck: bytes, pictures: Collection[str]) -> list[list[str]]:
    """What each note loses in such a file, found by writing and reading it.

    These are names of fields, or only `note`. `pictures` are the addresses of those that it holds.
    """
    written = msgspec.msgpack.decode(deck, type=WrittenDeck)
    parts = _parts(written.notes)
    return [lost for part in parts for lost in _lost(name, replace(written, notes=part), pictures)]


def _parts(notes: Iterable[FiledNote]) -> Iterator[list[FiledNote]]:
    """The notes in parts that are read again, however many there are."""
    part: list[FiledNote] = []
    characters = 0
    for note in notes:
        part.append(note)
        characters += len(note.draft.front) + len(note.draft.back)
        if len(part) == NOTES_MAX or characters > PART_CHARACTERS:
            yield part
            part, characters = [], 0
    if part:
        yield part


def _lost(name: DeckFormat, deck: WrittenDeck, pictures: Collection[str]) -> Iterator[list[str]]:
    held = set(pictures_of(deck.notes)) & set(pictures) if KINDS[name].has_pictures else set[str]()
    contents = {address: sample(address) for address in held}
    known = {content: address for address, content in contents.items()}
    items = {item.key: item for item in read(_write(name, deck, contents)).items}
    for note in deck.notes:
        yield _losses(note.draft, items.get(note.key), known)


def _write(name: DeckFormat, deck: WrittenDeck, pictures: Mapping[str, bytes]) -> bytes:
    match name:
        case "apkg":
            return anki_writer.write(deck.title, deck.description, deck.notes, pictures)
        case "csv":
            return b"".join(tables.write(deck.notes))
        case "json":
            return b"".join(
                decks_json.write(
                    deck.title, deck.description, deck.notes, pictures, deck.began_at_ms
                )
            )


def _losses(draft: NoteDraft, item: NoteItem | None, known: Mapping[bytes, str]) -> list[str]:
    if item is None or item.draft is None:
        return [NOT_CARRIED]
    own = {picture.address: known.get(picture.content) for picture in item.pictures}
    return list(_differences(_tidied(draft, {}), _tidied(item.draft, own)))


def _differences(before: NoteDraft, after: NoteDraft) -> Iterator[str]:
    for name in NoteDraft.__struct_fields__:
        if getattr(before, name) != getattr(after, name):
            yield name


def _tidied(draft: NoteDraft, addresses: Mapping[str, str | None]) -> NoteDraft:
    """The note without space around its texts, with other addresses for these of its pictures."""
    media = {name: addresses.get(each, each) for name in MEDIA if (each := getattr(draft, name))}
    return replace(
        draft,
        front=draft.front.strip(),
        back=draft.back.strip(),
        hint=(draft.hint or "").strip() or None,
        **media,
    )


def pictures_of(notes: Sequence[FiledNote]) -> list[str]:
    """The addresses of the pictures of these notes, each once."""
    media = (getattr(note.draft, name) for note in notes for name in MEDIA)
    return list(dict.fromkeys(filter(None, media)))
