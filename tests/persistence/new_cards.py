"""New cards in the database, as decks and answers make them by statements of their own."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.models import Card, CardOrigin


class NewCard(NamedTuple):
    """A learner's card of a note or of a question; `is_reversed` asks a note from its back."""

    user_id: UUID
    note_id: UUID | None = None
    review_question_id: UUID | None = None
    is_reversed: bool = False
    deck_id: UUID | None = None
    answered_at: datetime | None = None


async def add_cards(
    session: AsyncSession, cards: Sequence[NewCard], made_from: CardOrigin = "deck"
) -> Sequence[UUID]:
    """Make these cards, which are learned in this order after all others. Returns their ids."""
    last = time.time_ns() // 1000
    rows = [
        {"made_from": made_from, "position": last + nth, **card._asdict()}
        for nth, card in enumerate(cards)
    ]
    return (await session.scalars(insert(Card).returning(Card.id), rows)).all()
