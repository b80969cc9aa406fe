"""Intervals are spread within their bounds, the same for the same review."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from game.rules.cards import EasyDays, Scheduler, moment
from game.rules.cards.fuzz import choose, seed

SCHEDULER = Scheduler()
MONDAY = moment(datetime(2026, 3, 2, 12, tzinfo=UTC), UTC)
SEEDS = [seed(UUID(int=nth), 3) for nth in range(2_000)]


def chosen(
    days: int, *, scheduler: Scheduler = SCHEDULER, due: tuple[int, ...] = ()
) -> Counter[int]:
    now = moment(MONDAY.at, UTC, due)
    return Counter(choose(days, each, now, scheduler) for each in SEEDS)


def test_seeds_never_change() -> None:
    """They are part of the version that the log stores: other ones need another version."""
    assert seed(UUID(int=1), 0) == 0.1526108732051341
    assert len({seed(UUID(int=1), nth) for nth in range(100)}) == 100
    assert all(0 <= each < 1 for each in SEEDS)


def test_all_days_within_the_bounds_are_equally_likely() -> None:
    times = chosen(17)
    assert sorted(times) == list(range(14, 21))
    assert min(times.values()) > 2_000 / 7 * 0.8


def test_days_with_fewer_cards_are_likelier() -> None:
    due = [9] * 30
    due[16] = 0
    times = chosen(17, due=tuple(due))
    assert times[16] > 1_500
    assert sorted(times) == list(range(14, 21))


def test_days_beyond_the_counts_are_as_likely_as_a_usual_one() -> None:
    times = chosen(17, due=(3,) * 17)
    assert sorted(times) == list(range(14, 21))
    assert min(times.values()) > 2_000 / 7 * 0.8
    assert chosen(17, due=(3,) * 14) == chosen(17)


@given(
    st.integers(1, 60),
    st.floats(0, 1, exclude_max=True),
    st.lists(st.integers(0, 200), max_size=70),
    st.lists(st.sampled_from((0, 50, 100)), min_size=7, max_size=7),
)
def test_more_days_never_give_a_shorter_interval(
    days: int, chosen_by: float, due: list[int], easy_days: list[int]
) -> None:
    now = moment(MONDAY.at, UTC, due)
    scheduler = Scheduler(easy_days=msgspec.convert(easy_days, EasyDays))
    longer = choose(days + 1, chosen_by, now, scheduler)
    assert choose(days, chosen_by, now, scheduler) <= longer


def test_easy_days_get_fewer_cards_and_free_days_none() -> None:
    weekends = Scheduler(easy_days=(100, 100, 100, 100, 50, 0, 0))
    times = Counter[int]()
    for days, number in chosen(17, scheduler=weekends).items():
        times[date.weekday(MONDAY.day + timedelta(days=days))] += number
    assert set(times) == {0, 1, 2, 3, 4}
    assert times[4] < 0.7 * times[3]


def test_free_days_only_are_no_reason_to_lose_a_card() -> None:
    nothing = Scheduler(easy_days=(0,) * 7)
    assert chosen(17, scheduler=nothing) == chosen(17)
    only = Scheduler(easy_days=(0, 0, 100, 0, 0, 0, 0))
    assert set(chosen(2, scheduler=only)) == {2}


def test_a_long_interval_is_chosen_quickly() -> None:
    weekends = Scheduler(easy_days=(100, 100, 100, 100, 100, 0, 0))
    days = choose(36_500, 0.5, MONDAY, weekends)
    assert (MONDAY.day + timedelta(days=days)).weekday() < 5
