"""A learner's day turns at 04:00 where they live, also when the clocks change."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.rules.cards import day_of, learner_zone, starts_at
from tests.game.rules.cards.histories import ZONES

BERLIN = ZoneInfo("Europe/Berlin")
times = st.datetimes(datetime(1995, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds it


def test_what_is_done_before_four_belongs_to_the_day_before() -> None:
    assert day_of(datetime(2026, 5, 2, 3, 59, 59, tzinfo=BERLIN), BERLIN) == date(2026, 5, 1)
    assert day_of(datetime(2026, 5, 2, 4, tzinfo=BERLIN), BERLIN) == date(2026, 5, 2)
    assert day_of(datetime(2026, 5, 1, 20, 59, 59, tzinfo=UTC), learner_zone("Asia/Jakarta")) == (
        date(2026, 5, 1)
    )
    assert day_of(datetime(2026, 5, 1, 21, tzinfo=UTC), learner_zone("Asia/Jakarta")) == (
        date(2026, 5, 2)
    )


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 28), 23),
        ("Europe/Berlin", date(2026, 10, 24), 25),
        ("America/New_York", date(2026, 3, 7), 23),
        ("Australia/Lord_Howe", date(2026, 4, 4), 24.5),
        ("Antarctica/Troll", date(2026, 3, 28), 22),
        ("Asia/Jakarta", date(2026, 3, 28), 24),
        ("Pacific/Apia", date(2011, 12, 29), 24),  # the next one was left out,
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Antarctica/Casey", date(2018, 3, 10), 27),  # at 04:00 it was 01:00 again
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, day: date, hours: float) -> None:
    there = ZoneInfo(zone)
    length = starts_at(day + timedelta(days=1), there) - starts_at(day, there)
    assert length == timedelta(hours=hours)


def test_where_the_clocks_skip_four_the_day_begins_after_it() -> None:
    """At Casey 06:00 followed 03:00 in 2019; the day begins an hour later, not at 06:00."""
    casey = ZoneInfo("Antarctica/Casey")
    assert day_of(datetime(2019, 10, 3, 19, 59, tzinfo=UTC), casey) == date(2019, 10, 3)
    assert day_of(datetime(2019, 10, 3, 20, tzinfo=UTC), casey) == date(2019, 10, 4)


def check(zone: zoneinfo.ZoneInfo, at: datetime) -> None:
    day = day_of(at, zone)
    assert starts_at(day, zone) <= at < starts_at(day + timedelta(days=1), zone)


@settings(max_examples=100)
@given(st.sampled_from(ZONES), times)
def test_every_time_belongs_to_one_day(zone: ZoneInfo, at: datetime) -> None:
    check(zone, at)


@pytest.mark.slow
@settings(max_examples=3_000)
@given(st.sampled_from(sorted(zoneinfo.available_timezones())), times)
def test_every_time_belongs_to_one_day_everywhere(zone: str, at: datetime) -> None:
    check(ZoneInfo(zone), at)


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus", "../etc/passwd", "/etc/passwd"])
def test_a_zone_that_is_not_known_is_utc(name: str | None) -> None:
    assert learner_zone(name).key == "UTC"
