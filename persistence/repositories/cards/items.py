"""Queries of single cards: finds, locks and changes them."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Uuid,
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from game.errors import NotFound
from game.rules.cards import Schedule
from game.rules.questions import Question
from persistence.models import Card, Deck, Note, QuizSession, ReviewQuestion
from persistence.repositories.viewers import CARDS, Viewer

AT_ONCE: Final = 10_000
"""Cards that one statement changes or removes: a second or some."""


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

    @property
    def asked(self) -> Question | None:
        """The question; None of a note."""
        return None if self.question is None else question(self.question)


class LockedCard(NamedTuple):
    """A card, and the other card of its note, if it has one."""

    shown: ShownCard
    sibling: Card | None


_SHOWN: Final = (
    select(Card, Note, ReviewQuestion, Deck.title, QuizSession.title)
    .outerjoin(Note, Note.id == Card.note_id)
    .outerjoin(ReviewQuestion, ReviewQuestion.id == Card.review_question_id)
    .outerjoin(Deck, Deck.id == Card.deck_id)
    .outerjoin(QuizSession, QuizSession.id == Card.session_id)
)
_SAME: Final = aliased(Card)
_ID: Final[BindParameter[UUID]] = bindparam("card_id", type_=Uuid)
_OF_NOTE: Final = select(_SAME.note_id).where(_SAME.id == _ID).scalar_subquery()
_WITH_SIBLING: Final = (
    _SHOWN.where(or_(Card.id == _ID, Card.note_id == _OF_NOTE))
    .order_by(Card.id)
    .with_for_update(of=Card)
)


async def get(session: AsyncSession, viewer: Viewer, card_id: UUID) -> Card:
    """The viewer's card, locked until the transaction ends; else NotFound `no_such_card`."""
    query = select(Card).where(Card.id == card_id, CARDS.editable_by(viewer))
    found = await session.scalar(query.with_for_update())
    if found is None:
        raise no_such_card()
    return found


def no_such_card() -> NotFound:
    return NotFound("no_such_card", "There is no such card.")


async def shown(
    session: AsyncSession, viewer: Viewer, ids: Collection[UUID], held_back: Collection[UUID]
) -> Mapping[UUID, ShownCard]:
    """Those of these cards that are the viewer's, by their ids."""
    query = _SHOWN.where(Card.id.in_(ids), CARDS.visible_to(viewer))
    return {
        row[0].id: ShownCard(*row, is_held_back=row[0].id in held_back)
        for row in await session.execute(query)
    }


async def lock(session: AsyncSession, viewer: Viewer, card_id: UUID) -> LockedCard:
    """The viewer's card and its sibling, both locked until the transaction ends.

    They are locked in the order of ids, as changes of many cards lock theirs. Whether the card is
    held back is not read: it counts as if it were.

    Raises:
        NotFound: `no_such_card`.
    """
    rows = await session.execute(
        _WITH_SIBLING.where(CARDS.editable_by(viewer)), {"card_id": card_id}
    )
    found = {row[0].id: ShownCard(*row, is_held_back=True) for row in rows}
    shown = found.pop(card_id, None)
    if shown is None:
        raise no_such_card()
    return LockedCard(shown, next((each.card for each in found.values()), None))


async def lock_many(session: AsyncSession, *which: ColumnElement[bool]) -> None:
    """Lock cards in the order of their ids, before statements that would lock them in any order.

    All who lock several cards do so, or else they could wait for each other in a circle.
    """
    in_order = select(Card.id).where(*which).order_by(Card.id).with_for_update().subquery()
    await session.execute(select(func.count()).select_from(in_order))


async def locked_pieces(
    session: AsyncSession, *which: ColumnElement[bool]
) -> AsyncIterator[ColumnElement[bool]]:
    """Lock cards as `lock_many`, in pieces that a statement can change within its time.

    Each yield is the condition for a piece, whose cards are locked.
    """
    found = await session.stream_scalars(select(Card.id).where(*which).order_by(Card.id))
    async for ids in found.partitions(AT_ONCE):
        piece = Card.id == any_(literal(ids, ARRAY(Uuid)))
        await lock_many(session, piece)
        yield piece


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
