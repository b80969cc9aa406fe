"""Queries of notes. Who may read or change them follows from their deck."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Uuid,
    any_,
    delete,
    false,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, NotFound
from game.rules.decks import NOTES_MAX
from game.rules.notes import NoteDraft
from persistence.models import NOTE_SEARCH, Card, Deck, DeckSubscription, Note
from persistence.repositories import deck_learners, pagination, search
from persistence.repositories.cards import items
from persistence.repositories.pagination import Page
from persistence.repositories.viewers import DECKS, Viewer

AT_ONCE: Final = 500
_DRAFT: Final = NoteDraft.__struct_fields__


class DeckNote(NamedTuple):
    """A note; its key names it in files."""

    id: UUID
    key: str
    draft: NoteDraft


async def page(
    session: AsyncSession, deck: Deck, typed: str, page: int, page_size: int
) -> Page[Note]:
    """The notes of a deck, in its order; only those with the words that were typed, if any."""
    query = select(Note).where(Note.deck_id == deck.id).order_by(Note.position, Note.id)
    if typed.strip():
        asked = await search.prepare(session, typed)
        query = query.where(false() if asked is None else asked.matches(NOTE_SEARCH))
    return await pagination.page(session, query, page, page_size, lambda row: row)


async def read(
    session: AsyncSession, deck: Deck, *conditions: ColumnElement[bool]
) -> Sequence[DeckNote]:
    """All notes of a deck that meet the conditions, in its order."""
    columns = (Note.id, Note.source_key, *(getattr(Note, name) for name in _DRAFT))
    query = select(*columns).where(Note.deck_id == deck.id, *conditions)
    ordered = query.order_by(Note.position, Note.id)
    found: list[DeckNote] = []
    async for rows in (await session.stream(ordered)).partitions(AT_ONCE):
        for id_, key, *fields in rows:
            draft = NoteDraft(**dict(zip(_DRAFT, fields, strict=True)))
            found.append(DeckNote(id_, key or str(id_), draft))
    return found


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
    first = await next_position(session, deck, len(drafts))
    notes = [
        Note(deck_id=deck.id, position=first + place, **msgspec.structs.asdict(draft))
        for place, draft in enumerate(drafts)
    ]
    session.add_all(notes)
    deck.touch()
    await session.flush()
    await deck_learners.make_cards(session, deck.id, note_ids=[note.id for note in notes])
    return notes


async def next_position(session: AsyncSession, deck: Deck, added: int) -> int:
    """The position of the first of so many more notes; raises Conflict `deck_full`."""
    of_deck = select(func.count(Note.id), func.max(Note.position)).where(Note.deck_id == deck.id)
    count, last = (await session.execute(of_deck)).one()
    if count + added > NOTES_MAX:
        raise Conflict("deck_full", f"A deck has at most {NOTES_MAX:,} notes.")
    return 0 if last is None else last + 1


async def change(session: AsyncSession, note: Note, changes: Mapping[str, object]) -> None:
    """Change these columns of a note, whose deck is locked."""
    was_reversed = note.is_reversed
    for name, value in changes.items():
        setattr(note, name, value)
    await session.flush()
    if note.is_reversed != was_reversed:
        await turn(session, note.deck_id, {note.id: note.is_reversed})


async def remove(session: AsyncSession, note: Note) -> None:
    """Remove a note with the cards of all learners."""
    await items.lock_many(session, Card.note_id == note.id)
    await session.execute(delete(Note).where(Note.id == note.id))


async def turn(session: AsyncSession, deck_id: UUID, turned: Mapping[UUID, bool]) -> None:
    """Give learners of a deck the cards that ask notes from their backs, or take them away.

    By `turned` these notes are asked from their backs now, or not any more. Cards that were
    reviewed are suspended, and go on when they are asked again.
    """
    both_ways = [id_ for id_, is_reversed in turned.items() if is_reversed]
    one_way = [id_ for id_, is_reversed in turned.items() if not is_reversed]
    learners = select(DeckSubscription.user_id).where(DeckSubscription.deck_id == deck_id)
    unlearned = _of(one_way), Card.reviews == 0
    stops = _of(one_way), ~Card.is_suspended
    goes_on = _of(both_ways), Card.is_suspended, Card.user_id.in_(learners)
    stop = {"is_suspended": True, "version": Card.version + 1}
    go_on = {"is_suspended": False, "version": Card.version + 1}
    async for piece in items.locked_pieces(session, _of([*turned]), Card.is_reversed.is_(True)):
        await session.execute(delete(Card).where(piece, *unlearned))
        await session.execute(update(Card).where(piece, *stops).values(stop))
        await session.execute(update(Card).where(piece, *goes_on).values(go_on))
    if both_ways:
        await deck_learners.make_cards(session, deck_id, note_ids=both_ways)


def _of(note_ids: Sequence[UUID]) -> ColumnElement[bool]:
    return Card.note_id == any_(literal(note_ids, ARRAY(Uuid)))
