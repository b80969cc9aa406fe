"""Games as they are read to be scored again, and what is noticed in them."""

from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from game.errors import Conflict, NotFound
from game.rules.rescoring import Difference, differences
from persistence.database import SessionFactory
from persistence.repositories import recorded_games
from persistence.repositories.viewers import OPERATOR, Account
from tests.persistence.played import play_game


@pytest.fixture
async def game(redis: Redis, session_factory: SessionFactory) -> UUID:
    return await play_game(redis, session_factory)


async def read_differences(session_factory: SessionFactory, game: UUID) -> list[Difference]:
    async with session_factory() as db:
        return [*differences(await recorded_games.read(db, OPERATOR, game))]


async def change(session_factory: SessionFactory, statement: str) -> None:
    async with session_factory.begin() as db:
        await db.execute(text(statement))


async def test_the_record_of_a_game_follows_from_its_answers(
    session_factory: SessionFactory, game: UUID
) -> None:
    async with session_factory() as db:
        recorded = await recorded_games.read(db, OPERATOR, game)
    players = {each.nickname: each for each in recorded.participants}
    assert [*differences(recorded)] == []
    assert [len(players[name].answers) for name in ("Ani", "Budi", "Citra", "Fitri")] == [
        7,
        7,
        0,
        5,
    ]
    assert players["Fitri"].kicked
    assert players["Fitri"].result is None
    assert [each.result.rank for each in recorded.participants if each.result] == [1, 3, 5, 2, 4]
    late = {players[name].answers[0].points for name in ("Dewi", "Eko")}
    assert late == {500, 1000}  # no speed bonus; the third question counts double
    assert recorded.revealed[1].limit_ms > 21_000
    assert {each.correct for player in players.values() for each in player.answers[3:4]} >= {None}


CHANGES: tuple[tuple[str, set[tuple[str, int | None, str]]], ...] = (
    (
        (
            "UPDATE question_attempts SET points = points + 1 FROM quiz_participations p"
            " WHERE p.id = participation_id AND nickname = 'Budi' AND question_index = 2"
        ),
        {("Budi", 2, "points")},
    ),
    (
        (
            "UPDATE question_attempts SET is_correct = FALSE FROM quiz_participations p"
            " WHERE p.id = participation_id AND nickname = 'Ani' AND question_index = 0"
        ),
        {("Ani", 0, "correct")},
    ),
    (
        "UPDATE quiz_attempts SET best_streak = best_streak - 1 WHERE rank = 1",
        {("Ani", None, "best_streak")},
    ),
    (
        "UPDATE quiz_attempts SET rank = 3 - rank WHERE rank < 3",
        {("Ani", None, "rank"), ("Dewi", None, "rank")},
    ),
    ("DELETE FROM quiz_attempts WHERE rank = 5", {("Citra", None, "rank")}),
    (
        (
            "DELETE FROM question_attempts USING quiz_participations p"
            " WHERE p.id = participation_id AND nickname = 'Eko' AND question_index = 3"
        ),
        {("Eko", None, "answered"), ("Eko", None, "total_time_ms")},
    ),
    (
        "UPDATE quiz_sessions SET questions = jsonb_set(questions, '{5,key,tolerance}', '0')",
        {("Ani", 5, "correct"), ("Ani", None, "score")},
    ),
    (
        "UPDATE quiz_sessions SET limits_ms = jsonb_set(limits_ms, '{0}', '19999')",
        {("Citra", None, "total_time_ms")},
    ),
)


async def test_whatever_is_changed_by_hand_is_named(
    session_factory: SessionFactory, game: UUID
) -> None:
    for statement, named in CHANGES:
        async with session_factory() as db:  # nothing is committed
            await db.execute(text(statement))
            found = [*differences(await recorded_games.read(db, OPERATOR, game))]
        assert named <= {(each.nickname, each.question, each.value) for each in found}, statement
    assert await read_differences(session_factory, game) == []


async def test_games_of_earlier_releases_count_with_the_times_that_they_have(
    session_factory: SessionFactory, game: UUID
) -> None:
    await change(session_factory, "UPDATE quiz_sessions SET limits_ms = '{}'")
    assert await read_differences(session_factory, game) == []
    await change(session_factory, "UPDATE quiz_attempts SET total_time_ms = 1 WHERE rank = 5")
    assert await read_differences(session_factory, game) == []


async def test_without_the_times_of_questions_nobody_can_tell_who_was_late(
    session_factory: SessionFactory, game: UUID
) -> None:
    await change(session_factory, "UPDATE quiz_sessions SET questions_opened_at = '{}'")
    with pytest.raises(Conflict, match="who joined a question late") as refused:
        await read_differences(session_factory, game)
    assert refused.value.code == "record_incomplete"
    await change(
        session_factory,
        "DELETE FROM question_attempts USING quiz_participations p"
        " WHERE p.id = participation_id AND nickname IN ('Dewi', 'Eko')",
    )
    found = await read_differences(session_factory, game)
    assert not [each for each in found if each.question is not None]


async def test_a_game_is_read_by_those_who_may_see_its_session(
    session_factory: SessionFactory, game: UUID
) -> None:
    async with session_factory() as db:
        stranger = Account(UUID(int=1), "teacher")
        with pytest.raises(NotFound):
            await recorded_games.read(db, stranger, game)
        assert await recorded_games.sessions_after(db, stranger, None, 9) == []
        assert await recorded_games.count_sessions(db, stranger) == 0
