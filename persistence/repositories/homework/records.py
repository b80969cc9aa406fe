"""Reads closed homework with everything that its points and places follow from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict
from game.rules.homework import HomeworkRecord, HomeworkSettings, RecordedRun, RecordedStudent
from game.rules.rescoring import RecordedAnswer, RecordedResult
from persistence.models import QuestionAttempt, QuizAttempt, QuizParticipation
from persistence.repositories import quiz_sessions
from persistence.repositories.homework import assignments
from persistence.repositories.homework.assignments import milliseconds
from persistence.repositories.viewers import Viewer

Runs = Mapping[UUID, Sequence[RecordedRun]]


async def read(session: AsyncSession, viewer: Viewer, session_id: UUID) -> HomeworkRecord:
    """A homework that is closed.

    Raises:
        NotFound: `no_such_homework`.
        Conflict: `session_running`.
        msgspec.ValidationError: the questions, settings or answers are not what homework has.
    """
    homework = await assignments.get(session, viewer, session_id)
    if homework.ended_at is None:
        raise Conflict("session_running", "This homework is still open.")
    query = (
        select(QuizParticipation, QuizAttempt)
        .outerjoin(QuizAttempt, QuizAttempt.participation_id == QuizParticipation.id)
        .where(QuizParticipation.session_id == session_id)
        .order_by(QuizParticipation.joined_at, QuizParticipation.player)
    )
    seats = [*await session.execute(query)]
    runs = await _runs(session, session_id)
    return HomeworkRecord(
        questions=quiz_sessions.frozen_questions(homework),
        settings=msgspec.convert(homework.settings, HomeworkSettings),
        participants=[_student(seat, attempt, runs) for seat, attempt in seats],
    )


def _student(seat: QuizParticipation, attempt: QuizAttempt | None, runs: Runs) -> RecordedStudent:
    return RecordedStudent(
        player=str(seat.player),
        nickname=seat.nickname,
        joined_at=milliseconds(seat.joined_at),
        kicked=seat.kicked_at is not None,
        counting_run=seat.counting_run,
        runs=runs.get(seat.id, ()),
        result=None if attempt is None else _result(attempt),
    )


def _result(attempt: QuizAttempt) -> RecordedResult:
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


async def _runs(session: AsyncSession, session_id: UUID) -> Runs:
    """The runs of each participation, with their answers."""
    answers = defaultdict[tuple[UUID | None, int], list[RecordedAnswer]](list)
    given = select(
        QuestionAttempt.participation_id,
        QuestionAttempt.run,
        QuestionAttempt.question_index,
        QuestionAttempt.response,
        QuestionAttempt.is_correct,
        QuestionAttempt.points,
        QuestionAttempt.time_taken_ms,
    ).where(QuestionAttempt.session_id == session_id)
    for participation, run, *answer in await session.execute(given):
        answers[participation, run].append(msgspec.convert(answer, RecordedAnswer))
    runs = defaultdict[UUID, list[RecordedRun]](list)
    for each in await assignments.student_runs(session, session_id):
        of_run = answers[each.participation_id, each.run.number]
        runs[each.participation_id].append(RecordedRun(each.result, of_run))
    return runs
