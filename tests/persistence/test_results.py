"""Results as read from the database: places, answers, statistics, a student's history."""

from dataclasses import replace
from uuid import UUID

from msgspec.structs import replace as replace_
from redis.asyncio import Redis
from uuid_utils.compat import uuid7

from game.live.journal import Answered, JournalAnswer
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories import results
from persistence.repositories.results import CountedAnswer, PastSession, QuestionStatistics
from persistence.repositories.viewers import OPERATOR
from tests.persistence import samples
from tests.persistence.recorders import record_all
from tests.persistence.samples import Someone, play, write_down

LIMITS_MS = (30_000, 30_000)


async def test_players_come_by_place_with_their_answers(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory, players=5)
    await write_down(redis, *game.entries())
    await record_all(redis, session_factory)
    async with session_factory() as session:
        players = await results.players(session, OPERATOR, UUID(game.session), LIMITS_MS)
    assert [str(player.player) for player in players] == [one.player for one in game.players]
    assert [player.rank for player in players] == [1, 2, 3, 4, 5]
    first = players[0]
    assert (first.score, first.correct, first.total_time_ms, first.best_streak) == (
        1800,
        2,
        3000,
        2,
    )
    assert first.answers == [
        CountedAnswer(0, "a", correct=True, points=900, elapsed_ms=1500),
        CountedAnswer(1, "a", correct=True, points=900, elapsed_ms=1500),
    ]


async def test_before_the_end_players_come_by_points_and_the_kicked_last(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory, players=3)
    only_two = replace(game, players=game.players[1:])
    await write_down(redis, *game.joined(), *game.answered(0), *only_two.answered(1))
    await write_down(redis, samples.kick(game, 1))
    await record_all(redis, session_factory)
    async with session_factory() as session:
        players = await results.players(session, OPERATOR, UUID(game.session), LIMITS_MS)
    assert [player.nickname for player in players] == ["player 2", "player 0", "player 1"]
    assert [(player.score, player.rank, player.kicked) for player in players] == [
        (1800, None, False),
        (900, None, False),
        (1800, None, True),
    ]
    assert [player.total_time_ms for player in players] == [3000, 31_500, 3000]


async def test_before_the_end_a_question_without_an_answer_takes_its_time(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory, players=3)
    wrong = JournalAnswer(
        game.players[2], "b", correct=False, points=0, elapsed_ms=29_000, answered_at=1
    )
    tried = Answered(session=game.session, question=0, source=None, answers=(wrong,))
    await write_down(redis, *game.joined(), tried)
    await record_all(redis, session_factory)
    async with session_factory() as session:
        players = await results.players(session, OPERATOR, UUID(game.session), LIMITS_MS[:1])
    assert [player.nickname for player in players] == ["player 2", "player 0", "player 1"]


async def test_figures_leave_out_the_kicked_and_questions_nobody_answered(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory, players=3, questions=3)
    await write_down(redis, *game.joined(), *game.answered(0), *game.answered(2))
    await write_down(redis, samples.kick(game, 1))
    await record_all(redis, session_factory)
    async with session_factory() as session:
        figures = await results.questions(session, UUID(game.session))
    assert figures == [QuestionStatistics(place, 2, 2, 1500, 900.0) for place in (0, 2)]


async def test_a_session_knows_which_questions_were_revealed_and_how_long_they_count(
    redis: Redis, session_factory: SessionFactory
) -> None:
    """Also when entries come in another order or again, and when nobody answered the last.

    An entry of an earlier release knows neither when its question opened nor how long it counts.
    """
    game = await play(session_factory, questions=4)
    unanswered = Answered(
        session=game.session, question=2, source=None, opened_at=7, limit_ms=50_000, answers=()
    )
    first = [replace_(entry, opened_at=5, limit_ms=30_000) for entry in game.answered(0)]
    await write_down(redis, *game.joined(), unanswered, *game.answered(1))
    await record_all(redis, session_factory)
    await write_down(redis, *first)
    await record_all(redis, session_factory)
    await write_down(redis, *game.answered(1))
    await record_all(redis, session_factory)
    async with session_factory() as session:
        recorded = await session.get(QuizSession, UUID(game.session))
    assert recorded is not None
    assert recorded.revealed_questions == 3
    assert recorded.questions_opened_at == {"0": 5, "2": 7}
    assert recorded.limits_ms == {"0": 30_000, "2": 50_000}


async def test_a_history_has_own_sessions_only(
    redis: Redis, session_factory: SessionFactory
) -> None:
    async with session_factory.begin() as session:
        student = await samples.add_user(session, "student@kuis.example", "student")
    games = [await play(session_factory) for _ in range(3)]
    seat = samples.player("Ani", student.id)
    played = replace(games[0], players=(*games[0].players, seat))
    begun = samples.player("Ani again", student.id, joined_at=samples.GAME_BEGAN + 60_000)
    await write_down(redis, *played.entries(), *games[2].entries())
    await write_down(redis, *replace(games[1], players=(begun,)).joined())
    await record_all(redis, session_factory)
    ani = Someone(student.id, "student")
    async with session_factory() as session:
        past, total, _ = await results.history(session, ani, 1, 20)
        second, *_ = await results.history(session, ani, 2, 1)
        nobodys = await results.history(session, Someone(uuid7(), "student"), 1, 20)
        (own,) = await results.players(session, ani, UUID(played.session), ())
    joined = samples.moment(samples.GAME_BEGAN)
    later = samples.moment(samples.GAME_BEGAN + 60_000)
    unfinished = PastSession(
        UUID(games[1].session),
        "Geography",
        "Ani again",
        later,
        1,
        *(None, None, None, None),
        mode="live",
        code=past[0].code,
        ended_at=None,
        cards=0,
    )
    ended = samples.moment(samples.GAME_BEGAN + 600_000)
    finished = PastSession(
        UUID(played.session),
        "Geography",
        "Ani",
        joined,
        4,
        *(1800, 4, 2, 2),
        mode="live",
        code=past[1].code,
        ended_at=ended,
        cards=0,
    )
    assert (past, total) == ([unfinished, finished], 2)
    assert second == [finished]
    assert nobodys == ([], 0, False)
    assert (own.nickname, own.rank) == ("Ani", 4)
