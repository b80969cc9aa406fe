"""Queries of how reviews go: what was done on each day, what is due, how well cards are known."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.cards import Moment, starts_at
from persistence.repositories.cards.learners import Learner

YEAR_DAYS: Final = 366
FORECAST_DAYS: Final = 30
STABILITY_DAYS: Final = (1, 3, 7, 14, 30, 90, 180, 365, 1095)
"""Where one group of cards of similar stability ends and the next one begins."""

_FORECAST = text("""
    SELECT width_bucket(due_at, CAST(:starts AS timestamptz[])) AS place, count(*) AS cards
      FROM srs_cards
     WHERE user_id = :user_id AND NOT is_suspended
       AND state IN ('learning', 'review', 'relearning') AND due_at < :until
     GROUP BY 1
""")
_DAYS = text("""
    SELECT day, again + hard + good + easy AS grades, took_ms FROM srs_days
     WHERE user_id = :user_id AND day > :after AND again + hard + good + easy > 0 ORDER BY day
""")
_WEEKS = text("""
    SELECT CAST(date_trunc('week', day) AS date), sum(passed), sum(failed) FROM srs_days
     WHERE user_id = :user_id AND day > :after AND passed + failed > 0 GROUP BY 1 ORDER BY 1
""")
_TOTALS = text("""
    SELECT count(*), coalesce(sum(again), 0), coalesce(sum(hard), 0), coalesce(sum(good), 0),
           coalesce(sum(easy), 0), CAST(coalesce(sum(took_ms), 0) AS bigint)
      FROM srs_days WHERE user_id = :user_id AND again + hard + good + easy > 0
""")
_CARDS = text("""
    SELECT CASE WHEN is_suspended THEN 'suspended' ELSE state END AS state,
           width_bucket(stability, CAST(:stability AS float[])) AS stability,
           round(difficulty) AS difficulty, count(*) AS cards
      FROM srs_cards WHERE user_id = :user_id GROUP BY 1, 2, 3
""")


class ForecastDay(NamedTuple):
    """Cards that will be due on a day; on the first one, all that are due already."""

    day: date
    cards: int


class ReviewedDay(NamedTuple):
    day: date
    grades: int
    took_ms: int


class Week(NamedTuple):
    """Reviews of a week, which begins on a Monday, that were known or forgotten."""

    begins_on: date
    passed: int
    failed: int


class Totals(NamedTuple):
    """Of all days."""

    days: int
    again: int
    hard: int
    good: int
    easy: int
    took_ms: int


class CardGroup(NamedTuple):
    """Cards of a state that are about as stable and as difficult."""

    state: str
    stability: int | None
    difficulty: int | None
    cards: int


async def forecast(session: AsyncSession, learner: Learner, now: Moment) -> Sequence[ForecastDay]:
    """What is due on this day and on the following ones."""
    days = [now.day + timedelta(days=number) for number in range(FORECAST_DAYS + 1)]
    *starts, until = [starts_at(day, learner.zone) for day in days]
    values = {"user_id": learner.user_id, "starts": starts, "until": until}
    cards = dict.fromkeys(range(FORECAST_DAYS), 0)
    for place, due in await session.execute(_FORECAST, values):
        cards[max(place - 1, 0)] += due
    return [ForecastDay(days[place], due) for place, due in cards.items()]


async def days(session: AsyncSession, user_id: UUID, today: date) -> Sequence[ReviewedDay]:
    """The days of a year on which something was reviewed."""
    values = {"user_id": user_id, "after": today - timedelta(days=YEAR_DAYS)}
    return [ReviewedDay(*row) for row in await session.execute(_DAYS, values)]


async def weeks(session: AsyncSession, user_id: UUID, today: date) -> Sequence[Week]:
    """The weeks of a year with reviews of cards that were learned before."""
    values = {"user_id": user_id, "after": today - timedelta(days=YEAR_DAYS)}
    return [Week(*row) for row in await session.execute(_WEEKS, values)]


async def totals(session: AsyncSession, user_id: UUID) -> Totals:
    return Totals(*(await session.execute(_TOTALS, {"user_id": user_id})).one())


async def card_groups(session: AsyncSession, user_id: UUID) -> Sequence[CardGroup]:
    values = {"user_id": user_id, "stability": list(STABILITY_DAYS)}
    return [CardGroup(*row) for row in await session.execute(_CARDS, values)]
