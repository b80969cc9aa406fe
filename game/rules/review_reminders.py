"""When learners are reminded of what is due."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from game.rules.cards import day_of, learner_zone

LATE_HOURS: Final = 3
"""How long after the beginning of the chosen hour a reminder is sent, if no worker ran before."""


class ReminderHour(NamedTuple):
    """An hour of the day at which learners in a time zone want to be reminded."""

    zone: str | None
    hour: int


class DueReminder(NamedTuple):
    """An hour that has come, with the learners' day that it belongs to."""

    zone: str | None
    hour: int
    day: date


def due_reminders(hours: Iterable[ReminderHour], now: datetime) -> list[DueReminder]:
    """Those of the hours that it is now, or was shortly before.

    An hour that the clocks repeat belongs to the same day, so it is no second reminder. One that
    they skip does not come on that day.
    """
    return [
        DueReminder(wanted.zone, wanted.hour, day)
        for wanted in hours
        if (day := _day(wanted, now)) is not None
    ]


def _day(wanted: ReminderHour, now: datetime) -> date | None:
    zone = learner_zone(wanted.zone)
    lately = (now - timedelta(hours=late) for late in range(LATE_HOURS))
    return next(
        (day_of(at, zone) for at in lately if at.astimezone(zone).hour == wanted.hour), None
    )
