"""Queries of the runs of students: many answers at once, without an object for each row."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.rules.homework import Assignment, GivenAnswer, HomeworkSettings, Run, RunResult
from game.rules.questions import Question, Response
from persistence.models import HomeworkName, HomeworkRun, QuizParticipation, QuizSession
from persistence.repositories.homework.assignments import (
    WITHOUT_QUESTIONS,
    milliseconds,
    moment,
    run_from,
    run_of,
)

# In the order of ids, so that two processes with answers to the same runs cannot deadlock.
LOCKED = text("""
    SELECT r.id, r.session_id, r.participation_id, p.user_id, p.token_hash,
           LEAST(s.closes_at, s.ended_at), s.ended_at IS NOT NULL, p.kicked_at IS NOT NULL,
           r.number, r.seed, r.position, r.shown_at, r.is_answered, r.finished_at, r.answered,
           r.correct, r.score, r.total_time_ms
      FROM homework_runs r
      JOIN quiz_participations p ON p.id = r.participation_id
      JOIN quiz_sessions s ON s.id = r.session_id
     WHERE r.id = ANY(CAST(:ids AS uuid[]))
     ORDER BY r.id
       FOR NO KEY UPDATE OF r
""")

ANSWERS = text("""
    INSERT INTO question_attempts
           (id, context, session_id, participation_id, user_id, run, question_index, question_id,
            response, is_correct, points, time_taken_ms, answered_at)
    SELECT a.id, 'homework', p.session_id, p.id, p.user_id, a.run, a.question, q.id,
           a.response, a.correct, a.points, a.elapsed_ms, to_timestamp(a.at / 1000.0)
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS a
           (id uuid, participation uuid, run int, question int, source uuid, response jsonb,
            correct boolean, points int, elapsed_ms int, at bigint)
      JOIN quiz_participations p ON p.id = a.participation
      LEFT JOIN questions q ON q.id = a.source
""")

MOVES = text("""
    UPDATE homework_runs r
       SET position = m.position, shown_at = to_timestamp(m.shown_at / 1000.0),
           is_answered = m.is_answered, finished_at = to_timestamp(m.finished_at / 1000.0),
           answered = m.answered, correct = m.correct, score = m.score,
           total_time_ms = m.total_time_ms, updated_at = clock_timestamp()
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS m
           (id uuid, position int, shown_at bigint, is_answered boolean, finished_at bigint,
            answered int, correct int, score int, total_time_ms int)
     WHERE r.id = m.id
""")

STORED = text("""
    SELECT a.participation_id, a.run, a.question_index, a.response, a.is_correct, a.points,
           a.time_taken_ms
      FROM question_attempts a
      JOIN jsonb_to_recordset(CAST(:rows AS jsonb)) AS w (participation uuid, run int, question int)
        ON a.participation_id = w.participation AND a.run = w.run AND a.question_index = w.question
""")


class LockedRun(NamedTuple):
    """A run that is locked until the transaction ends, with whom it belongs to.

    `closes_at` is the deadline, or when the homework was closed before it.
    """

    id: UUID
    session_id: UUID
    participation_id: UUID
    user_id: UUID | None
    token_hash: bytes | None
    closes_at: int
    closed: bool
    kicked: bool
    run: Run


class AnswerKey(NamedTuple):
    """Which answer: a question has one in each run of a participation."""

    participation_id: UUID
    run: int
    question: int


class StoredAnswer(NamedTuple):
    response: Response
    correct: bool | None
    points: int
    elapsed_ms: int


class GradedAnswer(NamedTuple):
    """An answer to insert. `source` is the id of the question that was copied into the homework."""

    key: AnswerKey
    source: str | None
    given: GivenAnswer
    at: int


class Seat(NamedTuple):
    """A participation and its runs, the first first."""

    id: UUID
    nickname: str
    kicked: bool
    runs: Sequence[tuple[UUID, Run]]


class _NameTakenError(Exception):
    """Undoes what was inserted of a name that somebody else has."""


async def now_ms(session: AsyncSession) -> int:
    """The clock of PostgreSQL, which all processes share."""
    return milliseconds((await session.execute(select(func.clock_timestamp()))).scalar_one())


async def lock(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, LockedRun]:
    rows = await session.execute(LOCKED, {"ids": sorted(ids)})
    return {row[0]: _locked(*row) for row in rows}


async def store(
    session: AsyncSession, answers: Sequence[GradedAnswer], moved: Mapping[UUID, Run]
) -> None:
    """Insert answers, and set the present state of their runs."""
    if answers:
        await session.execute(ANSWERS, _rows(_answer(each) for each in answers))
    if moved:
        rows = ({"id": id_, **msgspec.structs.asdict(run)} for id_, run in moved.items())
        await session.execute(MOVES, _rows(rows))


async def stored(session: AsyncSession, keys: Sequence[AnswerKey]) -> dict[AnswerKey, StoredAnswer]:
    """Which of these answers there are."""
    if not keys:
        return {}
    wanted = ({"participation": each[0], "run": each[1], "question": each[2]} for each in keys)
    rows = await session.execute(STORED, _rows(wanted))
    return {AnswerKey(*row[:3]): _stored(*row[3:]) for row in rows}


async def answers_of(
    session: AsyncSession, participation_id: UUID, run: int
) -> dict[int, StoredAnswer]:
    """All answers of one run, by the index of the question."""
    query = text("""
        SELECT question_index, response, is_correct, points, time_taken_ms FROM question_attempts
         WHERE participation_id = :participation AND run = :run
    """)
    rows = await session.execute(query, {"participation": participation_id, "run": run})
    return {row[0]: _stored(*row[1:]) for row in rows}


async def results_of(session: AsyncSession, participation_id: UUID) -> list[RunResult]:
    """The finished runs of a participation, the first first."""
    query = (
        select(HomeworkRun)
        .where(
            HomeworkRun.participation_id == participation_id, HomeworkRun.finished_at.is_not(None)
        )
        .order_by(HomeworkRun.number)
        .execution_options(populate_existing=True)
    )
    return [result_of(run_of(row)) for row in await session.scalars(query)]


def result_of(run: Run) -> RunResult:
    return RunResult(run.number, run.answered, run.correct, run.score, run.total_time_ms)


async def assignment(session: AsyncSession, session_id: UUID) -> Assignment | None:
    """What runs see of a homework; None if it was purged."""
    query = select(
        QuizSession.questions, QuizSession.settings, QuizSession.opens_at, QuizSession.closes_at
    ).where(QuizSession.id == session_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _assignment(*row)


def assignment_of(homework: QuizSession) -> Assignment:
    return _assignment(homework.questions, homework.settings, homework.opens_at, homework.closes_at)


def _assignment(
    questions: object, settings: object, opens_at: datetime | None, closes_at: datetime | None
) -> Assignment:
    if opens_at is None or closes_at is None:
        raise ValueError("a session with a room is no homework")
    return Assignment(
        questions=msgspec.convert(questions, tuple[Question, ...]),
        settings=msgspec.convert(settings, HomeworkSettings),
        opens_at=milliseconds(opens_at),
        closes_at=milliseconds(closes_at),
    )


async def seat_of(
    session: AsyncSession, session_id: UUID, *, user_id: UUID | None, token_hash: bytes | None
) -> Seat | None:
    """The participation of an account, or of whoever has the token; nobody without either."""
    if user_id is None and token_hash is None:
        return None  # or it would be that of a removed account
    mine = (
        QuizParticipation.user_id == user_id
        if user_id is not None
        else (QuizParticipation.token_hash == token_hash) & QuizParticipation.user_id.is_(None)
    )
    query = (
        select(QuizParticipation, HomeworkRun)
        .outerjoin(HomeworkRun, HomeworkRun.participation_id == QuizParticipation.id)
        .where(QuizParticipation.session_id == session_id, mine)
        .order_by(HomeworkRun.number)
    )
    rows = (await session.execute(query)).all()
    if not rows:
        return None
    seat = rows[0][0]
    started = [(row.id, run_of(row)) for _, row in rows if row is not None]
    return Seat(seat.id, seat.nickname, seat.kicked_at is not None, started)


async def get_unchanging(session: AsyncSession, session_id: UUID) -> QuizSession | None:
    """The homework without its questions, open or closed until the transaction ends.

    None if it was purged.
    """
    query = (
        select(QuizSession)
        .where(QuizSession.mode == "self_paced", QuizSession.id == session_id)
        .options(WITHOUT_QUESTIONS)
    )
    return await session.scalar(query.with_for_update(read=True))


async def take_name(session: AsyncSession, session_id: UUID, forms: Sequence[str]) -> bool:
    """Take all forms of a nickname; False if somebody has one of them."""
    rows = [{"id": uuid7(), "session_id": session_id, "form": form} for form in sorted(forms)]
    statement = insert(HomeworkName).values(rows).on_conflict_do_nothing()
    try:
        async with session.begin_nested():
            taken = await session.execute(statement.returning(HomeworkName.id))
            _refuse_less(len(taken.all()), len(rows))
    except _NameTakenError:
        return False
    return True


def _refuse_less(inserted: int, wanted: int) -> None:
    if inserted < wanted:
        raise _NameTakenError


async def add_seat(  # noqa: PLR0913  # a whole participation in one step
    session: AsyncSession,
    session_id: UUID,
    *,
    nickname: str,
    user_id: UUID | None,
    token_hash: bytes | None,
    at: int,
) -> Seat:
    seat = QuizParticipation(
        session_id=session_id,
        player=uuid7(),
        user_id=user_id,
        nickname=nickname,
        token_hash=token_hash,
        joined_at=moment(at),
    )
    session.add(seat)
    await session.flush()
    return Seat(seat.id, nickname, kicked=False, runs=())


async def add_run(
    session: AsyncSession, session_id: UUID, participation_id: UUID, run: Run
) -> UUID:
    row = HomeworkRun(
        session_id=session_id,
        participation_id=participation_id,
        number=run.number,
        seed=run.seed,
        shown_at=moment(run.shown_at),
    )
    session.add(row)
    await session.flush()
    return row.id


def _rows(rows: Iterable[Mapping[str, object]]) -> dict[str, str]:
    return {"rows": msgspec.json.encode([*rows]).decode()}


def _answer(graded: GradedAnswer) -> dict[str, object]:
    key, given = graded.key, graded.given
    return {
        "id": uuid7(),
        "participation": key.participation_id,
        "run": key.run,
        "question": key.question,
        "source": graded.source,
        "response": given.response,
        "correct": given.correct,
        "points": given.points,
        "elapsed_ms": given.elapsed_ms,
        "at": graded.at,
    }


def _stored(
    response: object,
    correct: bool | None,  # noqa: FBT001  # a column
    points: int,
    elapsed_ms: int,
) -> StoredAnswer:
    return StoredAnswer(msgspec.convert(response, Response), correct, points, elapsed_ms)


def _locked(  # noqa: PLR0913, PLR0917  # one a column
    id_: UUID,
    session_id: UUID,
    participation_id: UUID,
    user_id: UUID | None,
    token_hash: bytes | None,
    closes_at: datetime,
    closed: bool,  # noqa: FBT001  # a column
    kicked: bool,  # noqa: FBT001  # the same
    *run: Any,  # noqa: ANN401  # the columns of a run
) -> LockedRun:
    return LockedRun(
        id_,
        session_id,
        participation_id,
        user_id,
        token_hash,
        milliseconds(closes_at),
        closed,
        kicked,
        run_from(*run),
    )
