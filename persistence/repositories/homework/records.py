"""Reads closed homework with everything that its points and places follow from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict
from game.rules import session_corrections as corrections
from game.rules.homework import HomeworkRecord, HomeworkSettings, RecordedRun, RecordedStudent
from game.rules.rescoring import RecordedAnswer, RecordedResult
from persistence.models import (
    QuestionAttempt,
    QuestionAttemptRescore,
    QuizAttempt,
    QuizAttemptRescore,
    QuizParticipation,
    QuizSession,
)
from persistence.repositories import quiz_sessions, session_corrections
from persistence.repositories.homework import assignments
from persistence.repositories.homework.assignments import milliseconds
from persistence.repositories.viewers import Viewer

Runs = Mapping[UUID, Sequence[RecordedRun]]


async def read(
    session: AsyncSession, viewer: Viewer, session_id: UUID, *, corrected: bool = False
) -> HomeworkRecord:
    """A homework as it was closed, or with `corrected` as its corrections left it.

    Raises:
        NotFound: `no_such_homework`.
        Conflict: `session_running`.
        msgspec.ValidationError: the questions, settings or answers are not what homework has.
    """
    homework = await assignments.get(session, viewer, session_id)
    record = await read_rows(session, homework, corrected=corrected)
    if not corrected:
        return record
    in_force = await session_corrections.in_force(session, session_id)
    return corrections.apply_to_homework(in_force, record)


async def read_rows(
    session: AsyncSession, homework: QuizSession, *, corrected: bool = False
) -> HomeworkRecord:
    """The questions as they were asked, with the answers and results; raises what `read` does."""
    if homework.ended_at is None:
        raise Conflict("session_running", "This homework is still open.")
    query = (
        select(QuizParticipation, QuizAttempt, QuizAttemptRescore)
        .outerjoin(QuizAttempt, QuizAttempt.participation_id == QuizParticipation.id)
        .outerjoin(QuizAttemptRescore, QuizAttemptRescore.attempt_id == QuizAttempt.id)
        .where(QuizParticipation.session_id == homework.id)
        .order_by(QuizParticipation.joined_at, QuizParticipation.player)
    )
    seats = [*await session.execute(query)]
    runs = await _runs(session, homework.id, corrected=corrected)
    return HomeworkRecord(
        questions=quiz_sessions.frozen_questions(homework),
        settings=msgspec.convert(homework.settings, HomeworkSettings),
        participants=[
            _student(seat, attempt, rescore if corrected else None, runs)
            for seat, attempt, rescore in seats
        ],
    )


def _student(
    seat: QuizParticipation,
    attempt: QuizAttempt | None,
    rescore: QuizAttemptRescore | None,
    runs: Runs,
) -> RecordedStudent:
    counts = rescore or attempt
    return RecordedStudent(
        player=str(seat.player),
        nickname=seat.nickname,
        joined_at=milliseconds(seat.joined_at),
        kicked=seat.kicked_at is not None,
        counting_run=(rescore and rescore.counting_run) or seat.counting_run,
        runs=runs.get(seat.id, ()),
        result=None if counts is None else _result(counts),
    )


def _result(attempt: QuizAttempt | QuizAttemptRescore) -> RecordedResult:
    return RecordedResult(
        score=attempt.score,
        rank=attempt.rank,
        correct=attempt.correct_answers,
        answered=attempt.answered_questions,
        total_time_ms=attempt.total_time_ms,
        best_streak=attempt.best_streak,
        of=attempt.total_questions,
        performance_band=attempt.performance_band,
    )


async def _runs(session: AsyncSession, session_id: UUID, *, corrected: bool) -> Runs:
    """The runs of each participation, with their answers."""
    answers = defaultdict[tuple[UUID | None, int], list[RecordedAnswer]](list)
    given = (
        select(
            QuestionAttempt.participation_id,
            QuestionAttempt.run,
            QuestionAttempt.question_index,
            QuestionAttempt.response,
            QuestionAttempt.is_correct,
            QuestionAttempt.points,
            QuestionAttempt.time_taken_ms,
            QuestionAttemptRescore.id.is_not(None),
            QuestionAttemptRescore.is_correct,
            QuestionAttemptRescore.points,
        )
        .outerjoin(QuestionAttemptRescore, QuestionAttemptRescore.attempt_id == QuestionAttempt.id)
        .where(QuestionAttempt.session_id == session_id)
    )
    for participation, run, *answer, was_rescored, correct, points in await session.execute(given):
        if corrected and was_rescored:
            answer[2:4] = correct, points
        answers[participation, run].append(msgspec.convert(answer, RecordedAnswer))
    runs = defaultdict[UUID, list[RecordedRun]](list)
    for each in await assignments.student_runs(session, session_id):
        of_run = answers[each.participation_id, each.run.number]
        result = each.result if corrected else each.recorded
        runs[each.participation_id].append(RecordedRun(result, of_run))
    return runs
