"""One attempt of a student: the next question, what may be answered until when, and its points.

All times are in ms since the epoch, on the server's clock. A run's questions are in an order of its
own. A `position` counts in that order, an index in the order of the homework.
"""

from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from game.errors import Conflict, NotFound, Refusal, room_refusal
from game.rules.grading import RIGHT, grade
from game.rules.homework.settings import HomeworkSettings
from game.rules.questions import Question, Response, is_scored, parse_response
from game.rules.questions.kinds import (
    CHOICE_IDS,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    Ordering,
    Poll,
    ShortAnswer,
    TrueFalse,
)
from game.rules.scoring import points

Phase = Literal["scheduled", "open", "closed"]

GRACE_MS = 1000
"""How long after its time an answer is still taken, because it was on its way."""
ORDERS_CACHED = 4096
"""Orders of questions or choices that a process keeps: each request needs one several times."""
UNTIMED_MAX_MS = 3_600_000
"""The longest time that an answer without a time limit can have taken: its student was away."""


class Assignment(Struct, frozen=True):
    """A homework as its runs see it: the frozen questions, the settings, and when it is open."""

    questions: tuple[Question, ...]
    settings: HomeworkSettings
    opens_at: int
    closes_at: int


class Run(Struct, frozen=True):
    """One attempt, of which `number` counts from 1.

    The question at `position` was first shown at `shown_at`. The other fields are the result so
    far; `total_time_ms` counts questions that were passed without an answer with their whole limit.
    """

    number: int
    seed: int
    position: int
    shown_at: int
    is_answered: bool = False
    finished_at: int | None = None
    answered: int = 0
    correct: int = 0
    score: int = 0
    total_time_ms: int = 0


class GivenAnswer(Struct, frozen=True):
    """A graded answer to the question with this index, with the choices' ids of the homework."""

    question: int
    response: Response
    correct: bool | None
    points: int
    elapsed_ms: int


class Repeated(Struct, frozen=True):
    """An answer to a question that the run has left. It is accepted if it is the stored one."""

    question: int
    response: Response


def phase(assignment: Assignment, now: int, *, ended: bool) -> Phase:
    """Whether it may be worked on now. It can have `ended` before its deadline."""
    if ended or now >= assignment.closes_at:
        return "closed"
    return "scheduled" if now < assignment.opens_at else "open"


def may_start(assignment: Assignment, runs: int, now: int) -> None:
    """Check that a student with so many runs, all of them finished, may start another one.

    Raises:
        Conflict: `homework_not_open`, `homework_closed` or `no_attempts_left`.
    """
    if now < assignment.opens_at:
        raise Conflict("homework_not_open", "This homework is not open yet.")
    if now >= assignment.closes_at:
        raise _closed()
    if runs >= assignment.settings.attempts:
        raise Conflict("no_attempts_left", "You have used all attempts of this homework.")


def question_index(assignment: Assignment, run: Run, position: int) -> int:
    """The index of the question at a position of the run."""
    return question_order(assignment, run)[position]


def question_order(assignment: Assignment, run: Run) -> Sequence[int]:
    """The indexes of the questions in the order of the run."""
    of = len(assignment.questions)
    return _permutation(of, f"{run.seed}") if assignment.settings.shuffle_questions else range(of)


def shown_question(
    assignment: Assignment, run: Run, index: int, counts: Question | None = None
) -> Question:
    """The question as this run shows it: its choices have letters in the displayed order.

    `counts` is the question with another key, in the order in which it was shown.
    """
    question = counts or assignment.questions[index]
    order = _arrangement(assignment, run, index)
    if order is None or isinstance(question, ShortAnswer | Numeric | TrueFalse):
        return question
    by_id = {choice.id: choice for choice in question.choices}
    letters = dict(zip(order, CHOICE_IDS, strict=False))
    choices = tuple(replace(by_id[id_], id=letters[id_]) for id_ in order)
    match question:
        case MultipleChoice():
            also = tuple(sorted(letters[id_] for id_ in question.also))
            return replace(question, choices=choices, key=letters[question.key], also=also)
        case MultipleSelect():
            key, *sets = (
                tuple(sorted(letters[id_] for id_ in each))
                for each in (question.key, *question.also)
            )
            return replace(question, choices=choices, key=key, also=tuple(sets))
        case Ordering():
            key, *orders = (
                tuple(letters[id_] for id_ in each) for each in (question.key, *question.also)
            )
            return replace(question, choices=choices, key=key, also=tuple(orders))
        case Poll():
            return replace(question, choices=choices)


def shown_response(assignment: Assignment, run: Run, index: int, response: Response) -> Response:
    """A stored response with the ids that this run shows."""
    order = _arrangement(assignment, run, index)
    return (
        response
        if order is None
        else _renamed(response, dict(zip(order, CHOICE_IDS, strict=False)))
    )


def question_closes_at(assignment: Assignment, run: Run) -> int:
    """When the question at the run's position can no longer be answered."""
    if not assignment.settings.timed:
        return assignment.closes_at
    index = question_index(assignment, run, run.position)
    limit_ms = assignment.questions[index].time_limit * 1000
    return min(run.shown_at + limit_ms, assignment.closes_at)


def may_see_feedback(assignment: Assignment, run: Run, *, closed: bool) -> bool:
    """Whether the student may see what was right in all questions of the run."""
    if assignment.settings.feedback == "after_deadline":
        return closed
    return closed or run.finished_at is not None


def answer(
    assignment: Assignment, run: Run, position: int, raw: object, at: int
) -> tuple[Run, GivenAnswer] | Repeated:
    """The run after an answer that arrived at this time; one to the next question leaves this one.

    Raises:
        Refusal: `no_such_question`, `not_open_yet`, `bad_response`, `too_late`,
            `attempt_finished` or `homework_closed`.
    """
    if not 0 <= position < len(assignment.questions):
        raise NotFound("no_such_question", "The homework has no such question.")
    if position > run.position + 1:
        _refuse_over(assignment, run, at)
        raise room_refusal("not_open_yet")
    index = question_index(assignment, run, position)
    response = _parsed(assignment, run, index, raw)
    if position < run.position or (position == run.position and run.is_answered):
        return Repeated(index, response)
    _refuse_over(assignment, run, at)
    if position > run.position:
        run = go_on(assignment, run, run.position, at)
    if at > question_closes_at(assignment, run) + GRACE_MS:
        raise room_refusal("too_late", "The time for this question is over.")
    question = assignment.questions[index]
    elapsed_ms = _elapsed_ms(assignment, question, at - run.shown_at)
    correct, gained = grade_response(assignment.settings, question, response, elapsed_ms)
    moved = replace(
        run,
        is_answered=True,
        answered=run.answered + 1,
        correct=run.correct + (correct is True),
        score=run.score + gained,
        total_time_ms=run.total_time_ms + elapsed_ms,
    )
    return moved, GivenAnswer(index, response, correct, gained, elapsed_ms)


def go_on(assignment: Assignment, run: Run, position: int, at: int) -> Run:
    """The run after its student left the question at this position, answered or not.

    A repetition changes nothing. Leaving the last question finishes the run.

    Raises:
        Refusal: `not_open_yet`, `attempt_finished` or `homework_closed`.
    """
    if position < run.position or (position == run.position and run.finished_at is not None):
        return run
    _refuse_over(assignment, run, at)
    if position > run.position:
        raise room_refusal("not_open_yet")
    if position + 1 == len(assignment.questions):
        return finish(assignment, run, at)
    return replace(
        run,
        position=position + 1,
        shown_at=at,
        is_answered=False,
        total_time_ms=run.total_time_ms + _missed_ms(assignment, run, [position]),
    )


def finish(assignment: Assignment, run: Run, at: int) -> Run:
    """The run handed in with what was answered. One that is finished stays as it is."""
    if run.finished_at is not None:
        return run
    left = range(run.position, len(assignment.questions))
    missed_ms = _missed_ms(assignment, run, left)
    return replace(run, finished_at=at, total_time_ms=run.total_time_ms + missed_ms)


def finished_at_deadline(assignment: Assignment, run: Run) -> Run:
    return finish(assignment, run, assignment.closes_at)


def grade_response(
    settings: HomeworkSettings, question: Question, response: Response, elapsed_ms: int
) -> tuple[bool | None, int]:
    """Whether it is right (None in a poll), and its points. Nobody earns a streak bonus alone."""
    share = grade(question, response)
    spent_ms = elapsed_ms if settings.timed else 0
    gained = points(question, share, spent_ms, speed_bonus=True, doubled=False)
    return (share == RIGHT if is_scored(question) else None), gained


def _closed() -> Refusal:
    return Conflict("homework_closed", "This homework is closed.")


def _refuse_over(assignment: Assignment, run: Run, at: int) -> None:
    if at > assignment.closes_at + GRACE_MS:
        raise _closed()
    if run.finished_at is not None:
        raise Conflict("attempt_finished", "This attempt is finished.")


def _elapsed_ms(assignment: Assignment, question: Question, measured_ms: int) -> int:
    longest = question.time_limit * 1000 if assignment.settings.timed else UNTIMED_MAX_MS
    return min(max(measured_ms, 0), longest)


def _missed_ms(assignment: Assignment, run: Run, positions: Sequence[int]) -> int:
    """The time that questions at these positions count with; the current one may be answered."""
    order = question_order(assignment, run)
    return sum(
        assignment.questions[order[position]].time_limit * 1000
        for position in positions
        if not (position == run.position and run.is_answered)
    )


def _parsed(assignment: Assignment, run: Run, index: int, raw: object) -> Response:
    """The response with the ids of the homework."""
    response = parse_response(shown_question(assignment, run, index), raw)
    order = _arrangement(assignment, run, index)
    return (
        response
        if order is None
        else _renamed(response, dict(zip(CHOICE_IDS, order, strict=False)))
    )


def _renamed(response: Response, names: dict[str, str]) -> Response:
    if isinstance(response, tuple):
        return tuple(names[id_] for id_ in response)
    return names[response] if isinstance(response, str) else response


def _arrangement(assignment: Assignment, run: Run, index: int) -> tuple[str, ...] | None:
    """The ids of the choices in the order in which this run shows them; None if it is their own.

    Orderings may be shown in the right order: whoever starts often, as a guest each time, would
    otherwise learn which one never appears.
    """
    question = assignment.questions[index]
    if not assignment.settings.shuffle_choices:
        return None
    if isinstance(question, ShortAnswer | Numeric | TrueFalse):
        return None
    ids = [choice.id for choice in question.choices]
    return tuple(ids[at] for at in _permutation(len(ids), f"{run.seed}/{index}"))


@lru_cache(maxsize=ORDERS_CACHED)
def _permutation(count: int, seed: str) -> tuple[int, ...]:
    """The same for ever: of `Random`, only `random` gives the same numbers in every Python."""
    random = Random(seed)  # noqa: S311  # an order, no secret
    draws = [random.random() for _ in range(count)]
    return tuple(sorted(range(count), key=draws.__getitem__))
