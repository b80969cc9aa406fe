"""Queries of what learners did on a day; `ReviewDay` documents the table."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from msgspec import structs
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.rules.cards import LOAD_DAYS, Moment, Rating, ReviewKind, starts_at
from persistence.models import ReviewDay
from persistence.repositories.cards.learners import Learner

# Counts what is due on each day. What was due earlier is due today.
_BEGIN = text("""
    INSERT INTO srs_days (id, user_id, day, load)
    SELECT :id, :user_id, :day, array_agg(coalesce(due.cards, 0) ORDER BY place)
      FROM generate_series(1, CAST(:days AS int)) AS place
      LEFT JOIN (
           SELECT greatest(width_bucket(due_at, CAST(:starts AS timestamptz[])), 1) AS place,
                  count(*) AS cards
             FROM srs_cards
            WHERE user_id = :user_id AND NOT is_suspended AND state = 'review' AND due_at < :until
            GROUP BY 1) AS due USING (place)
        ON CONFLICT (user_id, day) DO UPDATE SET load = coalesce(srs_days.load, excluded.load)
    RETURNING load
""")
_COUNTERS: Final[Mapping[ReviewKind, str]] = {
    "review": "reviews",
    "relearn": "learnings",
    "cram": "crams",
}


class Graded(NamedTuple):
    """A review as the day counts it. `is_first` is that of a new card."""

    kind: ReviewKind
    rating: Rating
    is_first: bool
    took_ms: int


async def began(session: AsyncSession, learner: Learner, now: Moment) -> Moment:
    """The moment with the counts of due cards that its day began with.

    They are counted at the first review of the day, or when its queue is first read.
    """
    of_day = (ReviewDay.user_id == learner.user_id) & (ReviewDay.day == now.day)
    load = await session.scalar(select(ReviewDay.load).where(of_day))
    if load is None:
        load = await _begin(session, learner, now)
    return structs.replace(now, due=tuple(load))


async def _begin(session: AsyncSession, learner: Learner, now: Moment) -> list[int]:
    days = [now.day + timedelta(days=number) for number in range(LOAD_DAYS + 1)]
    *starts, until = [starts_at(day, learner.zone) for day in days]
    values = {
        "id": uuid7(),
        "user_id": learner.user_id,
        "day": now.day,
        "days": LOAD_DAYS,
        "starts": starts,
        "until": until,
    }
    load: list[int] = (await session.execute(_BEGIN, values)).scalar_one()
    return load


async def count(
    session: AsyncSession, user_id: UUID, day: date, graded: Graded, times: int = 1
) -> None:
    """Count a review of a day that has begun, or with -1 one that is taken back."""
    columns = [graded.rating, "new_cards" if graded.is_first else _counter(graded.kind)]
    if graded.kind == "review":
        columns.append("failed" if graded.rating == "again" else "passed")
    changes = {name: getattr(ReviewDay, name) + times for name in columns}
    changes["took_ms"] = ReviewDay.took_ms + times * graded.took_ms
    await session.execute(
        update(ReviewDay)
        .where(ReviewDay.user_id == user_id, ReviewDay.day == day)
        .values(changes)
        .execution_options(synchronize_session=False)
    )


def _counter(kind: ReviewKind) -> str:
    return _COUNTERS.get(kind, "learnings")
