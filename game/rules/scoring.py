"""Scoring: points, streaks, ranks, ties."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from game.rules.grading import RIGHT, grade
from game.rules.nicknames import is_foul
from game.rules.questions import Question, Response, counts, is_scored
from game.rules.rooms.settings import RoomSettings

CLAIM_MAX_MS = 250
STREAK_STEP = 100
STREAK_MAX = 500


class Answer(Struct, frozen=True):
    """A stored answer: the parsed response, not yet judged; `arrived_at` on the room's clock."""

    player: str
    response: Response
    elapsed_ms: int
    arrived_at: int


class Standing(Struct, frozen=True):
    """Where a player stands after the questions revealed so far.

    `joined_at` is when the player joined (ms). `score` is the sum of all `gained`; `total_time_ms`
    of the elapsed times of all answers; `correct` counts questions answered fully right, never
    polls; `answered` counts all answers. A `rank` of 0 means: not ranked yet. `previous_rank`,
    `gained`, `response` and `is_correct` are of the last revealed question; the last two are None
    without an answer, and `is_correct` is None for a poll too.
    """

    player: str
    nickname: str
    joined_at: int
    score: int = 0
    total_time_ms: int = 0
    correct: int = 0
    answered: int = 0
    streak: int = 0
    best_streak: int = 0
    rank: int = 0
    previous_rank: int = 0
    gained: int = 0
    response: Response | None = None
    is_correct: bool | None = None


class Graded(Struct, frozen=True):
    """A judged answer; `correct` is None for a poll; `gained` has the streak bonus in it."""

    player: str
    response: Response
    correct: bool | None
    share: float
    gained: int
    elapsed_ms: int


class Scored(Struct, frozen=True):
    """A question's outcome; `standings` by rank, `graded` by player id."""

    standings: tuple[Standing, ...]
    graded: tuple[Graded, ...]
    counts: dict[str, int]
    answered: int


def elapsed_ms(opens_at: int, arrived_at: int, claimed_ms: int | None, rtt_ms: int) -> int:
    """The time to answer, on the room's clock.

    What the client claims can shorten it by half the connection's round trip, at most 250 ms.
    """
    measured = max(arrived_at - opens_at, 0)
    if claimed_ms is None:
        return measured
    earliest = max(measured - min(max(rtt_ms, 0) // 2, CLAIM_MAX_MS), 0)
    return min(max(claimed_ms, earliest), measured)


def points(
    question: Question, share: Fraction, elapsed_ms: int, *, speed_bonus: bool, doubled: bool
) -> int:
    """`round(points × share × (1 − (elapsed / time_limit) / 2))`, twice that when doubled.

    Without a speed bonus it is exactly what the slowest right answer earns: half.
    """
    limit_ms = question.time_limit * 1000
    spent_ms = min(max(elapsed_ms, 0), limit_ms) if speed_bonus else limit_ms
    earned = round(question.points * share * (1 - Fraction(spent_ms, 2 * limit_ms)))
    return 2 * earned if doubled else earned


def streak_bonus(streak: int) -> int:
    """100 for each consecutive right answer from the second, at most 500."""
    return min(STREAK_STEP * max(streak - 1, 0), STREAK_MAX)


def score_question(  # noqa: PLR0913  # the whole question in one pure step
    question: Question,
    index: int,
    settings: RoomSettings,
    opened_at: int,
    standings: Sequence[Standing],
    answers: Mapping[str, Answer],
) -> Scored:
    """Judge all answers to a question and move the standings on; the same input, the same outcome.

    `opened_at` is `RoomState.opened_at`, when the question opened first: who joined after it gets no
    speed bonus, and a pause does not change that. `standings` are of all players who are not
    kicked; `answers` by player id, those of others are left out.
    """
    raise NotImplementedError


def rank(standings: Sequence[Standing]) -> tuple[Standing, ...]:
    """By score, then by less total time, then by who joined first; ranks are 1..n."""
    raise NotImplementedError


def performance_band(correct: int, of: int) -> str:
    """`excellent`, `good`, `fair` or `needs_practice`, by the share of right answers."""
    share = Fraction(correct, of) if of else Fraction(0)
    for least, band in _BANDS:
        if share >= least:
            return band
    return "needs_practice"


_BANDS = ((Fraction(9, 10), "excellent"), (Fraction(7, 10), "good"), (Fraction(1, 2), "fair"))
