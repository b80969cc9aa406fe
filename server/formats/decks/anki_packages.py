"""Reads Anki's packages (`.apkg`, `.colpkg`) of all three layouts.

The first two are archives of an SQLite database and media with numbers for names, whose names are
in JSON. In the current one each of them is compressed, and the names are in a message of Protocol
Buffers. It also has a database of the first layout, which only says that Anki is too old for it.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection as AbstractCollection
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Final
from urllib.parse import unquote

import msgspec

from game.errors import Invalid
from game.rules.pictures import UPLOAD_MAX_BYTES
from server.formats.archives import Archive, open_archive
from server.formats.decks import protobuf, zstd
from server.formats.decks.anki_cards import learned, reviews_of
from server.formats.decks.anki_collections import Collection, NoteType, opened_collection, text
from server.formats.decks.anki_notes import AnkiCard, AnkiNote, items_of
from server.formats.decks.databases import Row, Value, broken
from server.formats.decks.items import CARDS_MAX, NOTES_MAX, DeckFile, NoteItem, refused
from server.formats.items import BadItemError, Place, Source
from server.formats.texts import MEGABYTE

LATEST: Final = "collection.anki21b"
OLDER: Final = ("collection.anki21", "collection.anki2")
KNOWN_VERSION: Final = 3
COLLECTION_MAX_BYTES: Final = 64 * MEGABYTE
MEDIA_MAX_BYTES: Final = 4 * MEGABYTE
"""Of the list of their names."""
FIELDS_DIVIDED_BY: Final = "\x1f"
DECK_IN_DECK: Final = "::"
PLACES_MAX: Final = 1_000
NOTE_MAX_BYTES: Final = 256 * 1024


def read(source: Source) -> DeckFile:
    """The notes of a package, with cards and reviews.

    Raises:
        Invalid: the file as a whole cannot be read; its code begins with `import_`.
    """
    with open_archive(source) as archive:
        _check_version(archive)
        database = _database(archive)
        with opened_collection(database) as collection:
            return _deck(collection, _Media(archive))


def _check_version(archive: Archive) -> None:
    if "meta" not in archive:
        return
    try:
        version = protobuf.number(protobuf.fields(archive.read("meta", MEGABYTE))[1])
    except protobuf.BadMessageError:
        raise broken() from None
    if version > KNOWN_VERSION:
        message = "A newer Anki made this file. Export it again with 'Support older Anki versions'."
        raise Invalid("import_newer_anki", message)


def _database(archive: Archive) -> bytes:
    if LATEST in archive:
        return _unpacked(archive.read(LATEST, COLLECTION_MAX_BYTES), COLLECTION_MAX_BYTES)
    for name in OLDER:
        if name in archive:
            return archive.read(name, COLLECTION_MAX_BYTES)
    message = "There is no deck in this archive. Export the deck as an Anki package."
    raise Invalid("import_no_deck", message)


def _unpacked(content: bytes, max_bytes: int) -> bytes:
    try:
        return zstd.unpacked(content, max_bytes)
    except zstd.BadFrameError:
        raise broken() from None


class _Media:
    """The media of a package by their names."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._is_packed = LATEST in archive
        self._files = {name: file for name, file in self._names() if file in archive}
        self._read = dict[str, bytes]()

    def find(self, address: str) -> bytes:
        """The bytes of a picture, or nothing if there is none that can be read."""
        file = self._files.get(_normal(address)) or self._files.get(_normal(unquote(address)))
        if file is None:
            return b""
        if file not in self._read:
            self._read[file] = self._content(file)
        return self._read[file]

    def _content(self, file: str) -> bytes:
        try:
            content = self._archive.read(file, UPLOAD_MAX_BYTES)
            return zstd.unpacked(content, UPLOAD_MAX_BYTES) if self._is_packed else content
        except (zstd.BadFrameError, Invalid):  # also if it is too large for a picture
            return b""

    def _names(self) -> Iterator[tuple[str, str]]:
        if "media" not in self._archive:
            return
        content = self._archive.read("media", MEDIA_MAX_BYTES)
        if self._is_packed:
            yield from _listed(_unpacked(content, MEDIA_MAX_BYTES))
            return
        try:
            names = msgspec.json.decode(content, type=dict[str, str])
        except (msgspec.DecodeError, RecursionError):
            raise broken() from None
        yield from ((_normal(name), file) for file, name in names.items())


def _listed(message: bytes) -> Iterator[tuple[str, str]]:
    try:
        for number, entry in enumerate(protobuf.fields(message)[1]):
            if isinstance(entry, bytes):
                yield _normal(protobuf.text(protobuf.fields(entry)[1])), str(number)
    except protobuf.BadMessageError:
        raise broken() from None


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _deck(collection: Collection, media: _Media) -> DeckFile:
    notes, cards = collection.counts()
    if notes > NOTES_MAX or cards > CARDS_MAX:
        most = f"{NOTES_MAX:,} notes and {CARDS_MAX:,} cards"
        message = f"A file may have {most}. Export the decks one by one."
        raise Invalid("import_too_many_notes", message)
    types = collection.note_types()
    by_note = _cards(collection)
    common = _common({card.deck for cards in by_note.values() for card in cards})
    items: list[NoteItem] = []
    for number, row in enumerate(collection.notes(), 1):
        place = Place("item", number)
        own = by_note.get(row[0], [])
        try:
            note, type_ = _note(place, row, types)
            tags = (*note.tags, *_subdecks(own, common))
            items += items_of(note._replace(tags=tags), type_, own, media.find)
        except BadItemError as error:
            items.append(refused(place, error))
    title = common.replace(DECK_IN_DECK, ": ") or None
    return DeckFile(items=items, title=title, began_at_ms=collection.began_at_ms())


def _cards(collection: Collection) -> defaultdict[Value, list[AnkiCard]]:
    """The cards of each note, without those whose place makes no sense."""
    decks, reviews = collection.decks(), reviews_of(collection)
    found: defaultdict[Value, list[AnkiCard]] = defaultdict(list)
    for id_, note, place, deck, filtered_from, *columns in collection.cards():
        home = filtered_from or deck
        if isinstance(place, int) and 0 <= place < PLACES_MAX:
            own = reviews.get(id_, []) if isinstance(id_, int) else []
            name = decks.get(home, "") if isinstance(home, int) else ""
            found[note].append(AnkiCard(place, name, learned(columns, own)))
    return found


def _note(place: Place, row: Row, types: Mapping[int, NoteType]) -> tuple[AnkiNote, NoteType]:
    _, key, type_id, tags, fields = row
    if not (isinstance(key, bytes) and isinstance(tags, bytes) and isinstance(fields, bytes)):
        raise BadItemError("bad_value", "This note is damaged.")
    if len(fields) > NOTE_MAX_BYTES:
        raise BadItemError("item_too_long", "This item is too long to be a card.")
    type_ = types.get(type_id) if isinstance(type_id, int) else None
    if type_ is None:
        raise BadItemError("no_note_type", "The file lacks the note type of this note.")
    own = text(fields).split(FIELDS_DIVIDED_BY)
    return AnkiNote(place, text(key), own, text(tags).split()), type_


def _common(decks: AbstractCollection[str]) -> str:
    """The name of the deck that all these are or are in, or nothing."""
    paths = [deck.split(DECK_IN_DECK) for deck in decks]
    levels = (level for level in zip(*paths, strict=False))
    return DECK_IN_DECK.join(names[0] for names in takewhile(_is_one, levels))


def _is_one(names: tuple[str, ...]) -> bool:
    return len(set(names)) == 1


def _subdecks(cards: list[AnkiCard], common: str) -> list[str]:
    """The decks in the common one that cards are in, which become tags."""
    inner = {card.deck.removeprefix(common).removeprefix(DECK_IN_DECK) for card in cards}
    return sorted(inner - {""})
