"""The fields of user preferences, with their limits and defaults."""

import zoneinfo
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Literal

from msgspec import Meta, Struct

from game.errors import Detail
from game.rules.cards import (
    INTERVAL_MAX_DAYS,
    NO_EASY_DAYS,
    Algorithm,
    EasyDays,
    MaximumIntervalDays,
)

Locale = Literal["en", "id"]
Theme = Literal["light", "dark", "system"]

DAILY_GOAL_MAX_MINUTES = 240
NEW_CARDS_MAX = 200
REVIEWS_MAX = 2000
RETENTION_MIN, RETENTION_MAX = 0.8, 0.97
LAST_HOUR = 23
TIME_ZONE_MAX = 64  # characters

DailyGoalMinutes = Annotated[int, Meta(ge=1, le=DAILY_GOAL_MAX_MINUTES)]
NewCardsPerDay = Annotated[int, Meta(ge=0, le=NEW_CARDS_MAX)]
ReviewsPerDay = Annotated[int, Meta(ge=0, le=REVIEWS_MAX)]
Retention = Annotated[float, Meta(ge=RETENTION_MIN, le=RETENTION_MAX)]
Hour = Annotated[int, Meta(ge=0, le=LAST_HOUR)]
TimeZone = Annotated[str, Meta(max_length=TIME_ZONE_MAX, examples=["Asia/Jakarta"])]


class Preferences(Struct, frozen=True):
    """As they are for somebody who has chosen nothing yet.

    Without a `locale` or a `theme` the browser decides. `desired_retention` is the share of due
    cards that the learner wants to know at a review. `easy_days` are the shares of a normal day's
    reviews, in percent, from Monday to Sunday.
    `reminder_hour` is when a mail says what is due, with `email_reminders`.
    """

    locale: Locale | None = None
    theme: Theme | None = None
    time_zone: TimeZone | None = None
    daily_goal_minutes: DailyGoalMinutes = 10
    new_cards_per_day: NewCardsPerDay = 20
    reviews_per_day: ReviewsPerDay = 200
    desired_retention: Retention = 0.9
    scheduler: Algorithm = "fsrs"
    maximum_interval_days: MaximumIntervalDays = INTERVAL_MAX_DAYS
    easy_days: EasyDays = NO_EASY_DAYS
    cards_from_answers: bool = True
    reminder_hour: Hour = 18
    email_reminders: bool = False
    email_summaries: bool = False
    email_news: bool = False
    email_shares: bool = True


class Appearance(Struct, frozen=True):
    """What a page needs before it is drawn.

    With `cards_from_answers` it says where to find what was missed, as soon as a game is over.
    """

    locale: Locale | None = None
    theme: Theme | None = None
    time_zone: TimeZone | None = None
    cards_from_answers: bool = True


def check_time_zone(name: str | None) -> tuple[Detail, ...]:
    """What is wrong with it; nothing if it is one of the IANA database, or none."""
    if name is None or name in _known_time_zones():
        return ()
    return (Detail("time_zone", "unknown_time_zone", "There is no such time zone."),)


@cache
def offered_time_zones() -> Sequence[str]:
    """Those named after a place, and UTC. The older names are known, but not worth a choice."""
    places = (name for name in _known_time_zones() if "/" in name and not name.startswith("Etc/"))
    return ("UTC", *sorted(places))


@cache
def _known_time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
