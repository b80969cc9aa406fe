"""Redis away: nothing is `answered` falsely, who asks is told so, and then it goes on."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from redis.asyncio import Redis

from game.live.connect import redis_from_url
from persistence.embedded import DataDirectory, RedisEngine
from server.live.error_codes import CloseCode
from server.settings import Settings
from tests.conftest import SECRET_KEY, RunningServer
from tests.server.live.conftest import Room

SAFE = {"appendfsync": "always"}


@pytest.fixture
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisEngine]:
    """A Redis of this test's own, to be stopped and started."""
    directory = DataDirectory(tmp_path_factory.mktemp("redis") / "data")
    directory.claim()
    engine = RedisEngine(directory, SAFE)
    engine.start()
    yield engine
    engine.stop()
    directory.release()


@pytest.fixture
async def redis(engine: RedisEngine) -> AsyncIterator[Redis]:
    client = redis_from_url(engine.address)
    yield client
    await client.aclose()


@pytest.fixture
def server(serve: Callable[[Settings], RunningServer], engine: RedisEngine) -> RunningServer:
    return serve(
        Settings(
            database_url="postgresql+asyncpg://nobody@127.0.0.1:9/nothing",
            redis_url=engine.address,
            secret_key=SECRET_KEY,
        )
    )


async def test_unavailable_while_redis_is_away_and_on_when_it_is_back(
    room: Room, engine: RedisEngine
) -> None:
    host, anna, budi = await room.host(), await room.player("Anna"), await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    await anna.send("answer", question=0, response="a")
    await anna.hears("answered")
    engine.stop()
    await budi.send("answer", question=0, response="b")
    await budi.refused("unavailable", "answer")
    await host.send("close_question")
    await host.refused("unavailable", "close_question")
    engine.start()
    await budi.patiently("answer", "answered", question=0, response="b")
    assert (await host.sees_reveal())["counts"] == {"a": 1, "b": 1, "c": 0, "d": 0}
    assert (await anna.sees_reveal())["key"] == "a"


async def test_1013_for_who_connects_while_redis_is_away(room: Room, engine: RedisEngine) -> None:
    engine.stop()
    client = await room.connect()
    await client.refused("unavailable")
    assert await client.closed() == CloseCode.UNAVAILABLE


async def test_a_restart_of_redis_keeps_the_room(room: Room, engine: RedisEngine) -> None:
    anna = await room.player("Anna")
    engine.stop()
    engine.start()
    await (await room.connect(token=room.token)).patiently("host", "welcome")
    again = await room.connect()
    await again.patiently("resume", "welcome", token=anna.token)
    assert again.welcomed["player"] == anna.welcomed["player"]
