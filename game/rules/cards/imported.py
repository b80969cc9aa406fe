"""Rebuilds a card from reviews that were made in another program."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID

from msgspec import Struct

from game.rules.cards.days import Moment, moment
from game.rules.cards.reviewing import reschedule, review
from game.rules.cards.schedules import (
    Rating,
    ReviewKind,
    Schedule,
    Scheduler,
    elapsed_days,
    kind_of,
)


class PastReview(Struct, frozen=True):
    at: datetime
    rating: Rating
    took_ms: int = 0


class LogStep(Struct, frozen=True):
    """What an entry of the log is made of: a rating, or without one a day that was chosen."""

    kind: ReviewKind
    rating: Rating | None
    now: Moment
    elapsed_days: int
    took_ms: int
    before: Schedule
    after: Schedule


def rebuild(  # noqa: PLR0913, PLR0917  # what there is to know about a card
    reviews: Iterable[PastReview],
    due_on: date | None,
    card: UUID,
    scheduler: Scheduler,
    zone: tzinfo,
    until: datetime,
) -> Iterator[LogStep]:
    """The log that these reviews make, as if they had been made here, but none after `until`.

    With `due_on` the card is due on that day, as the other program has decided.
    """
    schedule = Schedule()
    for past in sorted(reviews, key=lambda each: each.at):
        if past.at > until:
            break
        now = moment(past.at, zone)
        after = review(schedule, past.rating, card, now, scheduler)
        elapsed = elapsed_days(schedule, now)
        yield LogStep(kind_of(schedule), past.rating, now, elapsed, past.took_ms, schedule, after)
        schedule = after
    if due_on is None or schedule.reviewed_at is None:
        return
    now = moment(schedule.reviewed_at, zone)
    latest = now.day + timedelta(days=scheduler.maximum_interval_days)
    after = reschedule(schedule, min(due_on, latest), now)
    if after != schedule:
        yield LogStep("reschedule", None, now, 0, 0, schedule, after)
