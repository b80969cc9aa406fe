"""Queries of homework as its teacher has it: creates, lists, watches and closes it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer
from uuid_utils.compat import uuid7

from game.errors import NotFound
from game.rules.homework import HomeworkSettings, Run, RunResult
from game.rules.questions import Question
from game.rules.rescoring import RecordedResult
from persistence.models import (
    HomeworkRun,
    HomeworkRunRescore,
    Quiz,
    QuizParticipation,
    QuizSession,
)
from persistence.repositories import question_statistics, quiz_sessions
from persistence.repositories.missed_questions.enqueuing import make_cards_soon
from persistence.repositories.viewers import SESSIONS, Viewer

RESULTS = text("""
    INSERT INTO quiz_attempts
           (id, participation_id, session_id, quiz_id, user_id, score, total_questions,
            answered_questions, correct_answers, rank, performance_band, total_time_ms,
            best_streak, finished_at)
    SELECT r.id, p.id, p.session_id, s.quiz_id, p.user_id, r.score, r.of, r.answered, r.correct,
           r.rank, r.performance_band, r.total_time_ms, r.best_streak, s.ended_at
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
           (id uuid, participation uuid, score int, of int, answered int, correct int, rank int,
            performance_band text, total_time_ms int, best_streak int)
      JOIN quiz_participations p ON p.id = r.participation
      JOIN quiz_sessions s ON s.id = p.session_id
     ORDER BY p.id
        ON CONFLICT (participation_id) DO NOTHING
""")

COUNTING = text("""
    UPDATE quiz_participations p SET counting_run = r.run, updated_at = clock_timestamp()
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (participation uuid, run int)
     WHERE p.id = r.participation AND p.counting_run <> r.run
""")

ROWS_AT_ONCE: Final = 200
"""How many rows are read or written before others may use the event loop."""

WITHOUT_QUESTIONS = defer(QuizSession.questions, raiseload=True)


class StudentRun(NamedTuple):
    """A run with its participant. `rescored` is what counts of it after a correction."""

    id: UUID
    participation_id: UUID
    player: UUID
    nickname: str
    user_id: UUID | None
    joined_at: int
    kicked: bool
    run: Run
    last_seen_at: datetime
    rescored: RunResult | None

    @property
    def recorded(self) -> RunResult:
        run = self.run
        return RunResult(run.number, run.answered, run.correct, run.score, run.total_time_ms)

    @property
    def result(self) -> RunResult:
        """What counts."""
        return self.rescored or self.recorded


async def create(  # noqa: PLR0913  # a whole homework in one step
    session: AsyncSession,
    quiz: Quiz,
    *,
    host_id: UUID,
    questions: Sequence[Question],
    settings: HomeworkSettings,
    opens_at: datetime,
    closes_at: datetime,
    random: Random | None = None,
) -> QuizSession:
    """Create a homework with a code of its own. All of its questions count as asked."""
    homework = QuizSession(
        quiz_id=quiz.id,
        host_id=host_id,
        mode="self_paced",
        title=quiz.title,
        settings=msgspec.to_builtins(settings),
        questions=msgspec.to_builtins(questions),
        revealed_questions=len(questions),
        opens_at=opens_at,
        closes_at=closes_at,
    )
    return await quiz_sessions.insert(session, homework, None, random or SystemRandom())


async def get(
    session: AsyncSession,
    viewer: Viewer,
    session_id: UUID,
    *,
    for_update: bool = False,
    questions: bool = True,
) -> QuizSession:
    """The homework, for viewers who may see all of it; else NotFound `no_such_homework`.

    With `for_update` the viewer must be allowed to edit it, and its row is locked. Without
    `questions` these are not read: they can be a megabyte.
    """
    allowed = SESSIONS.editable_by if for_update else SESSIONS.visible_to
    query = select(QuizSession).where(
        QuizSession.id == session_id, QuizSession.mode == "self_paced", allowed(viewer)
    )
    if not questions:
        query = query.options(WITHOUT_QUESTIONS)
    found = await session.scalar(query.with_for_update(key_share=True) if for_update else query)
    if found is None:
        raise no_such_homework()
    return found


async def by_id(session: AsyncSession, session_id: UUID) -> QuizSession | None:
    """The homework for anybody who knows its id, open or closed, without its questions."""
    found = await session.get(QuizSession, session_id, options=[WITHOUT_QUESTIONS])
    return found if found is not None and found.mode == "self_paced" else None


async def by_code(session: AsyncSession, code: str) -> QuizSession | None:
    """The latest homework with this code, open or closed, without its questions."""
    query = (
        select(QuizSession)
        .options(WITHOUT_QUESTIONS)
        .where(QuizSession.access_code == code, QuizSession.mode == "self_paced")
        .order_by(QuizSession.created_at.desc())
        .limit(1)
    )
    return await session.scalar(query)


async def set_closes_at(homework: QuizSession, closes_at: datetime) -> None:
    homework.closes_at = closes_at


async def due(session: AsyncSession, now: datetime) -> Sequence[UUID]:
    """The homework whose deadline is over and that is not closed yet."""
    query = select(QuizSession.id).where(
        QuizSession.ended_at.is_(None), QuizSession.closes_at.is_not(None)
    )
    return (await session.scalars(query.where(QuizSession.closes_at <= now))).all()


async def lock(session: AsyncSession, session_id: UUID) -> QuizSession | None:
    """The homework, locked against new runs until the transaction ends; None if it was purged."""
    query = select(QuizSession).where(
        QuizSession.id == session_id, QuizSession.mode == "self_paced"
    )
    return await session.scalar(query.with_for_update(key_share=True))


async def student_runs(
    session: AsyncSession, session_id: UUID, *, for_update: bool = False
) -> list[StudentRun]:
    """All runs of a homework, by participant. With `for_update` they are locked."""
    seat, run, rescore = QuizParticipation, HomeworkRun, HomeworkRunRescore
    # Columns, because an object for each row would cost several times as much.
    query = (
        select(
            *(run.id, seat.id, seat.player, seat.nickname, seat.user_id, seat.joined_at),
            *(seat.kicked_at, run.updated_at),
            *(rescore.answered, rescore.correct, rescore.score, rescore.total_time_ms),
            *(run.number, run.seed, run.position, run.shown_at, run.is_answered),
            *(run.finished_at, run.answered, run.correct, run.score, run.total_time_ms),
        )
        .join(QuizParticipation, QuizParticipation.id == HomeworkRun.participation_id)
        .outerjoin(HomeworkRunRescore, HomeworkRunRescore.run_id == HomeworkRun.id)
        .where(HomeworkRun.session_id == session_id)
        .order_by(QuizParticipation.joined_at, QuizParticipation.player, HomeworkRun.number)
    )
    if for_update:
        # In the order of ids, as the batches of answers lock them.
        locked = select(HomeworkRun.id).where(HomeworkRun.session_id == session_id)
        await session.execute(locked.order_by(HomeworkRun.id).with_for_update())
    # In portions, between which others may use the event loop.
    rows = await session.stream(query.execution_options(yield_per=ROWS_AT_ONCE))
    return [_student_run(*row) async for row in rows]


async def close(
    session: AsyncSession,
    homework: QuizSession,
    ended_at: datetime,
    results: Sequence[tuple[UUID, int, RecordedResult]],
) -> None:
    """End the homework, and store each participation's counting run and final result."""
    homework.ended_at = ended_at
    homework.started_at = min(homework.opens_at or ended_at, ended_at)
    await session.flush()
    for start in range(0, len(results), ROWS_AT_ONCE):
        some = results[start : start + ROWS_AT_ONCE]
        counting = [{"participation": id_, "run": run} for id_, run, _ in some]
        await set_counting_runs(session, counting)
        rows = [
            {"id": uuid7(), "participation": id_, **msgspec.structs.asdict(result)}
            for id_, _, result in some
        ]
        await session.execute(RESULTS, {"rows": msgspec.json.encode(rows).decode()})
    await question_statistics.recompute_soon(session, [homework.id])
    await make_cards_soon(session, [homework.id])


async def set_counting_runs(session: AsyncSession, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        await session.execute(COUNTING, {"rows": msgspec.json.encode(rows).decode()})


async def count_students(session: AsyncSession, session_id: UUID) -> tuple[int, int]:
    """How many take part, and how many of them are guests. Who was removed does not count."""
    query = select(func.count(), func.count(QuizParticipation.token_hash)).where(
        QuizParticipation.session_id == session_id, QuizParticipation.kicked_at.is_(None)
    )
    students, guests = (await session.execute(query)).one()
    return students, guests


async def set_removed(
    session: AsyncSession, session_id: UUID, player: UUID, *, removed: bool
) -> bool:
    """Whether there is such a student. The answers stay, and count only while not removed."""
    statement = (
        update(QuizParticipation)
        .where(QuizParticipation.session_id == session_id, QuizParticipation.player == player)
        .values(kicked_at=func.clock_timestamp() if removed else None)
        .returning(QuizParticipation.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(statement)).first() is not None


def no_such_homework() -> NotFound:
    return NotFound("no_such_homework", "There is no such homework.")


def no_such_attempt() -> NotFound:
    return NotFound("no_such_attempt", "There is no such attempt, or it is not yours.")


def milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def run_of(row: HomeworkRun) -> Run:
    return run_from(
        *(row.number, row.seed, row.position, row.shown_at, row.is_answered, row.finished_at),
        *(row.answered, row.correct, row.score, row.total_time_ms),
    )


def run_from(*columns: Any) -> Run:  # noqa: ANN401  # the columns of a row
    """The run of a row's columns, from `number` to `total_time_ms` in the order of the model."""
    number, seed, position, shown_at, is_answered, finished_at, *figures = columns
    shown_at = milliseconds(shown_at)
    finished_at = None if finished_at is None else milliseconds(finished_at)
    return Run(number, seed, position, shown_at, is_answered, finished_at, *figures)


def _student_run(*row: Any) -> StudentRun:  # noqa: ANN401  # the columns of a row
    id_, participation_id, player, nickname, user_id, joined_at, kicked_at, seen_at = row[:8]
    run = run_from(*row[12:])
    return StudentRun(
        id=id_,
        participation_id=participation_id,
        player=player,
        nickname=nickname,
        user_id=user_id,
        joined_at=milliseconds(joined_at),
        kicked=kicked_at is not None,
        run=run,
        last_seen_at=seen_at,
        rescored=None if row[8] is None else RunResult(run.number, *row[8:12]),
    )


def rescored_result(number: int, rescore: HomeworkRunRescore) -> RunResult:
    return RunResult(
        number, rescore.answered, rescore.correct, rescore.score, rescore.total_time_ms
    )
