"""When a reminder is due, also where clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from game.rules.review_reminders import DueReminder, ReminderHour, due_reminders

JAKARTA = ReminderHour("Asia/Jakarta", 18)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "is_due"),
    [
        ("2026-11-22T10:59", False),
        ("2026-11-22T11:00", True),
        ("2026-11-22T13:59", True),
        ("2026-11-22T14:00", False),
    ],
)
def test_a_reminder_is_due_in_its_hour_and_a_little_later(now: str, is_due: bool) -> None:  # noqa: FBT001  # a parameter
    due = [DueReminder("Asia/Jakarta", 18, date(2026, 11, 22))] if is_due else []
    assert due_reminders([JAKARTA], at(now)) == due


@pytest.mark.parametrize(
    ("zone", "hour", "begin", "day"),
    [
        ("Asia/Kathmandu", 7, "2026-11-22T01:15", "2026-11-22"),  # 5:45 ahead
        (None, 0, "2026-11-22T00:00", "2026-11-21"),  # the day before, which ends at 04:00
        ("UTC", 3, "2026-11-22T03:00", "2026-11-21"),
        ("America/New_York", 23, "2026-11-22T04:00", "2026-11-21"),
        ("Nowhere/Removed", 12, "2026-11-22T12:00", "2026-11-22"),
    ],
)
def test_a_day_has_one_reminder(zone: str | None, hour: int, begin: str, day: str) -> None:
    """Also when the day turns while a late one could still be sent."""
    quarter = timedelta(minutes=15)
    times = [at(begin) - timedelta(hours=10) + n * quarter for n in range(96)]
    found = {each.day for now in times for each in due_reminders([ReminderHour(zone, hour)], now)}
    assert found == {date.fromisoformat(day)}


def test_an_hour_that_clocks_repeat_or_skip() -> None:
    repeated = ReminderHour("Europe/Berlin", 2)
    night = [at("2026-10-24T23:00") + n * timedelta(minutes=15) for n in range(32)]
    days = [each.day for now in night for each in due_reminders([repeated], now)]
    assert set(days) == {date(2026, 10, 24)}
    skipped = [at("2026-03-28T20:00") + n * timedelta(minutes=15) for n in range(64)]
    assert not any(due_reminders([repeated], now) for now in skipped)
