"""Queries of the log of reviews: finds rows, and writes those that are no grades."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from game.errors import NotFound
from game.rules.cards import Moment, ReviewKind, Schedule, Scheduler
from persistence.models import CardReview

GRADES: Final[tuple[ReviewKind, ...]] = ("learn", "review", "relearn", "cram")
"""The kinds that a learner may take back."""


async def card_of(session: AsyncSession, user_id: UUID, key: UUID) -> UUID | None:
    """The card of the review with this key."""
    of_user = (CardReview.user_id == user_id) & (CardReview.key == key)
    return await session.scalar(select(CardReview.card_id).where(of_user))


async def last(session: AsyncSession, user_id: UUID, key: UUID | None) -> CardReview | None:
    """The review with this key, or else the learner's last one."""
    query = select(CardReview).where(CardReview.user_id == user_id, CardReview.kind.in_(GRADES))
    if key is not None:
        return await session.scalar(query.where(CardReview.key == key))
    return await session.scalar(query.order_by(CardReview.id.desc()).limit(1))


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
    """Store reviews of cards that are locked."""
    session.add_all(reviews)
    await session.flush()


async def remove_all(session: AsyncSession, reviews: Iterable[CardReview]) -> None:
    """Remove reviews of cards that are locked."""
    await session.execute(
        delete(CardReview).where(CardReview.id.in_([each.id for each in reviews]))
    )


def no_such_review() -> NotFound:
    return NotFound("no_such_review", "There is no such review.")


def row(  # noqa: PLR0913, PLR0917  # what a row of the log says
    kind: ReviewKind,
    now: Moment,
    elapsed_days: int,
    before: Schedule,
    after: Schedule,
    scheduler: Scheduler,
) -> dict[str, Any]:
    """What the log has of a change of a schedule, by its columns."""
    algorithm, parameters_id = scheduler.signature
    return {
        "kind": kind,
        "reviewed_at": now.at,
        "reviewed_on": now.day,
        "elapsed_days": elapsed_days,
        "algorithm": algorithm,
        "retention": scheduler.retention,
        "parameters_id": parameters_id,
        "before": stored(before),
        "state": after.state,
        "stability": after.stability,
        "difficulty": after.difficulty,
        "interval_days": after.interval_days,
        "due_at": after.due_at,
    }


def stored(schedule: Schedule) -> dict[str, Any]:
    """A schedule as the log has it."""
    before: dict[str, Any] = msgspec.to_builtins(schedule)
    return before


def restored(before: dict[str, Any]) -> Schedule:
    return msgspec.convert(before, Schedule, strict=False)
