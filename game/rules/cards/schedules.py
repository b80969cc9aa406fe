"""What is known of a card's schedule, and what decides about the next one."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Final, Literal, get_args
from uuid import UUID

from msgspec import Meta, Struct

from game.rules.cards.days import Moment

Rating = Literal["again", "hard", "good", "easy"]
CardState = Literal["new", "learning", "review", "relearning"]
ReviewKind = Literal["learn", "review", "relearn", "cram", "lapse", "reschedule"]
Algorithm = Literal["fsrs", "sm2"]

RATINGS: Final[tuple[Rating, ...]] = get_args(Rating)
GRADES: Final[Mapping[Rating, int]] = MappingProxyType(
    {rating: grade for grade, rating in enumerate(RATINGS, 1)}
)
"""The ratings as the log stores them: 1 is again, 4 is easy."""
VERSIONS: Final[Mapping[Algorithm, str]] = MappingProxyType({"fsrs": "fsrs-6.3.2", "sm2": "sm2-1"})
"""Changes whenever the same log would give another schedule."""

INTERVAL_MAX_DAYS: Final = 36_500
EASE_MIN, EASE_MAX, EASE_FIRST = Decimal("1.30"), Decimal("5.00"), Decimal("2.50")
WEEK: Final = 7
TOOK_MAX_MS: Final = 600_000
"""A learner who takes longer has done something else meanwhile."""
FLAG_MAX: Final = 7
VERSION_MAX: Final = 10_000
"""A card that was changed so often has a log that takes too long to replay."""

MaximumIntervalDays = Annotated[int, Meta(ge=1, le=INTERVAL_MAX_DAYS)]
DayShare = Annotated[int, Meta(ge=0, le=100)]
EasyDays = Annotated[tuple[DayShare, ...], Meta(min_length=WEEK, max_length=WEEK)]
"""How many of the reviews of a normal day each day of the week takes, in percent; Monday first."""
NO_EASY_DAYS: Final[EasyDays] = (100,) * WEEK


class Schedule(Struct, frozen=True, gc=False):
    """The schedule of one learner's card; without arguments, that of a new one.

    `step` is the learning step that comes next, `interval_days` 0 during learning steps.
    `stability` (days) and `difficulty` belong to FSRS, `ease_factor` and `repetitions` to SM-2.
    `reviewed_on` is the learner's day of the last review. `algorithm` and `parameters_id` name the
    scheduler that made the schedule.
    """

    state: CardState = "new"
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    interval_days: int = 0
    ease_factor: Decimal = EASE_FIRST
    repetitions: int = 0
    due_at: datetime | None = None
    reviewed_at: datetime | None = None
    reviewed_on: date | None = None
    lapses: int = 0
    reviews: int = 0
    is_leech: bool = False
    algorithm: str | None = None
    parameters_id: UUID | None = None


class Scheduler(Struct, frozen=True):
    """How a learner's cards are scheduled.

    `retention` is the share of due cards that the learner wants to know, `parameters` those that
    were fitted to the learner's log. Without `fuzz` intervals are as the algorithm computes them.
    """

    algorithm: Algorithm = "fsrs"
    retention: float = 0.9
    maximum_interval_days: int = INTERVAL_MAX_DAYS
    easy_days: EasyDays = NO_EASY_DAYS
    parameters: tuple[float, ...] | None = None
    parameters_id: UUID | None = None
    fuzz: bool = True

    @property
    def version(self) -> str:
        return VERSIONS[self.algorithm]

    @property
    def signature(self) -> tuple[str, UUID | None]:
        """What schedules and log rows name: their `algorithm` and `parameters_id`."""
        return self.version, self.parameters_id if self.algorithm == "fsrs" else None


class LogEntry(Struct, frozen=True, gc=False):
    """A row of the log of one card, with what it led to.

    `elapsed_days` are the learner's days since the review before. They are stored because the
    learner may move to another time zone, and governments change the clocks. `begun_with` is the
    schedule that a card had before the first entry, if it came with one from elsewhere.
    """

    kind: ReviewKind
    rating: Rating | None
    reviewed_at: datetime
    reviewed_on: date
    elapsed_days: int
    interval_days: int
    due_at: datetime | None
    algorithm: str
    parameters_id: UUID | None = None
    begun_with: Schedule | None = None


class Outcome(Struct, frozen=True, gc=False):
    """What an algorithm decides: due after `wait_seconds` if there is a step, else after days."""

    state: CardState
    interval_days: int
    wait_seconds: int | None = None
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    ease_factor: Decimal = EASE_FIRST
    repetitions: int = 0


def kind_of(schedule: Schedule) -> ReviewKind:
    """The kind of the next review of a card."""
    match schedule.state:
        case "review":
            return "review"
        case "relearning":
            return "relearn"
        case _:
            return "learn"


def elapsed_days(schedule: Schedule, now: Moment) -> int:
    """The learner's days since the last review; never negative, though travellers go back a day."""
    if schedule.reviewed_on is None:
        return 0
    return max(0, (now.day - schedule.reviewed_on).days)
