"""Queries of single cards: makes, finds and locks them."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import NotFound
from game.rules.cards import Schedule
from game.rules.questions import Question
from persistence.models import Card, CardOrigin, Deck, Note, QuizSession, ReviewQuestion
from persistence.repositories.viewers import CARDS, Viewer


class NewCard(NamedTuple):
    """A learner's card of a note or of a question; `is_reversed` asks a note from its back.

    `session_id` and `answered_at` are of the answer that the card was made from. New cards are
    learned in the order of `position`; without one they come after all that were made before.
    """

    user_id: UUID
    note_id: UUID | None = None
    review_question_id: UUID | None = None
    is_reversed: bool = False
    deck_id: UUID | None = None
    session_id: UUID | None = None
    answered_at: datetime | None = None
    position: int | None = None


class ShownCard(NamedTuple):
    """A card with what it shows: its note or its question, its deck, and the game it is from.

    Nobody may tell the key of a question that is held back.
    """

    card: Card
    note: Note | None
    question: ReviewQuestion | None
    deck_title: str | None
    session_title: str | None
    is_held_back: bool


async def add(
    session: AsyncSession, cards: Sequence[NewCard], made_from: CardOrigin
) -> Sequence[UUID]:
    """Make those of these cards that there are not yet.

    Returns the ids of those that were made, in any order.
    """
    if not cards:
        return ()
    last = time.time_ns() // 1000  # a place after all that were made before
    rows = [
        {"made_from": made_from, **card._replace(position=_place(card, last + nth))._asdict()}
        for nth, card in enumerate(cards)
    ]
    statement = insert(Card).on_conflict_do_nothing().returning(Card.id)
    return (await session.scalars(statement, rows)).all()


async def get(session: AsyncSession, viewer: Viewer, card_id: UUID) -> Card:
    """The viewer's card, locked until the transaction ends; else NotFound `no_such_card`."""
    query = select(Card).where(Card.id == card_id, CARDS.editable_by(viewer))
    found = await session.scalar(query.with_for_update())
    if found is None:
        raise NotFound("no_such_card", "There is no such card.")
    return found


async def shown(
    session: AsyncSession, viewer: Viewer, ids: Collection[UUID], held_back: Collection[UUID]
) -> Mapping[UUID, ShownCard]:
    """Those of these cards that are the viewer's, by their ids."""
    query = (
        select(Card, Note, ReviewQuestion, Deck.title, QuizSession.title)
        .outerjoin(Note, Note.id == Card.note_id)
        .outerjoin(ReviewQuestion, ReviewQuestion.id == Card.review_question_id)
        .outerjoin(Deck, Deck.id == Card.deck_id)
        .outerjoin(QuizSession, QuizSession.id == Card.session_id)
        .where(Card.id.in_(ids), CARDS.visible_to(viewer))
    )
    return {
        row[0].id: ShownCard(*row, is_held_back=row[0].id in held_back)
        for row in await session.execute(query)
    }


async def question_of(session: AsyncSession, card: Card) -> Question | None:
    """The question of a card; None if it has a note."""
    if card.review_question_id is None:
        return None
    found = await session.get(ReviewQuestion, card.review_question_id)
    return None if found is None else question(found)


def question(copy: ReviewQuestion) -> Question:
    asked: Question = msgspec.convert(copy.content, Question)
    return asked


def schedule(card: Card) -> Schedule:
    return msgspec.convert(card, Schedule, from_attributes=True)


async def change(
    session: AsyncSession, changes: Iterable[tuple[Card, Mapping[str, object]]]
) -> None:
    """Change columns of locked cards, which have their next versions then."""
    for card, values in changes:
        for name, value in values.items():
            setattr(card, name, value)
        card.version += 1
    await session.flush()


async def reschedule(session: AsyncSession, card: Card, to: Schedule) -> None:
    await change(session, [(card, msgspec.structs.asdict(to))])


async def bury_sibling(session: AsyncSession, card: Card, until: datetime) -> UUID | None:
    """Hide the other card of a note, unless it is in its learning steps.

    Returns its id; None if there is none, or if it was hidden before.
    """
    if card.note_id is None:
        return None
    statement = (
        update(Card)
        .where(
            Card.note_id == card.note_id,
            Card.user_id == card.user_id,
            Card.id != card.id,
            Card.state.in_(("new", "review")),
            or_(Card.buried_until.is_(None), Card.buried_until < until),
        )
        .values(buried_until=until, updated_at=Card.updated_at)
        .returning(Card.id)
        .execution_options(synchronize_session=False)
    )
    return await session.scalar(statement)


async def unbury(session: AsyncSession, card_id: UUID) -> None:
    statement = update(Card).where(Card.id == card_id)
    await session.execute(
        statement.values(buried_until=None, updated_at=Card.updated_at).execution_options(
            synchronize_session=False
        )
    )


def _place(card: NewCard, last: int) -> int:
    return last if card.position is None else card.position
