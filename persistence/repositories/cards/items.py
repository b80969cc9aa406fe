"""Queries of single cards: makes, finds and locks them."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import NotFound
from persistence.models import Card, CardOrigin
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


async def add(
    session: AsyncSession, cards: Sequence[NewCard], made_from: CardOrigin
) -> Sequence[UUID]:
    """Make those of these cards that there are not yet. Returns the ids of those that were made."""
    if not cards:
        return ()
    last = time.time_ns() // 1000  # a place after all that were made before
    rows = [
        {"made_from": made_from, **card._replace(position=_place(card, last + nth))._asdict()}
        for nth, card in enumerate(cards)
    ]
    statement = insert(Card).on_conflict_do_nothing().returning(Card.id)
    return (await session.scalars(statement, rows)).all()


def _place(card: NewCard, last: int) -> int:
    return last if card.position is None else card.position


async def get(session: AsyncSession, viewer: Viewer, card_id: UUID) -> Card:
    """The viewer's card; else NotFound `no_such_card`."""
    query = select(Card).where(Card.id == card_id, CARDS.visible_to(viewer))
    found = await session.scalar(query)
    if found is None:
        raise NotFound("no_such_card", "There is no such card.")
    return found
