"""Corrections of finished sessions, and the results and grades that count because of them.

The rows of the room stay as they are. What is computed again stands beside them, and counts
instead while a correction of the session is in force.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Subquery, case, delete, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from game.rules.session_corrections import Action, Correction, Corrections, Place
from persistence.models import (
    QuestionAttempt,
    QuestionAttemptRescore,
    QuizAttempt,
    QuizAttemptRescore,
    SessionCorrection,
)
from persistence.models.attempts import ResultMixin
from persistence.repositories.homework.counting import counts

RESULT_COLUMNS: Final = tuple(ResultMixin.__annotations__)

RESULTS = text("""
    INSERT INTO quiz_attempt_rescores
           (id, attempt_id, session_id, score, total_questions, answered_questions,
            correct_answers, rank, performance_band, total_time_ms, best_streak)
    SELECT gen_random_uuid(), a.id, a.session_id, r.score, r.of, r.answered, r.correct, r.rank,
           r.performance_band, r.total_time_ms, r.best_streak
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
           (participation uuid, score int, of int, answered int, correct int, rank int,
            performance_band text, total_time_ms int, best_streak int)
      JOIN quiz_attempts a ON a.participation_id = r.participation
""")

ANSWERS = text("""
    INSERT INTO question_attempt_rescores (id, attempt_id, session_id, is_correct, points)
    SELECT gen_random_uuid(), a.id, a.session_id, r.correct, r.points
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
           (participation uuid, question int, correct boolean, points int)
      JOIN question_attempts a ON a.participation_id = r.participation
       AND a.question_index = r.question
""")


async def in_force(session: AsyncSession, session_id: UUID) -> Corrections:
    """The corrections that hold now: those that none replaces or takes back."""
    later = aliased(SessionCorrection)
    query = (
        select(
            SessionCorrection.question_index, SessionCorrection.key, SessionCorrection.created_at
        )
        .where(
            SessionCorrection.session_id == session_id,
            SessionCorrection.action != "undo",
            ~exists().where(later.replaces_id == SessionCorrection.id),
        )
        .order_by(SessionCorrection.question_index)
    )
    return {index: Correction(key, at) for index, key, at in await session.execute(query)}


async def add(  # noqa: PLR0913  # a whole row
    session: AsyncSession,
    session_id: UUID,
    question: int,
    action: Action,
    *,
    key: object | None,
    by: UUID,
) -> None:
    """Add a correction, which replaces the last one of the question."""
    later = aliased(SessionCorrection)
    last = select(SessionCorrection.id).where(
        SessionCorrection.session_id == session_id,
        SessionCorrection.question_index == question,
        ~exists().where(later.replaces_id == SessionCorrection.id),
    )
    session.add(
        SessionCorrection(
            session_id=session_id,
            question_index=question,
            action=action,
            key=key,
            corrected_by=by,
            replaces_id=await session.scalar(last),
        )
    )
    await session.flush()


async def replace_rescores(
    session: AsyncSession, session_id: UUID, results: Iterable[str], answers: Iterable[str]
) -> None:
    """Store what counts now in a session: JSON lists with the values of `RESULTS`, `ANSWERS`."""
    for table in (QuizAttemptRescore, QuestionAttemptRescore):
        await session.execute(delete(table).where(table.session_id == session_id))
    for statement, documents in ((RESULTS, results), (ANSWERS, answers)):
        for document in documents:
            await session.execute(statement, {"rows": document})


def results(session_id: UUID) -> Subquery:
    """The results of a session that count, with the columns of `QuizAttempt`.

    What the game ended with is in columns that begin with `original_`.
    """
    rescored = QuizAttemptRescore.__table__.c
    recorded = QuizAttempt.__table__.c
    return (
        select(
            recorded.participation_id,
            *(func.coalesce(rescored[name], recorded[name]).label(name) for name in RESULT_COLUMNS),
            recorded.score.label("original_score"),
            recorded.rank.label("original_rank"),
            recorded.correct_answers.label("original_correct"),
        )
        .outerjoin_from(QuizAttempt, QuizAttemptRescore, rescored.attempt_id == recorded.id)
        .where(recorded.session_id == session_id)
        .subquery("results")
    )


def answers(session_id: UUID) -> Subquery:
    """The answers of a session with the grades that count, and what was recorded.

    `was_rescored` says whether the two differ.
    """
    was_rescored = QuestionAttemptRescore.id.is_not(None)
    return (
        select(
            QuestionAttempt.participation_id,
            QuestionAttempt.question_index,
            QuestionAttempt.response,
            QuestionAttempt.time_taken_ms,
            case(
                (was_rescored, QuestionAttemptRescore.is_correct),
                else_=QuestionAttempt.is_correct,
            ).label("is_correct"),
            func.coalesce(QuestionAttemptRescore.points, QuestionAttempt.points).label("points"),
            was_rescored.label("was_rescored"),
            QuestionAttempt.is_correct.label("recorded_correct"),
            QuestionAttempt.points.label("recorded_points"),
        )
        .outerjoin(QuestionAttemptRescore, QuestionAttemptRescore.attempt_id == QuestionAttempt.id)
        .where(QuestionAttempt.session_id == session_id, counts(session_id))
        .subquery("counted_answers")
    )


async def places(session: AsyncSession, session_id: UUID) -> Mapping[UUID, Place]:
    """The score and place that count, by participation; without a place in a lost room."""
    counted, results_ = answers(session_id), results(session_id)
    points: Any = (  # Any: SQLAlchemy's own generic would repeat the columns
        select(counted.c.participation_id, func.sum(counted.c.points).label("points"))
        .group_by(counted.c.participation_id)
        .subquery("points")
    )
    query = select(
        func.coalesce(results_.c.participation_id, points.c.participation_id),
        func.coalesce(results_.c.score, points.c.points),
        results_.c.rank,
    ).outerjoin_from(
        results_, points, results_.c.participation_id == points.c.participation_id, full=True
    )
    return {id_: Place(int(score), rank) for id_, score, rank in await session.execute(query)}
