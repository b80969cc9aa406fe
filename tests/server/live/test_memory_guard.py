"""A Redis that is nearly full: the rest is for games under way."""

from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis

from persistence.redis_status import Memory
from server.live import memory_guard as guards
from server.live.memory_guard import MemoryGuard
from server.settings import Settings
from tests.conftest import RunningServer, wait_for
from tests.server.live.conftest import Opening

BALLAST_BYTES = 30_000_000  # beside which it is of no account what Redis frees meanwhile


@pytest.fixture
async def memory(redis: Redis) -> AsyncIterator[Redis]:
    """A Redis whose `maxmemory` a test may set."""
    yield redis
    await redis.config_set("maxmemory", 0)


async def test_games_go_on_while_nobody_new_joins(
    open_room: Opening,
    serve: Callable[[Settings], RunningServer],
    settings: Settings,
    memory: Redis,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guards, "POLL_INTERVAL_S", 0.02)
    room = (await open_room()).at(serve(settings))
    host, anna = await room.host(), await room.player("Anna")
    late = await room.connect()
    guard: MemoryGuard = room.server.app.state.live.memory_guard
    await memory.setrange("ballast", BALLAST_BYTES, "x")
    used = (await memory.info("memory"))["used_memory"]
    await memory.config_set("maxmemory", int(used / 0.95))
    wait_for(lambda: guard._used > guards.PLAYERS_UNTIL, "the look at memory")  # noqa: SLF001
    await late.send("join", nickname="Late")
    refused = await late.refused("unavailable", "join")
    assert refused["retry_ms"] == guards.RETRY_MS
    await host.send("start")
    await anna.hears("question")
    await anna.send("answer", question=0, response="a")
    await anna.hears("answered")
    await anna.hears("reveal")
    await (await room.resumed(anna.token)).hears("welcome")
    await room.projector()
    await memory.config_set("maxmemory", 0)
    wait_for(lambda: guard._used == 0, "the next look at memory")  # noqa: SLF001
    await late.send("join", nickname="Late")
    await late.hears("welcome")


async def test_rooms_are_refused_before_players(redis: Redis) -> None:
    guard = MemoryGuard(redis)
    guard.note(Memory(used=89, limit=100))
    guard.admit_player()
    guard.note(Memory(used=90, limit=0))
    guard.admit_player()
    await guard.admit_room()
