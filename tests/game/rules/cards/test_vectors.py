"""Golden vectors of the schedulers, from outside, without fuzz."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest

from game.rules.cards import Rating, Schedule, Scheduler, day_of, moment, review
from game.rules.cards.fuzz import bounds
from game.rules.cards.sm2 import next_ease

CARD = UUID(int=1)
FSRS = Scheduler(fuzz=False)
SM2 = Scheduler("sm2", fuzz=False)
BEGIN = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)
RATED: dict[str, Rating] = {"A": "again", "H": "hard", "G": "good", "E": "easy"}


def reviewed_when_due(ratings: str, scheduler: Scheduler) -> Sequence[Schedule]:
    schedules = [Schedule(due_at=BEGIN)]
    for rating in ratings:
        now = moment(schedules[-1].due_at or BEGIN, UTC)
        schedules.append(review(schedules[-1], RATED[rating], CARD, now, scheduler))
    return schedules[1:]


def test_intervals_of_fsrs_when_each_review_is_on_time() -> None:
    schedules = reviewed_when_due("GGGGGGAAGGGGG", FSRS)
    intervals = [schedule.interval_days for schedule in schedules]
    assert intervals == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]
    days = [day_of(each.due_at, UTC) for each in schedules if each.due_at]
    assert [(after - before).days for before, after in pairwise(days)] == intervals[1:]


def test_memory_of_fsrs_after_given_gaps() -> None:
    schedule, at = Schedule(), BEGIN
    for rating, gap in zip("AGGGGG", (0, 0, 1, 3, 8, 21), strict=True):
        at += timedelta(days=gap)
        schedule = review(schedule, RATED[rating], CARD, moment(at, UTC), FSRS)
    assert schedule.stability == pytest.approx(53.62691, abs=1e-4)
    assert schedule.difficulty == pytest.approx(6.3574867, abs=1e-4)


@pytest.mark.parametrize(
    ("rating", "stability"), [("A", 0.212), ("H", 1.2931), ("G", 2.3065), ("E", 8.2956)]
)
def test_first_stabilities_of_fsrs(rating: str, stability: float) -> None:
    assert reviewed_when_due(rating, FSRS)[0].stability == pytest.approx(stability, abs=1e-4)


@pytest.mark.parametrize(
    ("ratings", "intervals"),
    [
        ("EEEEE", [1, 6, 17, 50, 150]),
        ("GGGGGGGGG", [1, 6, 15, 38, 95, 238, 595, 1488, 3720]),
        ("GGGAGG", [1, 6, 15, 1, 1, 6]),
        ("HHHHHHHHH", [1, 6, 13, 26, 47, 79, 121, 167, 218]),
    ],
)
def test_intervals_of_sm2(ratings: str, intervals: Sequence[int]) -> None:
    schedules = reviewed_when_due(ratings, SM2)
    assert [schedule.interval_days for schedule in schedules] == intervals


def test_a_failure_keeps_the_ease_factor_of_sm2() -> None:
    before, after = reviewed_when_due("EHA", SM2)[1:]
    assert before.ease_factor == after.ease_factor == Decimal("2.46")
    assert after.repetitions == 0


@pytest.mark.parametrize(
    ("ease", "quality", "expected"),
    [
        ("2.50", 3, "2.36"),
        ("2.50", 4, "2.50"),
        ("2.50", 5, "2.60"),
        ("1.35", 3, "1.30"),
        ("4.95", 5, "5.00"),
    ],
)
def test_ease_factors_of_sm2(ease: str, quality: int, expected: str) -> None:
    assert str(next_ease(Decimal(ease), quality)) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, (1, 1)),
        (2, (2, 2)),
        (2.5, (2, 4)),
        (3, (2, 4)),
        (7, (5, 9)),
        (17, (14, 20)),
        (20, (17, 23)),
        (37, (33, 41)),
    ],
)
def test_bounds_of_the_fuzz(days: float, expected: tuple[int, int]) -> None:
    assert bounds(days, 36_500) == expected


def test_the_maximum_interval_bounds_the_fuzz() -> None:
    assert bounds(37, 38) == (33, 38)
    assert bounds(20, 10) == (10, 10)
    assert bounds(3, 1) == (1, 1)
