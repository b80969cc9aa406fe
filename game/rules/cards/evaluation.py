"""How well FSRS with some parameters predicts what a learner remembers, and what it costs."""

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from statistics import fmean
from typing import Final

from msgspec import Struct

from game.rules.cards import fsrs6
from game.rules.cards.schedules import RATINGS, Outcome, Rating, Schedule, Scheduler

Parameters = tuple[float, ...]

RETENTIONS: Final = tuple(percent / 100 for percent in range(80, 98))
"""The shares of known cards that a learner may wish for."""
USUAL_WORKLOAD: Final = (
    *(7.8, 7.9, 7.9, 8.8, 8.8, 8.8, 8.8, 8.8, 9.2),
    *(9.8, 10.0, 10.4, 10.7, 11.6, 12.3, 14.8, 17.2, 19.3),
)
"""The `workload` with the parameters that hold without others; it takes a second to compute."""
FIT_REVIEWS_MIN: Final = 1_000
"""Parameters fitted to fewer reviews predict other ones worse; see docs/reviews-internals.md."""
YEAR_DAYS: Final = 365
SIMULATED_CARDS: Final = 300
SIMULATED_REVIEWS: Final = 6_000
"""Who forgets everything within a day would have a hundred times as many."""
CERTAIN: Final = 1e-6
"""No prediction counts as surer than this, or one surprise would cost infinitely much."""


class CardLog(Struct, frozen=True, array_like=True):
    """The reviews of a card: each grade, 1 to 4, and the days since the review before.

    `begun_on` is the day of the first one, counted from any day that is the same for all cards.
    """

    begun_on: int
    reviews: Sequence[tuple[int, int]]


def log_loss(logs: Iterable[CardLog], parameters: Parameters | None) -> float | None:
    """The mean log loss of the predictions of FSRS; None if there are none.

    Each review on a later day than the one before is predicted. Of two sets of parameters the one
    with the lower log loss knows the learner better.
    """
    scheduler = Scheduler(parameters=parameters)
    losses = [
        -math.log(min(max(chance, CERTAIN), 1 - CERTAIN))
        for log in logs
        for chance in _chances(log, scheduler)
    ]
    return fmean(losses) if losses else None


def predictions(logs: Iterable[CardLog]) -> int:
    """How many reviews are predicted."""
    return sum(elapsed > 0 for log in logs for _, elapsed in log.reviews[1:])


def workload(parameters: Parameters | None) -> tuple[float, ...]:
    """How often a card is reviewed in its first year, on average, for each of `RETENTIONS`.

    Somebody who learns ten new cards a day has ten times as many reviews a day after a year. The
    cards are simulated: they are forgotten as FSRS predicts. Knowing more never costs less, though
    intervals of whole days make it look so.
    """
    return tuple(accumulate((_reviews(parameters, each) for each in RETENTIONS), max))


def _reviews(parameters: Parameters | None, retention: float) -> float:
    scheduler = Scheduler(retention=retention, parameters=parameters)
    random = Random(1)  # noqa: S311  # the same cards for each retention
    reviews: list[int] = []
    while len(reviews) < SIMULATED_CARDS and sum(reviews) < SIMULATED_REVIEWS:
        reviews.append(_reviews_of_a_year(scheduler, random))
    return round(fmean(reviews), 1)


def _chances(log: CardLog, scheduler: Scheduler) -> Iterable[float]:
    """The predicted probability of each answer that was given."""
    schedule = Schedule()
    for nth, (grade, elapsed) in enumerate(log.reviews):
        if nth and elapsed > 0:
            known = fsrs6.recall(schedule, elapsed, scheduler)
            yield 1 - known if grade == 1 else known
        schedule = _after(fsrs6.outcome(schedule, RATINGS[grade - 1], elapsed, scheduler))


def _reviews_of_a_year(scheduler: Scheduler, random: Random) -> int:
    schedule, elapsed, day, reviews = Schedule(), 0, 0, 0
    while day < YEAR_DAYS:
        forgotten = reviews and random.random() > fsrs6.recall(schedule, elapsed, scheduler)
        rating: Rating = "again" if forgotten else "good"
        outcome = fsrs6.outcome(schedule, rating, elapsed, scheduler)
        schedule, elapsed = _after(outcome), outcome.interval_days
        day += elapsed
        reviews += 1
    return reviews


def _after(outcome: Outcome) -> Schedule:
    return Schedule(outcome.state, outcome.step, outcome.stability, outcome.difficulty)
