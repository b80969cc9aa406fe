"""Redis killed and started again: a pause, then on; nothing that was answered is lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from game.errors import Unavailable
from game.live.connect import redis_from_url
from game.live.engine import Engine
from game.live.keys import RoomKeys
from game.live.rooms import Rooms
from game.live.script_data import Commit, CommitResult
from game.rules import rooms
from game.rules.rooms import Phase, RoomSettings
from persistence.embedded import DataDirectory, RedisEngine
from tests.game.live.playing import (
    QUESTION,
    Follower,
    answer,
    join_many,
    open_room,
    refused,
    running,
    same,
    start,
    until,
    with_time_limit,
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisEngine]:
    """A Redis of this test's own, which forgets nothing."""
    directory = DataDirectory(tmp_path / "data")
    directory.claim()
    server = RedisEngine(directory, {"appendfsync": "always"})
    server.start()
    yield server
    server.stop()
    directory.release()


@pytest.fixture
async def alone(server: RedisEngine) -> AsyncIterator[Engine]:
    redis = redis_from_url(server.address)
    async with running(redis) as engine:
        yield engine
    await redis.aclose()


async def test_a_game_goes_on_after_redis_was_killed(server: RedisEngine, alone: Engine) -> None:
    session = await open_room(alone.rooms, (QUESTION, with_time_limit(1)))
    follower = Follower()
    await alone.feed.subscribe(session, follower)
    seats = await join_many(alone.rooms, session, 20)
    await start(alone.rooms, session)
    opens_at = (await alone.rooms.view(session)).state.opens_at or 0

    async def answering(seat_at: int) -> str:
        return await refused(
            alone.rooms.submit(session, 0, seats[seat_at].player, "a", 5, opens_at + 5)
        )

    assert {await answering(at) for at in range(10)} == {""}
    kill(server)
    assert await asyncio.gather(*map(answering, range(10, 15))) == ["unavailable"] * 5
    assert await refused(alone.rooms.command(session, rooms.Pause())) == "unavailable"
    assert await refused(alone.rooms.view(session)) == "unavailable"
    await asyncio.to_thread(server.start)
    assert await asyncio.gather(*map(answering, range(20))) == [""] * 20
    await until(lambda: follower.view is not None and follower.view.phase is Phase.REVEAL)
    assert follower.view is not None
    assert follower.view.counted is not None
    assert follower.view.counted.answered == 20
    await alone.rooms.command(session, rooms.Next())
    await until(
        lambda: (
            follower.view is not None
            and follower.view.phase is Phase.REVEAL
            and follower.view.state.question == 1
        )
    )
    assert same(follower.view, await alone.rooms.view(session))


async def test_a_deadline_that_passed_while_redis_was_away_fires_after(
    server: RedisEngine, alone: Engine
) -> None:
    settings = RoomSettings(lead_in_ms=0)
    session = await open_room(alone.rooms, (with_time_limit(1),), settings)
    follower = Follower()
    await alone.feed.subscribe(session, follower)
    await start(alone.rooms, session)
    kill(server)
    closes_at = (follower.view.state.closes_at or 0) if follower.view is not None else 0
    await until(lambda: alone.clock.now() > closes_at + 100)
    await asyncio.to_thread(server.start)
    await until(lambda: follower.view is not None and follower.view.phase is Phase.REVEAL)


async def test_an_answer_whose_reply_was_lost_can_be_given_again(
    alone: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await open_room(alone.rooms)
    seats = await join_many(alone.rooms, session, 2)
    await start(alone.rooms, session)
    store, submit = alone.rooms._store, alone.rooms._store.submit  # noqa: SLF001  # mid-call

    async def lose_the_reply(*arguments: object) -> object:
        await submit(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr(store, "submit", submit)
        raise ConnectionResetError

    monkeypatch.setattr(store, "submit", lose_the_reply)
    with pytest.raises(ConnectionResetError):
        await answer(alone.rooms, session, seats[0])
    assert await refused(answer(alone.rooms, session, seats[0])) == ""
    assert (await alone.rooms.view(session)).answered == 1


async def test_stopping_waits_for_a_reveal_and_does_not_mind_that_it_fails(
    rooms_: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await open_room(rooms_)
    await start(rooms_, session)
    reached, go_on = asyncio.Event(), asyncio.Event()
    store, commit = rooms_._store, rooms_._store.commit  # noqa: SLF001  # Redis goes in mid-reveal

    async def close_only(at: RoomKeys, change: Commit) -> CommitResult | None:
        if change.state.phase is Phase.REVEAL:
            reached.set()
            await go_on.wait()
            raise Unavailable("unavailable", "away")
        return await commit(at, change)

    monkeypatch.setattr(store, "commit", close_only)
    closing = asyncio.create_task(refused(rooms_.command(session, rooms.CloseQuestion())))
    await reached.wait()
    stopping = asyncio.create_task(rooms_.stop())
    asyncio.get_running_loop().call_later(0.05, go_on.set)
    await stopping
    assert await closing == "unavailable"


def kill(server: RedisEngine) -> None:
    process = server._process  # noqa: SLF001  # as the kernel would
    assert process is not None
    process.kill()
    process.wait()
