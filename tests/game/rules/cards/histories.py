"""Random histories of a card, as they would be reviewed and logged."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from msgspec import Struct

from game.rules.cards import (
    RATINGS,
    LogEntry,
    Moment,
    Rating,
    ReviewKind,
    Schedule,
    Scheduler,
    elapsed_days,
    kind_of,
    lapse,
    moment,
    reschedule,
    review,
)
from game.rules.cards.fsrs6 import DEFAULTS, within_bounds

Action = Rating | Literal["lapse", "reschedule"]

ZONES = tuple(
    ZoneInfo(name)
    for name in (
        "UTC",
        "Africa/Cairo",
        "America/New_York",
        "America/St_Johns",
        "Antarctica/Casey",
        "Antarctica/Troll",
        "Asia/Beirut",
        "Asia/Jakarta",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Europe/Berlin",
        "Pacific/Apia",
        "Pacific/Chatham",
    )
)
OTHER = within_bounds([value * 0.9 for value in DEFAULTS])


class Step(Struct, frozen=True):
    """What happens to a card, so long after the step before."""

    action: Action
    gap: timedelta


class Reviewed(Struct, frozen=True):
    """A step that was taken: the schedules before and after it, and its row of the log."""

    before: Schedule
    now: Moment
    entry: LogEntry
    after: Schedule


class History(Struct, frozen=True):
    card: UUID
    begin: datetime
    zone: ZoneInfo
    scheduler: Scheduler
    due: Sequence[int]
    steps: Sequence[Step]
    begun_with: Schedule = Schedule()

    def reviewed(self) -> list[Reviewed]:
        """Take the steps. Those that change nothing have no row in the log."""
        taken: list[Reviewed] = []
        schedule, at = self.begun_with, self.begin
        for step in self.steps:
            at += step.gap
            now = moment(at, self.zone, self.due)
            after = self._after(schedule, step.action, now)
            if after is not schedule:
                entry = _entry(schedule, step.action, now, after)
                taken.append(Reviewed(schedule, now, entry, after))
                schedule = after
        return taken

    def _after(self, schedule: Schedule, action: Action, now: Moment) -> Schedule:
        match action:
            case "lapse":
                return lapse(schedule, now, self.scheduler)
            case "reschedule":
                new = schedule.state == "new"
                return schedule if new else reschedule(schedule, now.day + timedelta(9), now)
            case rating:
                return review(schedule, rating, self.card, now, self.scheduler)


def _entry(before: Schedule, action: Action, now: Moment, after: Schedule) -> LogEntry:
    assert after.due_at is not None
    assert after.algorithm is not None
    kind: ReviewKind = action if action == "lapse" or action == "reschedule" else kind_of(before)  # noqa: PLR1714  # mypy narrows so
    rating = None if action == "lapse" or action == "reschedule" else action  # noqa: PLR1714  # the same
    return LogEntry(
        kind=kind,
        rating=rating,
        reviewed_at=now.at,
        reviewed_on=now.day,
        elapsed_days=elapsed_days(before, now),
        interval_days=after.interval_days,
        due_at=after.due_at,
        algorithm=after.algorithm,
        parameters_id=after.parameters_id,
    )


_gaps = st.one_of(
    st.integers(1, 3_600).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(1, 400_000_000).map(lambda ms: timedelta(milliseconds=ms)),
    st.integers(1, 800).map(lambda days: timedelta(days=days, seconds=1)),
)
_actions = st.sampled_from((*RATINGS, *RATINGS, *RATINGS, "lapse", "reschedule"))
schedulers = st.builds(
    Scheduler,
    algorithm=st.sampled_from(("fsrs", "sm2")),
    retention=st.floats(0.8, 0.97),
    maximum_interval_days=st.sampled_from((1, 30, 365, 36_500)),
    easy_days=st.sampled_from(((100,) * 7, (100, 100, 100, 100, 100, 0, 0), (0,) * 7)),
    parameters=st.sampled_from((None, OTHER)),
    parameters_id=st.sampled_from((None, UUID(int=7))),
)
histories = st.builds(
    History,
    card=st.uuids(),
    begin=st.datetimes(datetime(2011, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds it
    zone=st.sampled_from(ZONES),
    scheduler=schedulers,
    due=st.one_of(st.just(()), st.lists(st.integers(0, 300), min_size=60, max_size=90)),
    steps=st.lists(st.builds(Step, action=_actions, gap=_gaps), max_size=25),
    begun_with=st.just(Schedule()),
)
