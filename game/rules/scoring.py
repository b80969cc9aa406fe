"""Scoring: points, streaks, ranks, ties."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from game.rules.grading import RIGHT, grader
from game.rules.nicknames import is_profane
from game.rules.questions import Question, Response, counts, is_scored
from game.rules.rooms.settings import RoomSettings

CLAIM_MAX_MS = 250
STREAK_STEP = 100
STREAK_MAX = 500


class Answer(Struct, frozen=True, gc=False):
    """A stored answer: the parsed response, not yet judged; `arrived_at` on the room's clock."""

    player: str
    response: Response
    elapsed_ms: int
    arrived_at: int


class Standing(Struct, frozen=True, gc=False):
    """A player's standing after the questions revealed so far.

    `joined_at` is when the player joined (ms). `score` is the sum of all `gained`. `total_time_ms`
    is the time that all questions took; a question without an answer counts its whole limit, even
    if it was asked before the player joined. `correct` counts questions answered fully right, never
    polls. `answered` counts all answers. A `rank` of 0 means that the player is not ranked yet.
    `previous_rank`, `gained`, `response` and `is_correct` belong to the last revealed question. The
    last two are None without an answer, and `is_correct` is also None for a poll.
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


class Graded(Struct, frozen=True, gc=False):
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
    earliest = max(measured - min(max(rtt_ms // 2, 0), CLAIM_MAX_MS), 0)
    return min(max(claimed_ms, earliest), measured)


def points(
    question: Question, share: Fraction, elapsed_ms: int, *, speed_bonus: bool, doubled: bool
) -> int:
    """`round(points * share * (1 - (elapsed / time_limit) / 2))`, twice that when doubled.

    Without a speed bonus it is exactly what the slowest right answer earns: half.
    """
    limit_ms = question.time_limit * 1000
    spent_ms = min(max(elapsed_ms, 0), limit_ms) if speed_bonus else limit_ms
    parts = question.points * share.numerator * (2 * limit_ms - spent_ms)
    earned = _rounded(parts, share.denominator * 2 * limit_ms)
    return 2 * earned if doubled else earned


def _rounded(parts: int, of: int) -> int:
    """`round(Fraction(parts, of))`, ten times as fast: a room may have 5,000 answers to judge."""
    whole, rest = divmod(parts, of)
    return whole + (2 * rest > of or (2 * rest == of and whole % 2))


def streak_bonus(streak: int) -> int:
    """100 for each consecutive right answer from the second, at most 500."""
    return min(STREAK_STEP * max(streak - 1, 0), STREAK_MAX)


def score_question(  # noqa: PLR0913, PLR0917  # the whole question in one pure step
    question: Question,
    index: int,
    settings: RoomSettings,
    opened_at: int,
    standings: Sequence[Standing],
    answers: Mapping[str, Answer],
    *,
    limit_ms: int,
) -> Scored:
    """Judge all answers to a question and move the standings on; the same input, the same outcome.

    `opened_at` is `RoomState.opened_at`, when the question opened first: who joined after it gets
    no speed bonus, and a pause does not change that. `standings` are of all players who are not
    kicked; `answers` by player id, those of others are left out. `limit_ms` is the time that the
    question takes from who did not answer it.
    """
    moved, graded = judge_answers(
        question, index, settings, opened_at, standings, answers, limit_ms=limit_ms
    )
    return Scored(
        standings=rank(moved),
        graded=tuple(sorted(graded, key=lambda judged: judged.player)),
        counts=_counts(question, settings, graded),
        answered=len(graded),
    )


def judge_answers(  # noqa: PLR0913, PLR0917  # the same
    question: Question,
    index: int,
    settings: RoomSettings,
    opened_at: int,
    standings: Sequence[Standing],
    answers: Mapping[str, Answer],
    *,
    limit_ms: int,
) -> tuple[list[Standing], list[Graded]]:
    """`score_question` without what is shown of it: nothing is counted, ordered or ranked."""
    judge = _Judge(question, settings, opened_at, doubled=index in settings.double_points)
    moved: list[Standing] = []
    graded: list[Graded] = []
    for standing in standings:
        answer = answers.get(standing.player)
        if answer is None:
            moved.append(_unanswered(standing, limit_ms, scored=judge.scored))
        else:
            judged = judge.judge(standing, answer)
            graded.append(judged)
            moved.append(_answered(standing, judged))
    return moved, graded


class _Verdict(NamedTuple):
    """What a response is worth; `correct` is None for a poll."""

    share: Fraction
    as_float: float
    correct: bool | None
    has_bonus: bool


class _Judge:
    """Judges one question; equal responses are graded once."""

    def __init__(
        self, question: Question, settings: RoomSettings, opened_at: int, *, doubled: bool
    ) -> None:
        self.scored = is_scored(question)
        self._question = question
        self._grade = grader(question)
        self._streak_bonus = settings.streak_bonus and question.points > 0
        self._opened_at = opened_at
        self._doubled = doubled
        self._verdicts: dict[Response, _Verdict] = {}

    def judge(self, standing: Standing, answer: Answer) -> Graded:
        verdict = self._verdicts.get(answer.response) or self._verdict(answer.response)
        gained = points(
            self._question,
            verdict.share,
            answer.elapsed_ms,
            speed_bonus=standing.joined_at <= self._opened_at,
            doubled=self._doubled,
        )
        if verdict.has_bonus:
            gained += streak_bonus(standing.streak + 1)
        return Graded(
            player=standing.player,
            response=answer.response,
            correct=verdict.correct,
            share=verdict.as_float,
            gained=gained,
            elapsed_ms=answer.elapsed_ms,
        )

    def _verdict(self, response: Response) -> _Verdict:
        share = self._grade(response)
        is_right = share == RIGHT
        verdict = _Verdict(
            share,
            float(share),
            correct=is_right if self.scored else None,
            has_bonus=is_right and self._streak_bonus,
        )
        self._verdicts[response] = verdict
        return verdict


def _unanswered(standing: Standing, limit_ms: int, *, scored: bool) -> Standing:
    """The standing after a question that the player has not answered.

    This ends a streak, except at a poll. The question counts its whole limit as time; otherwise
    players who did not try would be ranked before players who did.
    """
    return replace(
        standing,
        total_time_ms=standing.total_time_ms + limit_ms,
        streak=0 if scored else standing.streak,
        previous_rank=standing.rank,
        gained=0,
        response=None,
        is_correct=None,
    )


def _answered(standing: Standing, judged: Graded) -> Standing:
    streak = standing.streak
    if judged.correct is not None:
        streak = streak + 1 if judged.correct else 0
    return Standing(
        player=standing.player,
        nickname=standing.nickname,
        joined_at=standing.joined_at,
        score=standing.score + judged.gained,
        total_time_ms=standing.total_time_ms + judged.elapsed_ms,
        correct=standing.correct + (judged.correct is True),
        answered=standing.answered + 1,
        streak=streak,
        best_streak=max(standing.best_streak, streak),
        previous_rank=standing.rank,
        gained=judged.gained,
        response=judged.response,
        is_correct=judged.correct,
    )


def _counts(question: Question, settings: RoomSettings, graded: Sequence[Graded]) -> dict[str, int]:
    hide = is_profane if settings.word_filter else None
    return counts(question, (judged.response for judged in graded), hide)


def rank(standings: Sequence[Standing]) -> tuple[Standing, ...]:
    """By score, then more right answers, then less total time, then who joined first; 1..n."""
    ordered = sorted(standings, key=_place)
    return tuple(replace(standing, rank=at) for at, standing in enumerate(ordered, start=1))


def _place(standing: Standing) -> tuple[int, int, int, int, str]:
    """No two players share a place: player ids grow with time, so the last one decides ties."""
    return (
        -standing.score,
        -standing.correct,
        standing.total_time_ms,
        standing.joined_at,
        standing.player,
    )


def scored_questions(questions: Sequence[Question], last: int | None) -> int:
    """How many of the questions up to the last revealed one can be right or wrong.

    This is the `of` of results: a poll has nothing to get right, and a question that was never
    shown counts against nobody.
    """
    return 0 if last is None else sum(map(is_scored, questions[: last + 1]))


def performance_band(correct: int, of: int) -> str:
    """`excellent`, `good`, `fair` or `needs_practice`, by the share of right answers."""
    share = Fraction(correct, of) if of else Fraction(0)
    for least, band in _BANDS:
        if share >= least:
            return band
    return "needs_practice"


_BANDS = ((Fraction(9, 10), "excellent"), (Fraction(7, 10), "good"), (Fraction(1, 2), "fair"))
