"""The jobs that keep the statistics of questions up to date."""

from uuid import UUID

from redis.asyncio import Redis
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence.database import SessionFactory
from persistence.models import (
    QuestionAttempt,
    QuestionStatistics,
    QuizSession,
    SessionQuestionStatistics,
)
from persistence.repositories import question_statistics, quiz_sessions
from persistence.repositories.missed_questions import enqueuing
from server.actions.session_corrections import SessionCorrector, Wanted
from server.auth.sign_ins import SignedIn
from server.jobs.job import name_of
from server.jobs.missed_questions import MakeCards
from server.jobs.question_statistics import (
    LATELY,
    ComputeQuestionStatistics,
    RefreshQuestionStatistics,
)
from server.jobs.seat_claims import KeepSeatTokens
from tests.persistence.inserted import answered, asked, insert
from tests.persistence.samples import teacher
from tests.server.jobs.running import in_queue, resources_on, running, until_done

JOBS = (ComputeQuestionStatistics, RefreshQuestionStatistics, MakeCards, KeepSeatTokens)


def test_the_repository_names_the_job() -> None:
    assert name_of(ComputeQuestionStatistics) == question_statistics.JOB


async def answers(session_factory: SessionFactory) -> list[int]:
    query = select(QuestionStatistics.answers).order_by(QuestionStatistics.question_id)
    async with session_factory() as db:
        return [*await db.scalars(query)]


async def test_they_follow_the_end_of_a_game_and_its_corrections(
    database: AsyncEngine, redis: Redis, session_factory: SessionFactory, database_url: str
) -> None:
    resources = resources_on(session_factory, redis)
    async with session_factory.begin() as db:
        host = await teacher(db)
        session = (await insert(db, host, answered(10, asked(2)))).id
    async with running(database, resources, JOBS):
        await until_done(database)
        first, second = await answers(session_factory)
        assert min(first, second) > 0
        viewer = SignedIn(host.user_id, "teacher", "Somebody", "0")
        wanted = Wanted(0, "void")
        await SessionCorrector(database_url).correct(viewer, session, wanted, address=None)
        await until_done(database)
        assert await answers(session_factory) == [0, second]


async def test_a_game_that_ends_because_its_room_is_lost_counts(
    database: AsyncEngine, redis: Redis, session_factory: SessionFactory
) -> None:
    del redis
    async with session_factory.begin() as db:
        session = (await insert(db, await teacher(db), answered(1, asked(1)))).id
    before = {row.id for row in await in_queue(database)}
    async with session_factory.begin() as db:
        await quiz_sessions.end_at_last_sign_of_life(db, [session])
    names = {row.name for row in await in_queue(database) if row.id not in before}
    assert names == {question_statistics.JOB, enqueuing.JOB}


async def test_the_nightly_job_finds_what_was_missed(
    redis: Redis, session_factory: SessionFactory
) -> None:
    resources = resources_on(session_factory, redis)
    async with session_factory.begin() as db:
        host = await teacher(db)
        sessions = [(await insert(db, host, answered(2, asked(1)))).id for _ in range(3)]
        await db.execute(
            update(QuizSession)
            .where(QuizSession.id.in_(sessions[1:]))
            .values(ended_at=func.now() - 2 * LATELY, started_at=None)
        )
        await db.execute(
            update(QuizSession)
            .where(QuizSession.id == sessions[0])
            .values(ended_at=func.now(), started_at=None)
        )
    for session in sessions[:2]:
        await ComputeQuestionStatistics(session).run(resources, 1)
    async with session_factory() as db:
        found = await question_statistics.outdated_sessions(db, LATELY, 10)
    assert found == [sessions[2], sessions[0]], "the last one was never counted"
    async with session_factory.begin() as db:
        await db.execute(delete(SessionQuestionStatistics))
        assert await question_statistics.outdated_sessions(db, LATELY, 2) == sessions[:0:-1]
    await RefreshQuestionStatistics().run(resources, 1)


async def test_games_from_before_an_upgrade_are_counted_with_the_next_one(
    redis: Redis, session_factory: SessionFactory
) -> None:
    """And only these: what was counted is not read again."""
    async with session_factory.begin() as db:
        host = await teacher(db)
        first = await insert(db, host, answered(4, asked(1)))
        second = await insert(db, host, answered(6, asked(1)))
        to = UUID(str(first.questions[0]["source"]))
        await db.execute(update(QuestionAttempt).values(question_id=to))
        await db.execute(update(QuizSession).values(quiz_id=first.quiz_id))
        expected = await db.scalar(select(func.count(QuestionAttempt.id)))
    job = ComputeQuestionStatistics(second.id)
    await job.run(resources_on(session_factory, redis), 1)
    assert max(await answers(session_factory)) == expected
    async with session_factory.begin() as db:
        counted = SessionQuestionStatistics
        await db.execute(
            update(counted)
            .where(counted.session_id == first.id)
            .values(answers=0, correct=None, compared=0, compared_correct=0)
        )
    await job.run(resources_on(session_factory, redis), 1)
    async with session_factory() as db:
        of_second = await db.scalar(select(counted.answers).where(counted.session_id == second.id))
    assert max(await answers(session_factory)) == of_second
