"""Sessions: frozen copies, codes while they run, lists, and the end of orphaned ones."""

import asyncio
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import func, select, update
from uuid_utils.compat import uuid7

from game.errors import NotFound
from game.live.keys import RoomKeys
from game.rules.questions import freeze
from game.rules.rooms import RoomSettings
from persistence import orphaned_sessions
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories import questions, quiz_sessions
from tests.persistence import samples
from tests.persistence.recorders import record_all
from tests.persistence.samples import Someone, add_quiz, add_session, play, teacher, write_down


async def test_a_session_stays_as_it_was_frozen(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
        quiz = await add_quiz(session, host)
        frozen = [freeze(questions.draft(question), Random(3)) for question in quiz.questions]
        settings = RoomSettings(double_points=(1,), streak_bonus=True)
        opened = await quiz_sessions.create(
            session, quiz, host_id=host.user_id, questions=frozen, settings=settings
        )
        quiz.title = "Another"
        await questions.replace(session, quiz, [])
    async with session_factory() as session:
        read = await quiz_sessions.get(session, host, opened.id)
    assert list(quiz_sessions.frozen_questions(read)) == frozen
    assert read.title == "Geography"
    assert read.settings["double_points"] == [1]


async def test_the_first_room_has_the_quizs_code_and_others_their_own(
    session_factory: SessionFactory,
) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
        quiz = await add_quiz(session, host)

    async def open_one() -> str:
        async with session_factory.begin() as session:
            return (await add_session(session, host, quiz)).access_code

    opened = await asyncio.gather(*(open_one() for _ in range(10)))

    assert len(set(opened)) == 10
    assert opened.count(quiz.access_code) == 1
    others = [code for code in opened if code != quiz.access_code]
    assert all(code[0].isdigit() for code in others)


async def test_a_room_may_be_given_a_fresh_code_at_once(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
        quiz = await add_quiz(session, host)
        opened = await quiz_sessions.create(
            session,
            quiz,
            host_id=host.user_id,
            questions=(),
            settings=RoomSettings(),
            standing_code=False,
        )
    assert opened.access_code[0].isdigit()


async def test_only_the_host_sees_a_session(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        owner, other = [await teacher(session, f"{n}@kuis.example") for n in "ab"]
        opened = await add_session(session, owner, await add_quiz(session, owner))
    async with session_factory() as session:
        for viewer in (other, Someone(owner.user_id, "student")):
            with pytest.raises(NotFound):
                await quiz_sessions.get(session, viewer, opened.id)
            assert (await quiz_sessions.page(session, viewer, 1, 20)).total == 0
        for viewer in (owner, Someone(uuid7(), "super_admin")):
            assert (await quiz_sessions.get(session, viewer, opened.id)).id == opened.id


async def test_a_list_counts_who_took_part(redis: Redis, session_factory: SessionFactory) -> None:
    game = await play(session_factory, players=4, questions=3)
    await write_down(redis, *game.entries(), *game.joined())
    await write_down(redis, samples.kick(game, 0))
    await record_all(redis, session_factory)
    async with session_factory() as session:
        run = await session.get_one(QuizSession, UUID(game.session))
        host = Someone(run.host_id or uuid7())
        (listed,), total, _ = await quiz_sessions.page(session, host, 1, 20)
        assert (listed.id, listed.questions, listed.players, total) == (run.id, 3, 3, 1)
        assert (listed.started_at, listed.ended_at) == (run.started_at, run.ended_at)
        of_quiz = await quiz_sessions.page(session, host, 1, 20, quiz_id=run.quiz_id)
        assert of_quiz.items == [listed]
        assert await quiz_sessions.page(session, host, 1, 20, quiz_id=uuid7()) == ([], 0, False)


async def test_a_student_finds_a_session_that_they_played(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory)
    async with session_factory.begin() as session:
        student = await samples.add_user(session, "student@kuis.example", "student")
    await write_down(redis, samples.joined_by(game, student.id))
    await record_all(redis, session_factory)
    async with session_factory() as session:
        played = await quiz_sessions.get_played(
            session, Someone(student.id, "student"), UUID(game.session)
        )
        assert str(played.id) == game.session
        with pytest.raises(NotFound):
            await quiz_sessions.get_played(session, Someone(uuid7(), "student"), UUID(game.session))


async def test_a_session_whose_room_vanished_ends_with_its_last_sign_of_life(
    redis: Redis, session_factory: SessionFactory
) -> None:
    games = [await play(session_factory) for _ in range(4)]
    answered, silent, running, fresh = (UUID(game.session) for game in games)
    await write_down(redis, games[0].started(), *games[0].answered(1))
    await record_all(redis, session_factory)
    await redis.hset(RoomKeys(str(running)).room, "state", "…")
    async with session_factory.begin() as session:
        await session.execute(
            update(QuizSession)
            .where(QuizSession.id != fresh)
            .values(created_at=func.now() - timedelta(hours=2))
        )

    assert await orphaned_sessions.end_orphaned_sessions(redis, session_factory) == 2

    async with session_factory() as session:
        runs = {run.id: run for run in await session.scalars(select(QuizSession))}
    assert runs[running].ended_at is runs[fresh].ended_at is None
    assert runs[silent].ended_at == runs[silent].created_at
    last = samples.GAME_BEGAN + 20_000
    assert runs[answered].ended_at == samples.moment(last)
