"""The days of a learner, which turn at 04:00 in their time zone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

DAY_TURNS_AT: Final = time(4)


class Moment(Struct, frozen=True):
    """A time, and the learner's day that it belongs to.

    `due` are counts of the learner's cards that are due on this day, the next one and so on. They
    are counted once a day, so that what is shown before an answer stays true during the session.
    """

    at: datetime
    day: date
    zone: tzinfo
    due: Sequence[int] = ()


def moment(at: datetime, zone: tzinfo, due: Sequence[int] = ()) -> Moment:
    return Moment(at, day_of(at, zone), zone, due)


def day_of(at: datetime, zone: tzinfo) -> date:
    """The learner's day at a time: what is done at 03:59 still belongs to the day before."""
    day = at.astimezone(zone).date()
    return day if at >= starts_at(day, zone) else day - timedelta(days=1)


def starts_at(day: date, zone: tzinfo) -> datetime:
    """When a learner's day begins, in UTC.

    A day is as long as the clocks make it, 23 or 25 hours when they change. Where they skip 04:00,
    the day begins as long after the skip as it would have without it; where they show 04:00 twice,
    it begins at the first.
    """
    return datetime.combine(day, DAY_TURNS_AT, zone).astimezone(UTC)


def learner_zone(name: str | None) -> ZoneInfo:
    """The time zone of this name; UTC if none is chosen, or if it is not known any more."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
