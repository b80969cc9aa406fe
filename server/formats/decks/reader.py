"""The reader of decks: reads one file from stdin, and writes what is asked for to stdout.

Its argument is `preview`, `deck`, or `pictures` with their addresses in a preview after it. It runs
as a separate process with limited time and memory, because files come from strangers.
"""

import hashlib
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from game.errors import Invalid
from game.rules.notes import NoteDraft
from server.bounded_programs import serve
from server.formats.decks.all import read
from server.formats.decks.items import DeckFile, NoteItem
from server.formats.items import Fate
from server.formats.picture_finder import Found
from server.formats.pictures import Picture
from server.formats.previewer import PROBLEMS_SHOWN, PreviewedFate, Refused

PROCESSOR_SECONDS: Final = 15
MEMORY_MAX_BYTES: Final = 400 * 1024 * 1024


class PreviewedNote(PreviewedFate, frozen=True, kw_only=True):
    """A note of a file. A refused one has a `note`, which can be mended, if it was understood.

    `pictures` came with it. Their addresses stand in the note until they are stored. `cards` and
    `reviews` say how many the file has of it.
    """

    note: NoteDraft | None
    pictures: list[str]
    cards: int
    reviews: int


class DeckPreview(Struct, frozen=True, kw_only=True):
    """All notes of a file. `taken` counts those with a loss, too, and `reviews` what they have.

    A note of Anki with several cards that ask different things comes as several notes.
    """

    title: str | None
    description: str | None
    items: list[PreviewedNote]
    taken: int
    refused: int
    reviews: int


class PreviewedDeck(Struct, frozen=True, tag=True):
    """The `DeckPreview` as JSON, which the server passes on as it is."""

    body: bytes


class ReadDeck(Struct, frozen=True, tag=True):
    """The deck with the addresses of its pictures, and the SHA-256 of each by its address."""

    deck: DeckFile
    digests: dict[str, str]


def answer(content: bytes, asked: Sequence[str]) -> PreviewedDeck | ReadDeck | Found | Refused:
    try:
        deck = read(content)
    except Invalid as error:
        return Refused(error.code, error.message)
    match asked:
        case ["preview"]:
            return PreviewedDeck(msgspec.json.encode(_preview(deck)))
        case ["pictures", *addresses]:
            return Found(_pictures(deck, addresses))
        case _:
            return _without_contents(deck)


def _preview(deck: DeckFile) -> DeckPreview:
    items = [_shown(item) for item in deck.items]
    refused = sum(item.fate is Fate.REFUSED for item in items)
    return DeckPreview(
        title=deck.title,
        description=deck.description,
        items=items,
        taken=len(items) - refused,
        refused=refused,
        reviews=deck.review_count,
    )


def _shown(item: NoteItem) -> PreviewedNote:
    return PreviewedNote(
        line=item.place.number,
        place=item.place.kind,
        fate=item.fate,
        reason=item.problems[0].message if item.problems else None,
        problems=item.problems[:PROBLEMS_SHOWN],
        note=item.draft,
        pictures=[picture.address for picture in item.pictures],
        cards=len(item.cards),
        reviews=item.review_count,
    )


def _pictures(deck: DeckFile, addresses: Collection[str]) -> list[Picture]:
    found = _by_address(deck)
    return [found[address] for address in dict.fromkeys(addresses) if address in found]


def _without_contents(deck: DeckFile) -> ReadDeck:
    digests = {
        address: hashlib.sha256(picture.content).hexdigest()
        for address, picture in _by_address(deck).items()
    }
    items = [
        msgspec.structs.replace(
            item, pictures=tuple(Picture(each.address, b"") for each in item.pictures)
        )
        for item in deck.items
    ]
    return ReadDeck(msgspec.structs.replace(deck, items=items), digests)


def _by_address(deck: DeckFile) -> Mapping[str, Picture]:
    return {
        picture.address: picture
        for item in deck.items
        if item.fate is not Fate.REFUSED
        for picture in item.pictures
    }


def main() -> None:
    asked = sys.argv[1:]
    serve(lambda content: answer(content, asked), PROCESSOR_SECONDS, MEMORY_MAX_BYTES)


if __name__ == "__main__":
    main()
