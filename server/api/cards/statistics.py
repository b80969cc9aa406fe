"""How reviews go, over HTTP: what will be due, and statistics of the learner's own log."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from litestar import Controller, get
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.repositories.cards import learners, statistics
from persistence.repositories.cards.statistics import STABILITY_DAYS, CardGroup, Week
from server.actions.cards.queue import read_today
from server.api.dependencies import Db, Listing, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.auth.request_identity import signed_in

DIFFICULTIES = range(1, 11)


class ForecastDay(Struct, frozen=True):
    """Cards that are due on a day; on the first one, all that are due already."""

    day: date
    cards: int


class CardForecast(Struct, frozen=True):
    days: list[ForecastDay]


class ReviewedDay(Struct, frozen=True):
    day: date
    grades: int
    took_ms: int


class RetentionWeek(Struct, frozen=True):
    """The share of reviews that were known in a week from Monday on, without learning steps."""

    begins_on: date
    reviews: int
    retention: float


class GradeTotals(Struct, frozen=True):
    """Of all days."""

    days: int
    again: int
    hard: int
    good: int
    easy: int
    took_ms: int


class CardStates(Struct, frozen=True):
    """How many cards there are in each state. Suspended ones are in no other."""

    new: int
    learning: int
    review: int
    relearning: int
    suspended: int


class StabilityGroup(Struct, frozen=True):
    """Cards with a stability of so many days, or of more where `until` is null."""

    since: int
    until: int | None
    cards: int


class DifficultyGroup(Struct, frozen=True):
    difficulty: int
    cards: int


class CardStatistics(Struct, frozen=True):
    """How it goes. `days` and `weeks` are those of the last year on which something was reviewed.

    `streak` counts days in a row with a review, until today or yesterday.
    """

    today: date
    streak: int
    days: list[ReviewedDay]
    weeks: list[RetentionWeek]
    totals: GradeTotals
    states: CardStates
    stability: list[StabilityGroup]
    difficulty: list[DifficultyGroup]


class CardStatisticsController(Controller):
    path = "/cards"
    tags = ["cards"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/forecast", operation_id="readCardForecast", responses=problems(401))
    async def forecast(self, viewer: Viewer, db: Db, listing: Listing) -> CardForecast:
        """Read how many cards will be due on each of the next 30 days. `still_busy`."""
        async with listing:
            learner = await learners.get(db, viewer.user_id)
            found = await statistics.forecast(db, learner, learner.moment(datetime.now(UTC)))
        return CardForecast([ForecastDay(*each) for each in found])

    @get("/statistics", operation_id="readCardStatistics", responses=problems(401))
    async def statistics(self, viewer: Viewer, db: Db, listing: Listing) -> CardStatistics:
        """Read what was reviewed, and how well cards are known. `still_busy`."""
        async with listing:
            return await _statistics(db, viewer.user_id)


async def _statistics(db: AsyncSession, user_id: UUID) -> CardStatistics:
    learner = await learners.get(db, user_id)
    now = learner.moment(datetime.now(UTC))
    groups = await statistics.card_groups(db, user_id)
    reviewed = await statistics.days(db, user_id, now.day)
    return CardStatistics(
        today=now.day,
        streak=(await read_today(db, learner, now)).stands.streak,
        days=[ReviewedDay(*each) for each in reviewed],
        weeks=[_week(each) for each in await statistics.weeks(db, user_id, now.day)],
        totals=GradeTotals(*await statistics.totals(db, user_id)),
        states=_states(groups),
        stability=_stability(groups),
        difficulty=_difficulty(groups),
    )


def _week(week: Week) -> RetentionWeek:
    reviews = week.passed + week.failed
    return RetentionWeek(week.begins_on, reviews, week.passed / reviews)


def _counted(pairs: Iterable[tuple[object, int]]) -> Counter[object]:
    counts = Counter[object]()
    for what, cards in pairs:
        counts[what] += cards
    return counts


def _states(groups: Sequence[CardGroup]) -> CardStates:
    counts = _counted((group.state, group.cards) for group in groups)
    return CardStates(*(counts[name] for name in CardStates.__struct_fields__))


def _stability(groups: Sequence[CardGroup]) -> list[StabilityGroup]:
    counts = _counted((group.stability, group.cards) for group in groups)
    since, until = (0, *STABILITY_DAYS), (*STABILITY_DAYS, None)
    return [
        StabilityGroup(*days_, counts[place])
        for place, days_ in enumerate(zip(since, until, strict=True))
    ]


def _difficulty(groups: Sequence[CardGroup]) -> list[DifficultyGroup]:
    counts = _counted((group.difficulty, group.cards) for group in groups)
    return [DifficultyGroup(number, counts[number]) for number in DIFFICULTIES]
