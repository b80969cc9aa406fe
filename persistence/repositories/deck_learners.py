"""Queries of who learns a deck, and of the cards that they have of it."""

import time
from collections.abc import Collection, Sequence
from itertools import product
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from game.errors import Conflict
from persistence.models import Card, Deck, DeckQuestion, DeckSubscription, Note
from persistence.repositories.cards import items

CARDS_AT_ONCE: Final = 10_000
"""Cards that a statement makes, twice as many if notes are reversed: a second or some."""
IDS_AT_ONCE: Final = 1_000

# The cards that learners of a deck lack. A reversed note has two. They are made in the order in
# which those of missed questions are (missed_questions/statements.py), or both could deadlock.
MAKE_CARDS: Final = text("""
    WITH items AS (
        SELECT n.id AS note_id, side.is_reversed, NULL::uuid AS question_id, n.position
          FROM notes n
          JOIN (VALUES (false), (true)) AS side (is_reversed)
            ON NOT side.is_reversed OR n.is_reversed
         WHERE n.deck_id = :deck AND n.id = ANY(CAST(:notes AS uuid[]))
        UNION ALL
        SELECT NULL, false, q.review_question_id, q.position
          FROM deck_questions q
         WHERE q.deck_id = :deck AND q.review_question_id = ANY(CAST(:questions AS uuid[])))
    INSERT INTO srs_cards (id, user_id, note_id, is_reversed, review_question_id, deck_id,
                           made_from, position)
    SELECT gen_random_uuid(), s.user_id, i.note_id, i.is_reversed, i.question_id, :deck, 'deck',
           :first + row_number() OVER (ORDER BY i.position, i.is_reversed, s.user_id)
      FROM items i
      JOIN deck_subscriptions s
        ON s.deck_id = :deck AND s.user_id = ANY(CAST(:users AS uuid[]))
     ORDER BY s.user_id, i.question_id
        ON CONFLICT DO NOTHING
""")


async def subscribe(session: AsyncSession, deck: Deck, user_id: UUID, *, most: int) -> None:
    """Let somebody learn a deck, whose lock is held. Whoever comes back gets their cards back.

    At most so many people learn it.

    Raises:
        Conflict: `deck_full`.
    """
    subscription = insert(DeckSubscription).values(deck_id=deck.id, user_id=user_id)
    made = subscription.on_conflict_do_nothing().returning(DeckSubscription.id)
    if await session.scalar(made) is None:
        return
    if await count(session, deck.id) > most:
        raise Conflict("deck_full", f"At most {most:,} people can learn one deck.")
    # Cards are made before others are locked, as those of missed questions are.
    await make_cards(session, deck.id, user_id=user_id)
    left = Card.user_id == user_id, Card.deck_id == deck.id, Card.is_suspended.is_(True)
    await items.lock_many(session, *left)
    await session.execute(
        update(Card).where(*left).values(is_suspended=False, version=Card.version + 1)
    )


async def cards_to_write(session: AsyncSession, deck: Deck, user_id: UUID) -> int:
    """How many cards are written if somebody begins to learn the deck.

    Those that were kept for a return are written again, with their places in indexes.
    """
    notes = select(func.count() + func.count().filter(Note.is_reversed)).where(
        Note.deck_id == deck.id
    )
    questions = select(func.count()).where(DeckQuestion.deck_id == deck.id)
    learns = select(DeckSubscription.id).where(
        DeckSubscription.deck_id == deck.id, DeckSubscription.user_id == user_id
    )
    in_deck = notes.scalar_subquery() + questions.scalar_subquery()
    return await session.scalar(select(in_deck).where(~learns.exists())) or 0


async def unsubscribe(session: AsyncSession, deck: Deck, user_id: UUID) -> None:
    """Stop learning a deck. Cards that were reviewed are kept, suspended.

    The deck is locked, or else the learner could get cards of notes that are added meanwhile.
    """
    await session.execute(select(Deck.id).where(Deck.id == deck.id).with_for_update())
    subscription = delete(DeckSubscription).where(
        DeckSubscription.deck_id == deck.id, DeckSubscription.user_id == user_id
    )
    if await session.scalar(subscription.returning(DeckSubscription.id)) is None:
        return
    cards = Card.user_id == user_id, Card.deck_id == deck.id
    await items.lock_many(session, *cards)
    await session.execute(delete(Card).where(*cards, Card.reviews == 0))
    await session.execute(
        update(Card)
        .where(*cards, ~Card.is_suspended)
        .values(is_suspended=True, version=Card.version + 1)
    )


async def count(session: AsyncSession, deck_id: UUID) -> int:
    """How many people learn a deck."""
    query = select(func.count(DeckSubscription.id)).where(DeckSubscription.deck_id == deck_id)
    return await session.scalar(query) or 0


async def make_cards(
    session: AsyncSession,
    deck_id: UUID,
    *,
    user_id: UUID | None = None,
    note_ids: Collection[UUID] | None = None,
    question_ids: Collection[UUID] | None = None,
) -> None:
    """Make the cards that learners of a deck lack; perhaps only of one learner, or of some items.

    Whoever has a card of the same note or question from elsewhere keeps that one.
    """
    if note_ids is None and question_ids is None:
        note_ids = await _in_order(session, Note.id, Note.deck_id == deck_id, Note.position)
        of_deck, order = DeckQuestion.deck_id == deck_id, DeckQuestion.position
        question_ids = await _in_order(session, DeckQuestion.review_question_id, of_deck, order)
    users = [user_id] if user_id else await _learners(session, deck_id)
    notes, questions = list(note_ids or ()), list(question_ids or ())
    most = max(len(notes), len(questions), 1)
    users_at_once = max(1, CARDS_AT_ONCE // most)
    for who, at in product(range(0, len(users), users_at_once), range(0, most, CARDS_AT_ONCE)):
        given = {
            "deck": deck_id,
            "users": users[who : who + users_at_once],
            "notes": notes[at : at + CARDS_AT_ONCE],
            "questions": questions[at : at + CARDS_AT_ONCE],
            "first": time.time_ns() // 1000,  # after all that were made before
        }
        await session.execute(MAKE_CARDS, given)


async def _learners(session: AsyncSession, deck_id: UUID) -> Sequence[UUID]:
    learner = DeckSubscription.user_id
    return await _in_order(session, learner, DeckSubscription.deck_id == deck_id, learner)


async def _in_order(
    session: AsyncSession,
    id_: InstrumentedAttribute[UUID],
    of_deck: ColumnElement[bool],
    order: InstrumentedAttribute[Any],
) -> Sequence[UUID]:
    """Ids of what belongs to a deck, with pauses in which rooms use the event loop."""
    found = await session.stream_scalars(select(id_).where(of_deck).order_by(order, id_))
    return [each async for some in found.partitions(IDS_AT_ONCE) for each in some]
