"""`kuis verify`, on the database of a server."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
import pytest
from click.testing import Result
from redis.asyncio import Redis
from sqlalchemy import text

from persistence.database import SessionFactory
from server.actions.session_corrections import SessionCorrector, Wanted
from server.auth.sign_ins import SignedIn
from server.commands import verify as command
from server.settings import Settings
from tests.persistence.inserted import answered, asked, insert
from tests.persistence.played import open_game, play_game
from tests.persistence.samples import teacher
from tests.server.commands.test_commands import Run, run  # noqa: F401

Verify = Callable[..., Awaitable[Result]]
NOBODY = UUID(int=7)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a key that passes through the environment unchanged."""
    return msgspec.structs.replace(settings, secret_key="s" * 32)


@pytest.fixture
def verify(run: Run, settings: Settings) -> Verify:  # noqa: F811  # the fixture
    async def verify(*words: str) -> Result:
        environ = {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "SECRET_KEY": settings.secret_key,
        }
        return await asyncio.to_thread(run, "verify", *words, **environ)

    return verify


async def test_a_game_agrees_until_its_record_is_changed(
    verify: Verify, redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play_game(redis, session_factory)
    agrees = await verify(str(game))
    assert agrees.exit_code == 0, agrees.output
    assert agrees.output == (
        f"Geography ({game}): 6 players, 7 questions: the record follows from the answers.\n"
    )
    async with session_factory.begin() as db:
        await db.execute(text("UPDATE quiz_attempts SET score = 1 WHERE rank = 5"))
    one = await verify(str(game))
    assert one.exit_code == 1
    assert one.output.splitlines() == [
        f"Geography ({game}): 6 players, 7 questions: 1 difference.",
        "  player  question  value  recorded  computed",
        "  Citra             score  1         0",
    ]
    async with session_factory.begin() as db:
        await db.execute(text("UPDATE question_attempts SET points = 7 WHERE question_index = 6"))
        await db.execute(text("UPDATE quiz_attempts SET rank = 9 WHERE rank = 5"))
    differs = await verify(str(game))
    assert differs.exit_code == 1
    first, head, *rows = differs.output.splitlines()
    assert first == f"Geography ({game}): 6 players, 7 questions: 6 differences."
    assert head.split() == ["player", "question", "value", "recorded", "computed"]
    assert ["Citra", "rank", "9", "5"] in [row.split() for row in rows]
    assert ["Ani", "7", "points", "7"] in [row.split()[:4] for row in rows]


async def test_the_record_and_its_corrections_are_both_audited(
    verify: Verify, session_factory: SessionFactory, database_url: str
) -> None:
    async with session_factory.begin() as db:
        host = await teacher(db)
        game = (await insert(db, host, answered(3, asked(3)))).id
    viewer = SignedIn(host.user_id, "teacher", "Somebody", "0")
    corrector = SessionCorrector(database_url)
    for wanted in (Wanted(0, "void"), Wanted(1, "key", "c")):
        await corrector.correct(viewer, game, wanted, address=None)
    name, holds = f"Geography ({game})", "question 1 void, question 2 with another key"
    follows = "the record follows from the answers."
    both = await verify(str(game))
    assert (both.exit_code, both.output.splitlines()) == (
        0,
        [f"{name}: 3 players, 3 questions: {follows}", f"{name}, corrected: {holds}, {follows}"],
    )
    async with session_factory.begin() as db:
        await db.execute(text("UPDATE quiz_attempt_rescores SET total_time_ms = 7 WHERE rank = 1"))
    changed = await verify(str(game))
    assert changed.exit_code == 1
    assert changed.output.splitlines()[:2] == [
        f"{name}: 3 players, 3 questions: {follows}",
        f"{name}, corrected: {holds}, 1 difference.",
    ]
    async with session_factory.begin() as db:
        await db.execute(text("DELETE FROM session_corrections"))
    forged = await verify(str(game))
    assert forged.exit_code == 1, "something counts that no correction says"


async def test_all_games_are_audited_and_running_ones_are_named(
    verify: Verify,
    redis: Redis,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(command, "SESSIONS_PER_PAGE", 2)
    first = await play_game(redis, session_factory, "first@kuis.example")
    running = await open_game(redis, session_factory, "second@kuis.example")
    broken = await play_game(redis, session_factory, "third@kuis.example")
    async with session_factory.begin() as db:
        change = text("UPDATE quiz_sessions SET settings = '{\"pace\": 1}' WHERE id = :id")
        await db.execute(change, {"id": broken})
    audited = await verify("--all")
    assert audited.exit_code == 1
    assert audited.stdout.splitlines() == [
        f"Geography ({first}): 6 players, 7 questions: the record follows from the answers.",
        f"Geography ({running.session}): skipped. This game is still running.",
        f"Geography ({broken}): the record cannot be read: Object contains unknown field `pace`",
        "3 games: 1 agree, 1 differ, 1 skipped.",
    ]
    assert audited.stderr.splitlines() == ["2 of 3 games", "3 of 3 games"]
    assert (await verify(running.session)).exit_code == 0


async def test_a_game_has_to_be_named(verify: Verify, database: object) -> None:
    del database  # its tables
    assert (await verify()).exit_code == 2
    assert (await verify(str(NOBODY), "--all")).exit_code == 2
    unknown = await verify(str(NOBODY))
    assert (unknown.exit_code, unknown.output) == (1, "Error: There is no such session.\n")
