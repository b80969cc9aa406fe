"""Imports of decks: notes with their pictures, and reviews that were made in other programs."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec
from msgspec.msgpack import Decoder
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Invalid
from game.rules.notes import NoteDraft, problems
from game.rules.pictures import address
from persistence.database import SessionFactory
from persistence.models import Deck
from persistence.repositories import deck_imports, deck_learners, pictures
from persistence.repositories.deck_imports import KeyedNote, StoredNotes
from persistence.repositories.notes import DeckNote
from server import bounded_programs
from server.actions import storing
from server.actions.imports import PICTURES_MAX, outcome
from server.actions.pictures import PictureUploader
from server.actions.question_files import store_picture
from server.formats.decks.items import NoteItem
from server.formats.decks.reader import PreviewedDeck, ReadDeck
from server.formats.items import Fate
from server.formats.picture_finder import Found
from server.formats.pictures import Picture
from server.formats.previewer import Refused
from server.limits import Limits

READER: Final = bounded_programs.program("server.formats.decks.reader")
_previews: Decoder[PreviewedDeck | Refused] = Decoder(PreviewedDeck | Refused)
_decks: Decoder[ReadDeck | Refused] = Decoder(ReadDeck | Refused)
_findings: Decoder[Found | Refused] = Decoder(Found | Refused)

Addresses = Mapping[str, str | None]
"""For the addresses of pictures in a file those that they have here; None if one is lost."""


async def preview_deck(content: bytes) -> bytes:
    """The notes of a file as JSON (`DeckPreview`).

    Raises:
        Invalid: the file as a whole cannot be read; its code begins with `import_`.
    """
    return (await outcome((*READER, "preview"), content, _previews)).body


async def read_deck(content: bytes) -> ReadDeck:
    """The deck in a file, with pictures by their addresses only; raises as `preview_deck`."""
    return await outcome((*READER, "deck"), content, _decks)


async def find_deck_pictures(content: bytes, addresses: Collection[str]) -> list[Picture]:
    """Those pictures of a file that have these addresses; raises as `preview_deck`."""
    command = (*READER, "pictures", *addresses)
    return (await outcome(command, content, _findings)).pictures


async def known_pictures(
    session_factory: SessionFactory, owner_id: UUID, digests: Mapping[str, str]
) -> Addresses:
    """Those of the pictures with these digests by address that the owner has stored before."""
    async with session_factory.begin() as db:
        ids = await pictures.by_digests(db, owner_id, digests.values())
    return {own: address(ids[digest]) for own, digest in digests.items() if digest in ids}


async def find_new_pictures(
    content: bytes, digests: Collection[str], known: Collection[str]
) -> list[Picture]:
    """The pictures of a file that are not known.

    Raises:
        Invalid: `import_too_many_pictures`.
    """
    new = set(digests) - set(known)
    if len(new) > PICTURES_MAX:
        message = f"The file has more than {PICTURES_MAX} pictures. Store them with a preview."
        raise Invalid("import_too_many_pictures", message)
    return await find_deck_pictures(content, new) if new else []


async def store_new_pictures(
    uploader: PictureUploader, owner_id: UUID, new: Iterable[Picture]
) -> Addresses:
    """Raises as `store_picture`."""
    return {each.address: (await store_picture(uploader, owner_id, each)).uploaded for each in new}


def with_addresses(items: Iterable[NoteItem], addresses: Addresses) -> Iterator[NoteItem]:
    """The items that are taken, with the addresses that their pictures have here.

    One is left out if it is nothing without a picture that is lost.
    """
    for item in items:
        if item.draft is None or item.key is None or item.fate is Fate.REFUSED:
            continue
        own = {picture.address: addresses.get(picture.address) for picture in item.pictures}
        draft = _with_media(item.draft, own) if own else item.draft
        if all(own.values()) or not problems(draft):  # the reader has looked for others
            yield msgspec.structs.replace(item, draft=draft)


def _with_media(draft: NoteDraft, addresses: Addresses) -> NoteDraft:
    front, back = draft.front_media, draft.back_media
    return msgspec.structs.replace(
        draft,
        front_media=addresses.get(front, front) if front else None,
        back_media=addresses.get(back, back) if back else None,
    )


async def store_notes(
    db: AsyncSession, limits: Limits, deck: Deck, items: Sequence[NoteItem]
) -> StoredNotes:
    """Store the notes in a deck, whose lock is held.

    Raises:
        Conflict: `deck_full`.
        RateLimited: the owner has stored too much.
    """
    notes = [KeyedNote(item.key, item.draft) for item in items if item.key and item.draft]
    known = await deck_imports.known(db, deck, [note.key for note in notes])
    size = _size(notes, known, await deck_learners.count(db, deck.id))
    async with storing.counted(limits, deck.owner_id, size):
        return await deck_imports.store_notes(db, deck, notes, known)


def _size(notes: Iterable[KeyedNote], known: Mapping[str, DeckNote], learners: int) -> int:
    """The bytes of notes that are new or changed, with the cards that so many learners get."""
    with_cards, changed = list[NoteDraft](), list[NoteDraft]()
    for key, draft in notes:
        old = known[key].draft if key in known else None
        if old is None or (draft.is_reversed and not old.is_reversed):
            with_cards.append(draft)
        elif draft != old:
            changed.append(draft)
    return storing.size_of_notes(with_cards, learners) + storing.size_of_notes(changed)
