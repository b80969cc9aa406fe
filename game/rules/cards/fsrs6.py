"""FSRS-6, as the package `fsrs` computes it, with days that are the learner's."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from game.rules.cards.schedules import (
    EASE_FIRST,
    EASE_MIN,
    GRADES,
    CardState,
    Outcome,
    Rating,
    Schedule,
    Scheduler,
)

DEFAULTS: Final[tuple[float, ...]] = DEFAULT_PARAMETERS
STABILITY_MAX_DAYS: Final = 36_500.0
"""Many easy reviews of one day would otherwise exceed what a float can hold."""

EASIEST, MIDDLE, HARDEST = 1.0, 5.5, 10.0
"""Difficulties."""

# The package counts elapsed days between two dates. It gets dates as many days apart as the
# learner's days are.
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_STATES: Final[Mapping[CardState, fsrs.State]] = {
    "new": fsrs.State.Learning,
    "learning": fsrs.State.Learning,
    "review": fsrs.State.Review,
    "relearning": fsrs.State.Relearning,
}
_NAMES: Final[Mapping[fsrs.State, CardState]] = {
    fsrs.State.Learning: "learning",
    fsrs.State.Review: "review",
    fsrs.State.Relearning: "relearning",
}


def outcome(schedule: Schedule, rating: Rating, elapsed: int, scheduler: Scheduler) -> Outcome:
    """What follows from a rating so many days after the last review."""
    computes = _scheduler(
        scheduler.parameters or DEFAULTS, scheduler.retention, scheduler.maximum_interval_days
    )
    at = _EPOCH + timedelta(days=elapsed)
    card, _ = computes.review_card(_card(schedule), fsrs.Rating(GRADES[rating]), at)
    wait = card.due - at
    steps = card.state != fsrs.State.Review
    return Outcome(
        state=_NAMES[card.state],
        interval_days=0 if steps else wait.days,
        wait_seconds=int(wait.total_seconds()) if steps else None,
        step=card.step,
        stability=min(card.stability or 0.0, STABILITY_MAX_DAYS),
        difficulty=card.difficulty,
        ease_factor=schedule.ease_factor,
        repetitions=schedule.repetitions,
    )


def recall(schedule: Schedule, elapsed: int, scheduler: Scheduler) -> float:
    """The probability that the learner knows the card so many days after its last review."""
    computes = _scheduler(
        scheduler.parameters or DEFAULTS, scheduler.retention, scheduler.maximum_interval_days
    )
    at = _EPOCH + timedelta(days=elapsed)
    return float(computes.get_card_retrievability(_card(schedule), at))


def guessed_memory(schedule: Schedule) -> tuple[float, float]:
    """Stability and difficulty of a card of which only interval and ease factor are known.

    After its interval nine of ten such cards are known. The usual ease factor stands for the middle
    of all difficulties, the least one for the highest.
    """
    ease = (schedule.ease_factor - EASE_MIN) / (EASE_FIRST - EASE_MIN)
    difficulty = HARDEST - float(ease) * (HARDEST - MIDDLE)
    return float(max(1, schedule.interval_days)), max(EASIEST, difficulty)


def within_bounds(parameters: Sequence[float]) -> tuple[float, ...]:
    """The parameters with each inside of what the algorithm allows."""
    allowed = zip(parameters, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return tuple(min(max(value, lowest), highest) for value, lowest, highest in allowed)


def _card(schedule: Schedule) -> fsrs.Card:
    return fsrs.Card(
        card_id=0,  # without one it would read the clock, and wait
        state=_STATES[schedule.state],
        step=schedule.step,
        stability=schedule.stability,
        difficulty=schedule.difficulty,
        due=_EPOCH,
        last_review=None if schedule.state == "new" else _EPOCH,
    )


@lru_cache(maxsize=256)
def _scheduler(
    parameters: tuple[float, ...], retention: float, maximum_interval_days: int
) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        parameters=parameters,
        desired_retention=retention,
        maximum_interval=maximum_interval_days,
        enable_fuzzing=False,  # it is random, and exceeds its own bounds; see fuzz.py
    )
