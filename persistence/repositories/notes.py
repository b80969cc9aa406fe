"""Queries of notes. Who may read or change them follows from their deck."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, NotFound
from game.rules.decks import NOTES_MAX
from game.rules.notes import NoteDraft
from persistence.models import Card, Deck, Note
from persistence.repositories import decks, pagination
from persistence.repositories.pagination import Page
from persistence.repositories.viewers import DECKS, Viewer


async def page(session: AsyncSession, deck: Deck, page: int, page_size: int) -> Page[Note]:
    """The notes of a deck, in its order."""
    query = select(Note).where(Note.deck_id == deck.id).order_by(Note.position, Note.id)
    return await pagination.page(session, query, page, page_size, lambda row: row)


async def get(session: AsyncSession, viewer: Viewer, note_id: UUID) -> Note:
    """A note to change, with the lock of its deck; else NotFound `no_such_note`."""
    query = (
        select(Note)
        .join(Deck, Deck.id == Note.deck_id)
        .where(Note.id == note_id, DECKS.editable_by(viewer))
        .with_for_update(of=Deck)
    )
    found = await session.scalar(query)
    if found is None:
        raise NotFound("no_such_note", "There is no such note.")
    return found


async def add(session: AsyncSession, deck: Deck, drafts: Sequence[NoteDraft]) -> Sequence[Note]:
    """Add notes at the end of a deck, whose lock is held, and make cards for its learners.

    Raises:
        Conflict: `deck_full`.
    """
    of_deck = select(func.count(Note.id), func.max(Note.position)).where(Note.deck_id == deck.id)
    count, last = (await session.execute(of_deck)).one()
    if count + len(drafts) > NOTES_MAX:
        raise Conflict("deck_full", f"A deck has at most {NOTES_MAX} notes.")
    first = 0 if last is None else last + 1
    notes = [
        Note(deck_id=deck.id, position=first + place, **msgspec.structs.asdict(draft))
        for place, draft in enumerate(drafts)
    ]
    session.add_all(notes)
    deck.touch()
    await session.flush()
    await decks.make_cards(session, deck.id, note_ids=[note.id for note in notes])
    return notes


async def change(session: AsyncSession, note: Note, changes: Mapping[str, object]) -> None:
    """Change these columns. Cards that a note no longer asks are removed, or kept suspended."""
    was_reversed = note.is_reversed
    for name, value in changes.items():
        setattr(note, name, value)
    await session.flush()
    if note.is_reversed and not was_reversed:
        await _resume_reversed(session, note)
    elif was_reversed and not note.is_reversed:
        await _end_reversed(session, note)


async def remove(session: AsyncSession, note: Note) -> None:
    """Remove a note with the cards of all learners."""
    await session.execute(delete(Note).where(Note.id == note.id))


async def _resume_reversed(session: AsyncSession, note: Note) -> None:
    suspended = Card.note_id == note.id, Card.is_reversed, Card.is_suspended
    await session.execute(
        update(Card).where(*suspended).values(is_suspended=False, version=Card.version + 1)
    )
    await decks.make_cards(session, note.deck_id, note_ids=[note.id])


async def _end_reversed(session: AsyncSession, note: Note) -> None:
    cards = Card.note_id == note.id, Card.is_reversed
    await session.execute(delete(Card).where(*cards, Card.reviews == 0))
    await session.execute(
        update(Card)
        .where(*cards, ~Card.is_suspended)
        .values(is_suspended=True, version=Card.version + 1)
    )
