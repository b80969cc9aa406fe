"""Begins a learner's day: counts what is due; `ReviewDay` documents the table."""

from datetime import timedelta

from msgspec import structs
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.rules.cards import LOAD_DAYS, Moment, starts_at
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


async def began(session: AsyncSession, learner: Learner, now: Moment) -> Moment:
    """The moment with the counts of due cards that its day began with.

    They are counted at the first review of the day, or when its queue is first read.
    """
    load = await _load(session, learner, now)
    if load is None:
        load = await _begin(session, learner, now)
    return structs.replace(now, due=tuple(load))


async def _load(session: AsyncSession, learner: Learner, now: Moment) -> list[int] | None:
    last = learner.last_day
    if last is not None and last.day == now.day:
        return last.load
    # Another day: of a grade that was sent later, or of somebody who has travelled.
    of_day = (ReviewDay.user_id == learner.user_id) & (ReviewDay.day == now.day)
    return await session.scalar(select(ReviewDay.load).where(of_day))


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
