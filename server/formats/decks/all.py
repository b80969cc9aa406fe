"""The formats of decks, and which of them a file has."""

import hashlib
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

import msgspec

from game.errors import Invalid
from game.rules.notes import NoteDraft
from server.formats.all import HEAD_CHARACTERS, JSON_STARTS
from server.formats.archives import is_archive
from server.formats.decks import anki_packages, decks_json, tables
from server.formats.decks.items import DeckFile, NoteItem, refused
from server.formats.items import BadItemError, Fate, Source
from server.formats.texts import first_bytes, head, is_binary


def read(source: Source) -> DeckFile:
    """The deck in a file, whose format is found by its content. Each note has a key of its own.

    Raises:
        Invalid: the file as a whole cannot be read; its code begins with `import_`.
    """
    deck = _read(source)
    return msgspec.structs.replace(deck, items=list(_with_own_keys(deck.items)))


def _with_own_keys(items: Iterable[NoteItem]) -> Iterator[NoteItem]:
    """The items with keys, of which one is refused if its key was there before."""
    keys = set[str]()
    for item in items:
        if item.draft is None or item.fate is Fate.REFUSED:
            yield item
            continue
        key = item.key or _made_key(item.draft, keys)
        if key in keys:
            error = BadItemError("repeated_key", "The file has this note before.")
            yield refused(item.place, error)
        else:
            keys.add(key)
            yield msgspec.structs.replace(item, key=key)


def _made_key(draft: NoteDraft, keys: AbstractSet[str]) -> str:
    """A key of the front, so that a note may get another back; else of both sides."""
    front = _digest(draft.front, draft.front_media)
    return _digest(front, draft.back, draft.back_media) if front in keys else front


def _digest(*parts: str | None) -> str:
    return hashlib.sha256("\0".join(part or "" for part in parts).encode()).hexdigest()


def _read(source: Source) -> DeckFile:
    start = first_bytes(source, HEAD_CHARACTERS)
    if is_archive(start):
        return anki_packages.read(source)
    if is_binary(start):
        message = "Kuis reads Anki packages, CSV, texts with two columns, and its own JSON."
        raise Invalid("import_unknown_deck_format", message)
    if JSON_STARTS.match(head(source, HEAD_CHARACTERS).lstrip("\ufeff \t\r\n")):
        return decks_json.read(source)
    return tables.read(source)
