"""Rooms while Redis refuses commands for a time: its memory is full, or it may not write."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError, ResponseError

from game.live import keys, transient_errors
from game.live.engine import Engine
from game.rules import rooms
from game.rules.rooms import RoomSettings
from tests.game.live.playing import (
    QUESTION,
    Follower,
    answer,
    join_many,
    open_room,
    raw,
    refused,
    start,
    until,
    with_time_limit,
)


@pytest.fixture
async def memory(redis: Redis) -> AsyncIterator[Redis]:
    """A Redis whose memory may run full without anything being evicted."""
    yield redis
    await redis.config_set("maxmemory", 0)


@pytest.mark.parametrize(
    ("said", "passes"),
    [
        ("OOM command not allowed when used memory > 'maxmemory'.", True),
        ("Error running script (call to f_1): @user_script:1: -OOM command not allowed", True),
        ("Error running script (call to f_1): @user_script:9: -MISCONF Errors writing", True),
        ("READONLY You can't write against a read only replica.", True),
        ("CLUSTERDOWN The cluster is down", True),
        ("BUSY Redis is busy running a script. You can only call SCRIPT KILL", True),
        ("WRONGTYPE Operation against a key holding the wrong kind of value", False),
        ("Error running script (call to f_1): @user_script:1: attempt to index BOOM nil", False),
    ],
)
def test_what_passes(said: str, *, passes: bool) -> None:
    assert transient_errors.is_transient(ResponseError(said)) == passes


def test_a_fault_of_ours_does_not_pass() -> None:
    assert not transient_errors.is_transient(ValueError("OOM "))
    assert transient_errors.is_transient(ConnectionResetError())
    assert transient_errors.is_transient(OutOfMemoryError("command not allowed"))


async def test_nothing_is_half_done_or_lost_while_memory_is_full(
    memory: Redis, engine: Engine
) -> None:
    session = await open_room(engine.rooms, (QUESTION,), RoomSettings(lead_in_ms=0))
    anna, budi = await join_many(engine.rooms, session, 2)
    await start(engine.rooms, session)
    assert await refused(answer(engine.rooms, session, anna)) == ""
    before = await engine.rooms.view(session)
    entries = await journal_length(memory, session)
    await memory.config_set("maxmemory", 1)
    for work in (
        answer(engine.rooms, session, budi),
        engine.rooms.command(session, rooms.CloseQuestion()),
        engine.rooms.join(session, nickname="Citra", user=None, team=None, connection="9"),
        engine.rooms.resume(session, anna.token, "9"),
        engine.rooms.kick(session, budi.player),
        engine.rooms.leave(session, budi.player, "9"),
    ):
        assert await refused(work) in {"unavailable", ""}
    assert await refused(answer(engine.rooms, session, budi)) == "unavailable"
    assert await engine.rooms.view(session) == before
    assert await journal_length(memory, session) == entries
    await memory.config_set("maxmemory", 0)
    assert await refused(answer(engine.rooms, session, budi)) == ""


async def test_a_deadline_that_found_memory_full_fires_when_there_is_room(
    memory: Redis, engine: Engine
) -> None:
    session = await open_room(engine.rooms, (with_time_limit(1),), RoomSettings(lead_in_ms=0))
    follower = Follower()
    await engine.feed.subscribe(session, follower)
    await start(engine.rooms, session)
    assert follower.view is not None
    closes_at = follower.view.state.closes_at or 0
    await memory.config_set("maxmemory", 1)
    await until(lambda: engine.clock.now() > closes_at + 300)
    await memory.config_set("maxmemory", 0)
    await until(lambda: follower.view is not None and follower.view.counted is not None)


async def test_a_script_of_somebody_else_that_does_not_end_holds_up_but_stops_nothing(
    redis: Redis, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    session = await open_room(engine.rooms, (with_time_limit(1),), RoomSettings(lead_in_ms=0))
    follower = Follower()
    await engine.feed.subscribe(session, follower)
    await start(engine.rooms, session)
    await redis.config_set("lua-time-limit", 10)
    endless = asyncio.create_task(refused(raw(redis).eval("while true do end", 0)))
    try:
        assert follower.view is not None
        closes_at = follower.view.state.closes_at or 0
        await until(lambda: engine.clock.now() > closes_at + 300)
        assert await refused(engine.rooms.view(session)) == "unavailable"
    finally:
        await raw(redis).script_kill()
        with pytest.raises(ResponseError, match="killed"):
            await endless
        await redis.config_set("lua-time-limit", 5000)
    await until(lambda: follower.view is not None and follower.view.counted is not None)
    assert caplog.text.count("connection was lost") < 5  # of the many times that it was tried


async def journal_length(redis: Redis, session: str) -> int:
    return await redis.xlen(keys.journal(keys.shard(session)))
