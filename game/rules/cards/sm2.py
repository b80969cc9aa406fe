"""SM-2, in exact decimals: the new ease factor makes the interval, and a failure keeps it."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Final

from game.rules.cards.schedules import (
    EASE_MAX,
    EASE_MIN,
    Outcome,
    Rating,
    Schedule,
    Scheduler,
)

QUALITIES: Final[Mapping[Rating, int]] = {"again": 1, "hard": 3, "good": 4, "easy": 5}
PASSED: Final = 3
BEST: Final = 5
FIRST_DAYS, SECOND_DAYS = 1, 6


def outcome(schedule: Schedule, rating: Rating, scheduler: Scheduler) -> Outcome:
    """What follows from a rating. There are no learning steps."""
    quality = QUALITIES[rating]
    failed = quality < PASSED
    ease = schedule.ease_factor if failed else next_ease(schedule.ease_factor, quality)
    repetitions = 0 if failed else schedule.repetitions + 1
    days = next_interval(schedule.interval_days, repetitions, ease)
    return Outcome(
        state="review",
        interval_days=min(days, scheduler.maximum_interval_days),
        ease_factor=ease,
        repetitions=repetitions,
    )


def next_ease(ease: Decimal, quality: int) -> Decimal:
    """The ease factor after an answer of this quality, 3 to 5."""
    missed = BEST - quality
    changed = ease + Decimal("0.1") - missed * (Decimal("0.08") + missed * Decimal("0.02"))
    return max(EASE_MIN, min(EASE_MAX, changed)).quantize(EASE_MIN)


def next_interval(days: int, repetitions: int, ease: Decimal) -> int:
    """The interval after so many right answers in a row, of which the last is this one."""
    match repetitions:
        case 0 | 1:
            return FIRST_DAYS
        case 2:
            return SECOND_DAYS
        case _:
            return int((days * ease).to_integral_value(ROUND_CEILING))
