"""Rows are complete and not duplicated, wherever the recorder or an engine dies."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.typing import StreamIdT
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncEngine

from game.live import journal, keys
from game.live.journal import Joined, Started
from persistence import database as databases
from persistence import recorder, schema
from persistence.database import SessionFactory
from persistence.embedded import Addresses, Engines
from persistence.models import QuizParticipation, QuizSession
from persistence.recorder import GROUP, STREAMS, Counters
from tests.persistence import samples
from tests.persistence.recorders import journal_is_empty, record_all, recording, until
from tests.persistence.samples import Game, complete, counts, moment, play, write_down

pytestmark = pytest.mark.slow


async def test_an_entry_of_a_dead_recorder_is_taken_over(
    redis: Redis, session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "CLAIM_IDLE_MS", 50)
    game = await play(session_factory)
    await write_down(redis, *game.entries())
    for stream in STREAMS:
        await redis.xgroup_create(stream, GROUP, id="0", mkstream=True)
    taken = await redis.xreadgroup(GROUP, "dead", dict.fromkeys(STREAMS, ">"))
    assert taken

    await record_all(redis, session_factory)

    assert await counts(session_factory) == complete(game)


async def test_a_recorder_that_comes_back_finishes_its_own_first(
    redis: Redis, session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = await play(session_factory)
    await write_down(redis, *game.entries())
    for stream in STREAMS:
        await redis.xgroup_create(stream, GROUP, id="0", mkstream=True)
    await redis.xreadgroup(GROUP, "test", dict.fromkeys(STREAMS, ">"))
    monkeypatch.setattr(recorder, "CLAIM_IDLE_MS", 3_600_000)

    async with recording(redis, session_factory, "test"):
        await until(lambda: journal_is_empty(redis))

    assert await counts(session_factory) == complete(game)


async def test_a_session_ends_when_all_that_came_before_is_recorded(
    redis: Redis, session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = await play(session_factory)
    *before, end = game.entries()
    await write_down(redis, *before)
    for stream in STREAMS:
        await redis.xgroup_create(stream, GROUP, id="0", mkstream=True)
    await redis.xreadgroup(GROUP, "dead", dict.fromkeys(STREAMS, ">"))
    behind = Joined(session=game.session, players=(samples.player("behind the end"),))

    async def has_passed_the_end() -> bool:
        return (await counts(session_factory))["quiz_participations"] == 1

    async def ended_at() -> datetime | None:
        async with session_factory() as session:
            return (await session.scalars(select(QuizSession))).one().ended_at

    async with recording(redis, session_factory, "test"):
        await write_down(redis, end, behind)
        await until(has_passed_the_end)
    assert await ended_at() is None

    async with recording(redis, session_factory, "test"):  # it comes back, with the end in hand
        await write_down(redis, Started(session=game.session, at=samples.GAME_BEGAN + 1000))
        await until(lambda: only_pending(redis, len(before) + 1))
        assert await ended_at() is None
        monkeypatch.setattr(recorder, "CLAIM_IDLE_MS", 0)
        await until(lambda: journal_is_empty(redis))

    assert await ended_at() == moment(samples.GAME_BEGAN + 600_000)
    expected = complete(game)
    expected["quiz_participations"] += 1
    assert await counts(session_factory) == expected


async def begun_by_others(
    redis: Redis, session_factory: SessionFactory, only_ends: Sequence[bool]
) -> list[Game]:
    """Games of one shard: all was handed out, the ends to this recorder, the rest to a dead one.

    For each game `only_ends` says whether its end is all that there is of it.
    """
    games = [await play(session_factory, players=1)]
    shard = keys.shard(games[0].session)
    while len(games) < len(only_ends):
        game = await play(session_factory, players=1)
        if keys.shard(game.session) == shard:
            games.append(game)
    stream = keys.journal(shard)
    for other in STREAMS:
        await redis.xgroup_create(other, GROUP, id="0", mkstream=True)
    ends: list[StreamIdT] = []
    for game, only_its_end in zip(games, only_ends, strict=True):
        *before, end = game.entries()
        await write_down(redis, *(() if only_its_end else before))
        ends.append(await redis.xadd(stream, {"entry": journal.encode(end)}))
    await redis.xreadgroup(GROUP, "dead", {stream: ">"})
    await redis.xclaim(stream, GROUP, "test", 0, ends)
    return games


@pytest.mark.parametrize("only_ends", [(False, False), (True, False), (False, True)])
async def test_each_of_two_ends_in_a_shard_waits_for_what_came_before_it(
    redis: Redis,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    only_ends: tuple[bool, bool],
) -> None:
    games = await begun_by_others(redis, session_factory, only_ends)
    behind = Joined(session=games[0].session, players=(samples.player("behind the ends"),))

    async def has_passed_the_ends() -> bool:
        async with session_factory() as session:
            nicknames = select(QuizParticipation.nickname)
            return "behind the ends" in (await session.scalars(nicknames)).all()

    async def have_ended() -> list[bool]:
        async with session_factory() as session:
            runs = [await session.get_one(QuizSession, UUID(game.session)) for game in games]
        return [run.ended_at is not None for run in runs]

    async with recording(redis, session_factory, "test"):
        await write_down(redis, behind)
        await until(has_passed_the_ends)
    assert await have_ended() == [only_ends[0], False]

    monkeypatch.setattr(recorder, "CLAIM_IDLE_MS", 0)
    await record_all(redis, session_factory)
    assert await have_ended() == [True, True]


async def only_pending(redis: Redis, entries: int) -> bool:
    return sum([await redis.xlen(stream) for stream in STREAMS]) == entries


async def test_redis_that_lost_everything_is_no_reason_to_stop(
    redis: Redis, session_factory: SessionFactory
) -> None:
    game = await play(session_factory)
    async with recording(redis, session_factory):
        await write_down(redis, *game.joined())
        await until(lambda: journal_is_empty(redis))
        await redis.flushall()
        await write_down(redis, *game.entries())
        await until(lambda: journal_is_empty(redis))

    assert await counts(session_factory) == complete(game)


class Killed(BaseException):
    """Stands for the death of the process: nothing in the recorder catches it."""


PLACES = (
    "before XREADGROUP",
    "after XREADGROUP",
    "after XAUTOCLAIM",
    "before a statement",
    "after a statement",
    "commit",
    "before XACK",
    "after XACK",
)
MAX_PASSES = 3


class Fate:
    """Kills the recorder at each of these places in turn, when it passes there for the nth time.

    Nothing that the test itself asks of Redis or PostgreSQL is a step.
    """

    def __init__(self, deaths: int) -> None:
        self._random = Random(deaths)
        self.deaths_left = deaths
        self.is_mortal: ContextVar[bool] = ContextVar("is_mortal", default=False)
        self._choose()

    def _choose(self) -> None:
        self._place = PLACES[self.deaths_left % len(PLACES)]
        self._passes_left = self._random.randrange(MAX_PASSES)

    def step(self, where: str) -> None:
        if not self.is_mortal.get() or not self.deaths_left or where != self._place:
            return
        self._passes_left -= 1
        if self._passes_left < 0:
            self.deaths_left -= 1
            self._choose()
            raise Killed

    def at(self, where: str) -> Callable[..., None]:
        return lambda *_: self.step(where)

    def command(self, function: Callable[..., Awaitable[object]]) -> Callable[..., object]:
        async def mortal(redis: Redis, name: str, *args: object, **options: object) -> object:
            self.step(f"before {name}")
            result = await function(redis, name, *args, **options)
            self.step(f"after {name}")
            return result

        return mortal

    def pipeline(self, execute: Callable[..., Awaitable[object]]) -> Callable[..., object]:
        async def mortal(pipeline: Pipeline, *args: object, **options: object) -> object:
            first = str(pipeline.command_stack[0][0][0])
            self.step(f"before {first}")
            result = await execute(pipeline, *args, **options)
            self.step(f"after {first}")
            return result

        return mortal


async def test_killed_at_any_point_fifty_times(
    redis: Redis,
    database: AsyncEngine,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each entry is written down once, so one that is acknowledged too early is missing."""
    fate = Fate(50)
    monkeypatch.setattr(recorder, "CLAIM_IDLE_MS", 0)
    monkeypatch.setattr(recorder, "CLAIM_INTERVAL_S", 0.0)
    monkeypatch.setattr(recorder, "ENTRIES_PER_READ", 4)
    monkeypatch.setattr(recorder, "BLOCK_MS", 1)
    monkeypatch.setattr(Redis, "execute_command", fate.command(Redis.execute_command))
    monkeypatch.setattr(Pipeline, "execute", fate.pipeline(Pipeline.execute))
    event.listen(database.sync_engine, "before_cursor_execute", fate.at("before a statement"))
    event.listen(database.sync_engine, "after_cursor_execute", fate.at("after a statement"))
    event.listen(database.sync_engine, "commit", fate.at("commit"))

    games = []
    while fate.deaths_left:
        games.append(await play(session_factory, players=30, questions=6))
        await write_down(redis, *games[-1].entries())
        while not await journal_is_empty(redis):
            await live(redis, session_factory, fate)

    assert await counts(session_factory) == {
        table: rows * len(games) for table, rows in complete(games[0]).items()
    }


async def live(redis: Redis, session_factory: SessionFactory, fate: Fate) -> None:
    """One life of a recorder: until it is killed, or all is written."""
    stop = asyncio.Event()
    fate.is_mortal.set(True)  # the task begins with a copy of this
    life = asyncio.create_task(
        recorder.run(redis, session_factory, stop, consumer=f"life {fate.deaths_left}")
    )
    fate.is_mortal.set(False)

    async def is_over() -> bool:
        return life.done() or await journal_is_empty(redis)

    await until(is_over)
    stop.set()
    with suppress(Killed):
        await life


RECORDER = """
import asyncio, sys
from persistence import database, recorder
from game.live.connect import redis_from_url

async def main(database_url: str, redis_url: str, consumer: str) -> None:
    factory = database.sessions(database.connect(database_url))
    recorder.CLAIM_IDLE_MS = 100
    print("ready", flush=True)
    await recorder.run(redis_from_url(redis_url), factory, asyncio.Event(), consumer=consumer)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_process_killed_in_the_middle(
    engines: Addresses,
    redis: Redis,
    database_url: str,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recorder, "CLAIM_IDLE_MS", 100)
    game = await play(session_factory, players=300, questions=5)
    addresses = (database_url, engines.redis_url)
    for life in range(3):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", RECORDER, *addresses, f"life {life}", stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        await process.stdout.readline()
        await write_down(redis, *game.entries())
        await asyncio.sleep(0.05 * life)  # somewhere in its work
        process.kill()
        await process.wait()

    await record_all(redis, session_factory)

    assert await counts(session_factory) == complete(game)


async def test_postgresql_stopped_for_the_whole_game(redis: Redis, tmp_path: Path) -> None:
    engines = Engines(tmp_path / "data", redis=False)
    postgres = engines.postgres
    assert postgres is not None
    database_url = (await asyncio.to_thread(engines.start)).database_url
    engine = databases.connect(database_url)
    session_factory = databases.sessions(engine)
    try:
        await asyncio.to_thread(schema.upgrade, database_url)
        game = await play(session_factory)
        async with recording(redis, session_factory) as counters:
            await asyncio.to_thread(postgres.stop)
            await write_down(redis, *game.entries())
            await until(lambda: all_handed_out(redis, game))
            assert not await journal_is_empty(redis)
            assert counters == Counters()
            await asyncio.to_thread(postgres.start)
            await until(lambda: journal_is_empty(redis))
        assert await counts(session_factory) == complete(game)
    finally:
        await engine.dispose()
        await asyncio.to_thread(engines.stop)


async def all_handed_out(redis: Redis, game: Game) -> bool:
    """Whether the recorder holds entries of the game and fails to write them."""
    stream = keys.journal(keys.shard(game.session))
    return bool((await redis.xpending(stream, GROUP))["pending"])
