"""Queries of the log of reviews: writes one, finds one that was sent again, takes one back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from game.errors import Conflict, NotFound
from game.rules.cards import ReviewKind, Schedule
from persistence.models import CardReview
from persistence.violations import violated_constraint

GRADES: Final[tuple[ReviewKind, ...]] = ("learn", "review", "relearn", "cram")
"""The kinds that a learner may take back."""
ONE_OF_A_KEY: Final = "uq_srs_reviews_user_id_key"


async def by_key(session: AsyncSession, user_id: UUID, key: UUID) -> CardReview | None:
    of_user = (CardReview.user_id == user_id) & (CardReview.key == key)
    return await session.scalar(select(CardReview).where(of_user))


async def last(
    session: AsyncSession, user_id: UUID, *, key: UUID | None, day: date
) -> CardReview | None:
    """The review with this key, or else the learner's last one of the day."""
    query = select(CardReview).where(CardReview.user_id == user_id, CardReview.kind.in_(GRADES))
    if key is not None:
        return await session.scalar(query.where(CardReview.key == key))
    found = await session.scalar(query.order_by(CardReview.id.desc()).limit(1))
    return found if found is not None and found.reviewed_on == day else None


async def last_reschedules(
    session: AsyncSession, card_ids: Collection[UUID]
) -> Sequence[CardReview]:
    """The days that were chosen for these cards, of those to which nothing happened since."""
    later = aliased(CardReview)
    last = select(func.max(later.version)).where(later.card_id == CardReview.card_id)
    query = select(CardReview).where(
        CardReview.card_id.in_(card_ids),
        CardReview.kind == "reschedule",
        CardReview.version == last.scalar_subquery(),
    )
    return (await session.scalars(query)).all()


async def add(session: AsyncSession, reviews: Iterable[CardReview]) -> None:
    """Store reviews of cards that are locked.

    Raises:
        Conflict: `key_used`; another card was graded with the key at the same time.
    """
    session.add_all(reviews)
    try:
        await session.flush()
    except IntegrityError as error:
        if violated_constraint(error) != ONE_OF_A_KEY:
            raise
        raise key_used() from None


def key_used() -> Conflict:
    message = "Another card was graded with this key. Make a new one."
    return Conflict("key_used", message)


async def remove(session: AsyncSession, review: CardReview) -> None:
    """Remove a review, whose card must be locked, if it is that card's last.

    Raises:
        NotFound: `no_such_review`; it was taken back meanwhile.
        Conflict: `card_changed`; the card was reviewed, or answered wrong elsewhere, after it.
    """
    if review.version is not None:
        of_card = select(func.max(CardReview.version)).where(CardReview.card_id == review.card_id)
        if (await session.scalar(of_card) or 0) > review.version:
            raise Conflict("card_changed", "This card was changed after that review.")
    gone = delete(CardReview).where(CardReview.id == review.id).returning(CardReview.id)
    if await session.scalar(gone) is None:
        raise NotFound("no_such_review", "There is no such review.")


async def remove_all(session: AsyncSession, reviews: Iterable[CardReview]) -> None:
    """Remove reviews of cards that are locked."""
    await session.execute(
        delete(CardReview).where(CardReview.id.in_([each.id for each in reviews]))
    )


def stored(schedule: Schedule) -> dict[str, Any]:
    """A schedule as the log has it."""
    before: dict[str, Any] = msgspec.to_builtins(schedule)
    return before


def restored(before: dict[str, Any]) -> Schedule:
    return msgspec.convert(before, Schedule, strict=False)
