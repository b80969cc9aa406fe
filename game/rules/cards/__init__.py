"""Cards of spaced repetition: when each is due, and what a review changes."""

from game.rules.cards.days import Moment, day_of, learner_zone, moment, starts_at
from game.rules.cards.fsrs6 import retrievability
from game.rules.cards.fuzz import LOAD_DAYS
from game.rules.cards.queue_order import overdue_share, queue_key
from game.rules.cards.reviewing import (
    adopt,
    lapse,
    needs_replay,
    preview,
    replay,
    reschedule,
    review,
)
from game.rules.cards.schedules import (
    GRADES,
    INTERVAL_MAX_DAYS,
    NO_EASY_DAYS,
    RATINGS,
    VERSIONS,
    Algorithm,
    CardState,
    EasyDays,
    LogEntry,
    MaximumIntervalDays,
    Rating,
    ReviewKind,
    Schedule,
    Scheduler,
    elapsed_days,
    kind_of,
)

__all__ = [
    "GRADES",
    "INTERVAL_MAX_DAYS",
    "LOAD_DAYS",
    "NO_EASY_DAYS",
    "RATINGS",
    "VERSIONS",
    "Algorithm",
    "CardState",
    "EasyDays",
    "LogEntry",
    "MaximumIntervalDays",
    "Moment",
    "Rating",
    "ReviewKind",
    "Schedule",
    "Scheduler",
    "adopt",
    "day_of",
    "elapsed_days",
    "kind_of",
    "lapse",
    "learner_zone",
    "moment",
    "needs_replay",
    "overdue_share",
    "preview",
    "queue_key",
    "replay",
    "reschedule",
    "retrievability",
    "review",
    "starts_at",
]
