"""What teachers and students see of a homework."""

from collections.abc import Sequence
from datetime import datetime

from game.rules.homework import (
    Assignment,
    phase,
    question_closes_at,
    question_index,
    question_order,
    shown_question,
    shown_response,
)
from game.rules.homework.runs import GRACE_MS
from game.rules.questions import (
    Numeric,
    Poll,
    Question,
    Response,
    ShortAnswer,
    is_scored,
    kind,
    reveal_also,
    reveal_key,
)
from game.rules.session_corrections import Correction, corrected, voided
from persistence.models import QuizSession
from persistence.repositories.homework.assignments import StudentRun, milliseconds, moment
from persistence.repositories.homework.runs import Seat, StoredAnswer
from server.actions.homework.batch import RunState
from server.actions.homework.results import OwnResults
from server.actions.results import OriginalGrade, QuestionCorrection
from server.api.homework.schemas import (
    AnsweredQuestion,
    AttemptOutput,
    AttemptResults,
    HomeworkOutput,
    HomeworkSummary,
    OriginalAttempt,
    OwnAttempt,
    OwnSeat,
    StudentAtWork,
    WorkFeedback,
    WorkQuestion,
)


def homework(
    found: QuizSession, assignment: Assignment, students: Sequence[StudentRun], now: datetime
) -> HomeworkOutput:
    latest = {each.participation_id: each for each in students if not each.kicked}
    return HomeworkOutput(
        id=found.id,
        quiz_id=found.quiz_id,
        title=found.title,
        code=found.access_code,
        url=f"/sessions/{found.id}/homework",
        phase=phase(assignment, milliseconds(now), ended=found.ended_at is not None),
        questions=len(assignment.questions),
        settings=assignment.settings,
        opens_at=moment(assignment.opens_at),
        closes_at=moment(assignment.closes_at),
        ended_at=found.ended_at,
        students=[_student(each) for each in latest.values()],
    )


def _student(at_work: StudentRun) -> StudentAtWork:
    run, result = at_work.run, at_work.result
    return StudentAtWork(
        player=at_work.player,
        nickname=at_work.nickname,
        attempt=run.number,
        position=run.position,
        answered=result.answered,
        correct=result.correct,
        score=result.score,
        finished=run.finished_at is not None,
        last_seen_at=at_work.last_seen_at,
    )


def summary(
    found: QuizSession, assignment: Assignment, seat: Seat | None, now: int
) -> HomeworkSummary:
    return HomeworkSummary(
        id=found.id,
        code=found.access_code,
        title=found.title,
        phase=phase(assignment, now, ended=found.ended_at is not None),
        questions=len(assignment.questions),
        settings=assignment.settings,
        opens_at=assignment.opens_at,
        closes_at=assignment.closes_at,
        now=now,
        own=None if seat is None or seat.kicked else _own(seat, assignment.settings.attempts),
    )


def _own(seat: Seat, attempts: int) -> OwnSeat:
    return OwnSeat(
        nickname=seat.nickname,
        attempts=[
            OwnAttempt(id_, run.number, run.answered, run.finished_at is not None)
            for id_, run in seat.runs
        ],
        attempts_left=attempts - len(seat.runs),
    )


def attempt(state: RunState) -> AttemptOutput:
    assignment, run = state.assignment, state.run
    is_open = run.finished_at is None and not state.closed
    index = question_index(assignment, run, run.position)
    return AttemptOutput(
        id=state.id,
        number=run.number,
        of=len(assignment.questions),
        answered=run.answered,
        finished=run.finished_at is not None,
        closed=state.closed,
        settings=assignment.settings,
        closes_at=assignment.closes_at,
        now=state.now,
        question=_question(state, run.position, index) if is_open else None,
        is_answered=is_open and run.is_answered,
        response=_response(state, index, state.stored) if is_open else None,
        feedback=_feedback(state, index, state.stored) if _shows_feedback(state) else None,
    )


def _shows_feedback(state: RunState) -> bool:
    """Only what can no longer be answered, and never before the settings allow it."""
    assignment, run = state.assignment, state.run
    if assignment.settings.feedback != "after_question" or run.finished_at is not None:
        return False
    return run.is_answered or state.now > question_closes_at(assignment, run) + GRACE_MS


def _question(state: RunState, position: int, index: int) -> WorkQuestion:
    assignment, run = state.assignment, state.run
    question: Question = shown_question(assignment, run, index)
    return WorkQuestion(
        question=position,
        of=len(assignment.questions),
        kind=kind(question),
        stem=question.stem,
        points=question.points,
        time_limit=question.time_limit,
        opens_at=run.shown_at,
        closes_at=question_closes_at(assignment, run),
        choices=[] if isinstance(question, ShortAnswer | Numeric) else list(question.choices),
        multiple=isinstance(question, Poll) and question.multiple,
        media=question.media,
    )


def _response(state: RunState, index: int, stored: StoredAnswer | None) -> Response | None:
    if stored is None:
        return None
    return shown_response(state.assignment, state.run, index, stored.response)


def _feedback(
    state: RunState,
    index: int,
    stored: StoredAnswer | None,
    correction: Correction | None = None,
) -> WorkFeedback:
    counts = corrected(correction, state.assignment.questions[index])
    question = shown_question(state.assignment, state.run, index, counts)
    return WorkFeedback(
        correct=None if stored is None else stored.correct,
        points=0 if stored is None else stored.points,
        key=reveal_key(question),
        also=reveal_also(question),
        explanation=question.explanation,
    )


def results(own: OwnResults) -> AttemptResults:
    state, run = own.state, own.state.run
    questions = state.assignment.questions
    order, left_out = question_order(state.assignment, run), voided(own.corrections)
    return AttemptResults(
        number=run.number,
        score=own.result.score,
        answered=own.result.answered,
        correct=own.result.correct,
        correct_of=sum(is_scored(each) for at, each in enumerate(questions) if at not in left_out),
        total_time_ms=own.result.total_time_ms,
        place=own.place,
        students=own.students,
        final=state.closed,
        original=OriginalAttempt(run.score, run.correct) if own.corrections else None,
        questions=[_answered(own, position, index) for position, index in enumerate(order)],
    )


def _answered(own: OwnResults, position: int, index: int) -> AnsweredQuestion:
    state, stored = own.state, own.answers.get(index)
    rescored = own.rescored.get(index)
    counts = stored
    if stored is not None and rescored is not None:
        counts = stored._replace(correct=rescored.correct, points=rescored.points)
    return AnsweredQuestion(
        question=_question(state, position, index),
        is_answered=stored is not None,
        response=_response(state, index, stored),
        elapsed_ms=None if stored is None else stored.elapsed_ms,
        feedback=_feedback(state, index, counts, own.corrections.get(index)),
        correction=_correction(state, index, own.corrections.get(index)),
        original=None
        if stored is None or rescored is None
        else OriginalGrade(stored.correct, stored.points),
    )


def _correction(
    state: RunState, index: int, correction: Correction | None
) -> QuestionCorrection | None:
    if correction is None:
        return None
    played = shown_question(state.assignment, state.run, index)
    return QuestionCorrection(correction.voids, reveal_key(played), correction.at)
