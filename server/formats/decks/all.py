"""The formats of decks, and which of them a file has."""

from collections.abc import Iterable, Iterator

import msgspec

from game.errors import Invalid
from server.formats.all import HEAD_CHARACTERS, JSON_STARTS
from server.formats.archives import is_archive, open_archive
from server.formats.decks import anki_packages, decks_json, tables
from server.formats.decks.items import DeckFile, NoteItem, refused
from server.formats.items import BadItemError, Fate, Source
from server.formats.texts import first_bytes, head


def read(source: Source) -> DeckFile:
    """The deck in a file, whose format is found by its content.

    Raises:
        Invalid: the file as a whole cannot be read; its code begins with `import_`.
    """
    deck = _read(source)
    return msgspec.structs.replace(deck, items=list(_each_key_once(deck.items)))


def _each_key_once(items: Iterable[NoteItem]) -> Iterator[NoteItem]:
    """The items, of which one is refused if its key was there before."""
    keys = set[str]()
    for item in items:
        if item.key in keys and item.fate is not Fate.REFUSED:
            error = BadItemError("repeated_key", "Another note before it has the same key.")
            yield refused(item.place, error)
        else:
            yield item
        keys |= {item.key} if item.key else set()


def _read(source: Source) -> DeckFile:
    if is_archive(first_bytes(source, HEAD_CHARACTERS)):
        with open_archive(source) as archive:
            if not anki_packages.is_package(archive.names):
                message = "There is no deck in this archive. Export the deck as an Anki package."
                raise Invalid("import_no_deck", message)
        return anki_packages.read(source)
    if JSON_STARTS.match(head(source, HEAD_CHARACTERS).lstrip("\ufeff \t\r\n")):
        return decks_json.read(source)
    return tables.read(source)
