"""A Redis that is nearly full: the rest is for games under way."""

from collections.abc import AsyncIterator, Callable

import pytest
import structlog
from redis.asyncio import Redis

from game.errors import Unavailable
from persistence import redis_status
from persistence.redis_status import Memory
from server.live import memory_guard as guards
from server.live.memory_guard import MemoryGuard
from server.settings import Settings
from tests.conftest import RunningServer, wait_for
from tests.server.live.conftest import Opening

NO_REDIS = Redis(port=9)  # it is never asked
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


def test_players_are_refused_from_nine_tenths_on() -> None:
    guard = MemoryGuard(NO_REDIS)
    guard.admit_player()
    guard.note(Memory(used=89, limit=100))
    guard.admit_player()
    guard.note(Memory(used=90, limit=100))
    with pytest.raises(Unavailable) as refusal:
        guard.admit_player()
    assert (refusal.value.code, refusal.value.retry_ms) == ("memory_full", guards.RETRY_MS)
    guard.note(Memory(used=90, limit=0))  # without a limit
    guard.admit_player()


@pytest.mark.parametrize(("used", "is_refused"), [(79, False), (80, True), (85, True)])
async def test_rooms_are_refused_before_players(
    monkeypatch: pytest.MonkeyPatch, used: int, *, is_refused: bool
) -> None:
    async def memory(_: Redis) -> Memory:
        return Memory(used=used, limit=100)

    monkeypatch.setattr(redis_status, "read_memory", memory)
    guard = MemoryGuard(NO_REDIS)
    if is_refused:
        with pytest.raises(Unavailable) as refusal:
            await guard.admit_room()
        assert refusal.value.code == "memory_full"
    else:
        await guard.admit_room()
    guard.admit_player()


def test_the_log_says_once_that_memory_is_short_and_once_that_it_is_not() -> None:
    guard = MemoryGuard(NO_REDIS)
    with structlog.testing.capture_logs() as logs:
        for used in (79, 80, 95, 85, 79, 10):
            guard.note(Memory(used=used, limit=100))
    assert [(line["event"], line["used"]) for line in logs] == [
        ("redis_memory_short", 80),
        ("redis_memory_freed", 79),
    ]
