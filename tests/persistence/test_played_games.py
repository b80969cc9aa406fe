"""Games played by the engine are recorded as the room decided them."""

from uuid import UUID

from redis.asyncio import Redis

from game.live.engine import Engine
from game.rules import rooms
from game.rules.rooms import RoomSettings
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories import quiz_sessions, results
from persistence.repositories.viewers import OPERATOR
from tests.game.live.playing import answer, join_many, running
from tests.persistence import samples
from tests.persistence.recorders import record_all, until
from tests.persistence.samples import add_quiz, add_session, teacher


async def open_session(engine: Engine, session_factory: SessionFactory) -> QuizSession:
    async with session_factory.begin() as session:
        host = await teacher(session)
        opened = await add_session(session, host, await add_quiz(session, host, questions=3))
    await engine.rooms.open(
        session=str(opened.id),
        code=opened.access_code,
        title=opened.title,
        host=str(host.user_id),
        questions=quiz_sessions.frozen_questions(opened),
        settings=RoomSettings(lead_in_ms=0, streak_bonus=True),
    )
    return opened


async def is_revealed(engine: Engine, room: str) -> bool:
    return (await engine.rooms.view(room)).state.phase is rooms.Phase.REVEAL


async def test_ranks_scores_and_answers_are_the_rooms(
    redis: Redis, session_factory: SessionFactory
) -> None:
    async with running(redis) as engine:
        opened = await open_session(engine, session_factory)
        room, on = str(opened.id), engine.rooms
        seats = await join_many(on, room, 12)
        for question in range(3):
            await on.command(room, rooms.Next())
            for place, seat in enumerate(seats[: 12 - question]):
                response = "a" if (place + question) % 3 else "b"
                await answer(on, room, seat, response, question)
            if question:  # the first closes by itself: everyone has answered
                await on.command(room, rooms.CloseQuestion())
            await until(lambda: is_revealed(engine, room))
        await on.kick(room, seats[11].player)
        await on.command(room, rooms.Next())
        standings = (await on.view(room)).standings.values()
        decided = [one for one in standings if one.player != seats[11].player]

    counters = await record_all(redis, session_factory)

    assert (counters.refused, counters.dropped) == (0, 0)
    async with session_factory() as session:
        recorded = await results.players(session, OPERATOR, opened.id, ())
        run = await session.get_one(QuizSession, opened.id)
        figures = await results.questions(session, opened.id)
    assert recorded[-1].kicked
    assert recorded[-1].player == UUID(seats[11].player)
    assert [
        (str(one.player), one.rank, one.score, one.correct, one.total_time_ms, one.best_streak)
        for one in recorded[:-1]
    ] == [
        (one.player, one.rank, one.score, one.correct, one.total_time_ms, one.best_streak)
        for one in decided
    ]
    assert all(sum(a.points for a in one.answers) == one.score for one in recorded[:-1])
    assert [found.answered for found in figures] == [11, 11, 10]
    assert run.started_at is not None
    assert run.ended_at is not None


async def test_a_room_that_ends_in_its_lobby_is_recorded_without_players(
    redis: Redis, session_factory: SessionFactory
) -> None:
    async with running(redis) as engine:
        opened = await open_session(engine, session_factory)
        await join_many(engine.rooms, str(opened.id), 2)
        await engine.rooms.command(str(opened.id), rooms.End())

    await record_all(redis, session_factory)

    assert await samples.counts(session_factory) == {
        "quiz_participations": 0,
        "question_attempts": 0,
        "quiz_attempts": 0,
    }
    async with session_factory() as session:
        run = await session.get_one(QuizSession, opened.id)
    assert run.started_at is None
    assert run.ended_at is not None
