"""Stores the notes of files in decks, and reviews that were made in other programs."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Text, cast, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.rules.cards import RATINGS
from game.rules.notes import NoteDraft
from persistence.models import Card, CardReview, Deck, Note, ReviewDay
from persistence.repositories import deck_learners
from persistence.repositories import notes as deck_notes
from persistence.repositories.cards.grades import COUNTERS, counts_of
from persistence.repositories.notes import DeckNote

AT_ONCE: Final = 500
"""Rows in a statement: each takes the event loop some milliseconds."""
T = TypeVar("T")


class KeyedNote(NamedTuple):
    """A note of a file, and what it is called there."""

    key: str
    draft: NoteDraft


class StoredNotes(NamedTuple):
    """The notes by their keys, and how many are new or were changed."""

    ids: Mapping[str, UUID]
    added: int
    changed: int


class UnlearnedCard(NamedTuple):
    """A learner's card that was never reviewed."""

    id: UUID
    note_id: UUID
    is_reversed: bool
    version: int


class LearnedCard(NamedTuple):
    """A card with the rows of its log and the columns that they lead to."""

    id: UUID
    version: int
    log: Sequence[Mapping[str, Any]]
    columns: Mapping[str, Any]


async def known(session: AsyncSession, deck: Deck, keys: Collection[str]) -> Mapping[str, DeckNote]:
    """The notes of a deck, whose lock is held, by these keys. A key may also be a note's id."""
    await _adopt(session, deck, keys)
    return await _existing(session, deck, keys)


async def store_notes(
    session: AsyncSession, deck: Deck, notes: Sequence[KeyedNote], found: Mapping[str, DeckNote]
) -> StoredNotes:
    """Add notes to a deck, whose lock is held, and change those that are `known`.

    All who learn the deck get cards for new notes.

    Raises:
        Conflict: `deck_full`.
    """
    drafts = {note.key: note.draft for note in notes}
    changes = [(note, drafts[key]) for key, note in found.items() if note.draft != drafts[key]]
    await _change(session, deck, changes)
    added = await _add(session, deck, [note for note in notes if note.key not in found])
    ids = {**added, **{key: note.id for key, note in found.items()}}
    return StoredNotes(ids, len(added), len(changes))


async def _adopt(session: AsyncSession, deck: Deck, keys: Collection[str]) -> None:
    """Let notes that were written here be found by their ids, which are their keys in files."""
    of_deck = Note.deck_id == deck.id, Note.source_key.is_(None)
    for part in _parts(list(keys)):
        await session.execute(
            update(Note)
            .where(*of_deck, cast(Note.id, Text).in_(part))
            .values(source_key=cast(Note.id, Text))
        )


async def _existing(
    session: AsyncSession, deck: Deck, keys: Collection[str]
) -> Mapping[str, DeckNote]:
    found: dict[str, DeckNote] = {}
    for part in _parts(list(keys)):
        with_keys = await deck_notes.read(session, deck, Note.source_key.in_(part))
        found |= {note.key: note for note in with_keys}
    return found


async def _change(
    session: AsyncSession, deck: Deck, changes: Sequence[tuple[DeckNote, NoteDraft]]
) -> None:
    """Make notes what they are in the file."""
    rows = [{"id": note.id, **msgspec.structs.asdict(draft)} for note, draft in changes]
    for part in _parts(rows):
        await session.execute(update(Note), part)
    turned = {
        note.id: draft.is_reversed
        for note, draft in changes
        if draft.is_reversed != note.draft.is_reversed
    }
    if turned:
        await deck_notes.turn(session, deck.id, turned)


async def _add(session: AsyncSession, deck: Deck, new: Sequence[KeyedNote]) -> Mapping[str, UUID]:
    """The ids of the added notes by their keys."""
    first = await deck_notes.next_position(session, deck, len(new))
    ids = {note.key: uuid7() for note in new}
    rows = [
        {
            "id": ids[note.key],
            "deck_id": deck.id,
            "position": first + place,
            "source_key": note.key,
            **msgspec.structs.asdict(note.draft),
        }
        for place, note in enumerate(new)
    ]
    for part in _parts(rows):
        await session.execute(insert(Note), part)
    deck.touch()
    await session.flush()
    await deck_learners.make_cards(session, deck.id, note_ids=ids.values())
    return ids


async def unlearned_cards(
    session: AsyncSession, user_id: UUID, note_ids: Collection[UUID]
) -> Sequence[UnlearnedCard]:
    """Those cards of these notes that the learner has never reviewed."""
    found: list[UnlearnedCard] = []
    for part in _parts(list(note_ids)):
        query = select(Card.id, Card.note_id, Card.is_reversed, Card.version).where(
            Card.user_id == user_id, Card.note_id.in_(part), Card.state == "new", Card.reviews == 0
        )
        found += [
            UnlearnedCard(id_, note_id, is_reversed, version)
            for id_, note_id, is_reversed, version in await session.execute(query)
            if note_id is not None
        ]
    return found


async def store_reviews(session: AsyncSession, user_id: UUID, cards: Sequence[LearnedCard]) -> int:
    """Write the log of these cards, and what it leads to. Returns how many reviews there are.

    A card that was changed meanwhile is left out.
    """
    wanted = {card.id: card for card in cards}
    query = select(Card.id, Card.version).where(Card.id.in_(wanted), Card.user_id == user_id)
    locked = await session.execute(query.order_by(Card.id).with_for_update())
    unchanged = [wanted[id_] for id_, version in locked if wanted[id_].version == version]
    log = [{**row, "user_id": user_id} for card in unchanged for row in card.log]
    for part in _parts(log):
        await session.execute(insert(CardReview), part)
    if unchanged:
        rows = [{"id": card.id, **card.columns} for card in unchanged]
        await session.execute(update(Card), rows)
    await _count(session, user_id, log)
    return sum(row["rating"] is not None for row in log)


async def _count(session: AsyncSession, user_id: UUID, log: Iterable[Mapping[str, Any]]) -> None:
    """Add these reviews to what is counted of each day."""
    days: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for row in log:
        if row["rating"] is not None:
            rating, state = RATINGS[row["rating"] - 1], row["before"]["state"]
            counts = counts_of(row["kind"], state, rating, row["took_ms"])
            days[row["reviewed_on"]].update(counts)
    rows = [
        {
            "id": uuid7(),
            "user_id": user_id,
            "day": day,
            **dict.fromkeys(COUNTERS, 0),
            **counts,
        }
        for day, counts in sorted(days.items(), reverse=True)  # as grades lock them
    ]
    for part in _parts(rows):
        statement = upsert(ReviewDay).values(part)
        sums = {name: getattr(ReviewDay, name) + statement.excluded[name] for name in COUNTERS}
        await session.execute(
            statement.on_conflict_do_update(index_elements=["user_id", "day"], set_=sums)
        )


def _parts(all_: Sequence[T]) -> Iterator[Sequence[T]]:
    for at in range(0, len(all_), AT_ONCE):
        yield all_[at : at + AT_ONCE]
