"""The settings of a homework, and the time in which it is open."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from game.errors import Detail

ATTEMPTS_MAX = 10
DURATION_MAX_MS = 366 * 24 * 3600 * 1000

Counts = Literal["best", "last", "mean"]
Feedback = Literal["after_question", "at_end", "after_deadline"]


class HomeworkSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a homework is run.

    `counts` says which of several attempts is the result. With `timed`, each question has its own
    time limit and fast answers earn more, as in a room; without it right answers earn all points.
    `feedback` is when students see what was right. Before the deadline they can tell others, or try
    again as somebody else. Without `guests` only accounts take part.
    """

    attempts: Annotated[int, Meta(ge=1, le=ATTEMPTS_MAX)] = 1
    counts: Counts = "best"
    timed: bool = False
    shuffle_questions: bool = False
    shuffle_choices: bool = False
    feedback: Feedback = "after_deadline"
    guests: bool = True


def period_problems(opens_at: int, closes_at: int, now: int) -> list[Detail]:
    """What is wrong with the times (in ms) between which a homework is open; none = nothing."""
    if closes_at <= now:
        return [Detail("closes_at", "in_the_past", "Choose a time in the future.")]
    if closes_at <= opens_at:
        return [Detail("closes_at", "out_of_range", "It must close after it opens.")]
    if closes_at - min(opens_at, now) > DURATION_MAX_MS:
        return [Detail("closes_at", "out_of_range", "It must close within a year.")]
    return []
