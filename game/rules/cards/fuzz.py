"""Spreads the days on which cards are due, so that cards learned together do not stay together.

The interval is chosen within published bounds around the one that the algorithm computes. The
choice depends on the card and the number of its review only, so the interval shown before an answer
is the one that comes.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b
from itertools import accumulate
from typing import Final
from uuid import UUID

from game.rules.cards.days import Moment
from game.rules.cards.schedules import NO_EASY_DAYS, Scheduler

FUZZED_FROM_DAYS: Final = 2.5
LOWEST_DAYS: Final = 2
RANGES: Final = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, math.inf, 0.05))
"""Each part of an interval between two numbers of days widens the bounds by this share of it."""
LOAD_DAYS: Final = 180
"""For how many days a `Moment` should count the due cards."""
_SEED_BYTES: Final = 7


def bounds(days: float, maximum: int) -> tuple[int, int]:
    """The shortest and the longest interval that may stand for one of so many days."""
    if days < FUZZED_FROM_DAYS:
        return _half_up(days), _half_up(days)
    delta = 1.0 + sum(share * max(min(days, end) - start, 0.0) for start, end, share in RANGES)
    longest = min(_half_up(days + delta), maximum)
    return min(max(LOWEST_DAYS, _half_up(days - delta)), longest), longest


def seed(card: UUID, review: int) -> float:
    """A number from 0 to 1 (exclusive) that looks random, and is the same for the same review."""
    digest = blake2b(b"%b %d" % (card.bytes, review), digest_size=_SEED_BYTES).digest()
    return (int.from_bytes(digest) >> 3) / (1 << 53)


def choose(days: int, chosen_by: float, now: Moment, scheduler: Scheduler) -> int:
    """The interval for one of so many days. `chosen_by` is a number as of `seed`.

    Days with fewer due cards are likelier, and easy days less likely. Days that the learner keeps
    free are chosen only if the bounds allow no other. More days never give a shorter interval.
    """
    shortest, longest = bounds(days, scheduler.maximum_interval_days)
    weights = _weights(range(shortest, longest + 1), now, scheduler)
    if weights is None:
        return shortest + int(chosen_by * (longest - shortest + 1))
    sums = list(accumulate(weights))
    return min(shortest + bisect_right(sums, chosen_by * sums[-1]), longest)


def _weights(intervals: Sequence[int], now: Moment, scheduler: Scheduler) -> list[float] | None:
    """How likely each interval is; None if all are equally likely."""
    known = len(now.due)
    if len(intervals) == 1 or (intervals[0] >= known and scheduler.easy_days == NO_EASY_DAYS):
        return None
    usual = sum(now.due) / known if known else 0.0
    weights = [
        scheduler.easy_days[(now.day + timedelta(days=days)).weekday()]
        / (1 + (now.due[days] if days < known else usual)) ** 2
        for days in intervals
    ]
    return weights if any(weights) else None


def _half_up(days: float) -> int:
    return math.floor(days + 0.5)
