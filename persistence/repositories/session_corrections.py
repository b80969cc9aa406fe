"""Corrections of finished sessions, and the results and grades that count because of them.

The rows of the room stay as they are. What is computed again stands beside them, and counts
instead while a correction of the session is in force.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Subquery, case, delete, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from game.rules.homework import RunResult
from game.rules.rescoring import RecordedResult
from game.rules.session_corrections import Action, Correction, Corrections, Place
from persistence.models import (
    HomeworkRunRescore,
    QuestionAttempt,
    QuestionAttemptRescore,
    QuizAttempt,
    QuizAttemptRescore,
    QuizParticipation,
    SessionCorrection,
)
from persistence.models.attempts import ResultMixin
from persistence.repositories.homework import assignments
from persistence.repositories.homework.counting import counts

RESULT_COLUMNS: Final = tuple(ResultMixin.__annotations__)

RESULTS = text("""
    INSERT INTO quiz_attempt_rescores
           (id, attempt_id, session_id, score, total_questions, answered_questions,
            correct_answers, rank, performance_band, total_time_ms, best_streak, counting_run)
    SELECT gen_random_uuid(), a.id, a.session_id, r.score, r.of, r.answered, r.correct, r.rank,
           r.performance_band, r.total_time_ms, r.best_streak, r.counting_run
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
           (player uuid, score int, of int, answered int, correct int, rank int,
            performance_band text, total_time_ms int, best_streak int, counting_run int)
      JOIN quiz_participations p ON p.session_id = :session AND p.player = r.player
      JOIN quiz_attempts a ON a.participation_id = p.id
""")

ANSWERS = text("""
    INSERT INTO question_attempt_rescores (id, attempt_id, session_id, is_correct, points)
    SELECT gen_random_uuid(), a.id, a.session_id, r.correct, r.points
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
           (player uuid, run int, question int, correct boolean, points int)
      JOIN quiz_participations p ON p.session_id = :session AND p.player = r.player
      JOIN question_attempts a ON a.participation_id = p.id AND a.question_index = r.question
       AND a.run = r.run
""")

RUNS = text("""
    INSERT INTO homework_run_rescores
           (id, run_id, session_id, answered, correct, score, total_time_ms)
    SELECT gen_random_uuid(), h.id, h.session_id, r.answered, r.correct, r.score, r.total_time_ms
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
           (player uuid, number int, answered int, correct int, score int, total_time_ms int)
      JOIN quiz_participations p ON p.session_id = :session AND p.player = r.player
      JOIN homework_runs h ON h.participation_id = p.id AND h.number = r.number
""")

ROWS_AT_ONCE: Final = 5_000
"""How many rows one statement stores, so that none takes long."""


class ResultRow(RecordedResult, frozen=True, kw_only=True):
    """A player's result as it counts; `counting_run` is the attempt at a homework."""

    player: str
    counting_run: int | None = None


class AnswerRow(Struct, frozen=True, kw_only=True):
    """The grade of an answer, if it is another one than what was recorded."""

    player: str
    run: int = 1
    question: int
    correct: bool | None
    points: int


class RunRow(Struct, frozen=True):
    """An attempt at a homework as it counts."""

    player: str
    number: int
    answered: int
    correct: int
    score: int
    total_time_ms: int


class Rescores(NamedTuple):
    """What counts in a session; nothing if it is what was recorded."""

    results: Iterable[ResultRow] = ()
    answers: Iterable[AnswerRow] = ()
    runs: Iterable[RunRow] = ()


async def in_force(session: AsyncSession, session_id: UUID) -> Corrections:
    """The corrections that hold now: those that none replaces or takes back."""
    later = aliased(SessionCorrection)
    query = (
        select(
            SessionCorrection.question_index,
            SessionCorrection.key,
            SessionCorrection.created_at,
            SessionCorrection.also,
        )
        .where(
            SessionCorrection.session_id == session_id,
            SessionCorrection.action != "undo",
            ~exists().where(later.replaces_id == SessionCorrection.id),
        )
        .order_by(SessionCorrection.question_index)
    )
    rows = await session.execute(query)
    return {index: Correction(key, at, tuple(also)) for index, key, at, also in rows}


async def exist(session: AsyncSession, session_id: UUID) -> bool:
    """Whether a session was ever corrected, also if that was taken back."""
    found = exists().where(SessionCorrection.session_id == session_id)
    return bool(await session.scalar(select(found)))


async def add(  # noqa: PLR0913  # a whole row
    session: AsyncSession,
    session_id: UUID,
    question: int,
    action: Action,
    *,
    key: object | None,
    also: Sequence[object] = (),
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
            also=list(also),
            corrected_by=by,
            replaces_id=await session.scalar(last),
        )
    )
    await session.flush()


async def replace_rescores(session: AsyncSession, session_id: UUID, rescores: Rescores) -> None:
    """Store what counts now in a session."""
    for table in (QuizAttemptRescore, QuestionAttemptRescore, HomeworkRunRescore):
        await session.execute(delete(table).where(table.session_id == session_id))
    for statement, rows in zip((RESULTS, ANSWERS, RUNS), rescores, strict=True):
        waiting = iter(rows)
        while some := [*islice(waiting, ROWS_AT_ONCE)]:
            document = msgspec.json.encode(some).decode()
            await session.execute(statement, {"rows": document, "session": session_id})


class RescoredAnswer(NamedTuple):
    """The grade of an answer that counts instead of the recorded one."""

    correct: bool | None
    points: int


async def rescored_answers(
    session: AsyncSession, participation_id: UUID, run: int
) -> dict[int, RescoredAnswer]:
    """What counts otherwise than it was recorded in an attempt, by the index of the question."""
    query = (
        select(
            QuestionAttempt.question_index,
            QuestionAttemptRescore.is_correct,
            QuestionAttemptRescore.points,
        )
        .join(QuestionAttemptRescore, QuestionAttemptRescore.attempt_id == QuestionAttempt.id)
        .where(QuestionAttempt.participation_id == participation_id, QuestionAttempt.run == run)
    )
    return {
        index: RescoredAnswer(correct, points)
        for index, correct, points in await session.execute(query)
        if index is not None
    }


async def rescored_run(session: AsyncSession, run_id: UUID, number: int) -> RunResult | None:
    """What counts of an attempt at a corrected homework; None if it is what was recorded."""
    query = select(HomeworkRunRescore).where(HomeworkRunRescore.run_id == run_id)
    row = await session.scalar(query)
    return None if row is None else assignments.rescored_result(number, row)


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


async def places(session: AsyncSession, session_id: UUID) -> Mapping[str, Place]:
    """The score and place that count, by player; without a place in a lost room."""
    counted, results_ = answers(session_id), results(session_id)
    points = (
        select(counted.c.participation_id, func.sum(counted.c.points).label("points"))
        .group_by(counted.c.participation_id)
        .subquery("points")
    )
    query = (
        select(
            QuizParticipation.player,
            func.coalesce(results_.c.score, points.c.points, 0),
            results_.c.rank,
        )
        .outerjoin(results_, results_.c.participation_id == QuizParticipation.id)
        .outerjoin(points, points.c.participation_id == QuizParticipation.id)
        .where(QuizParticipation.session_id == session_id, QuizParticipation.kicked_at.is_(None))
    )
    rows = await session.execute(query)
    return {str(player): Place(int(score), rank) for player, score, rank in rows}
