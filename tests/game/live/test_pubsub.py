"""The pub/sub connection: renewed when it is lost, and everybody told."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from game.live import pubsub
from game.live.connect import redis_from_url
from game.live.pubsub import PubSub
from tests.game.live.playing import cut_pubsub, raw, until


class Subscribed:
    def __init__(self) -> None:
        self.times = 0
        self.heard: list[bytes] = []

    def on_subscribed(self) -> None:
        self.times += 1

    def on_message(self, data: bytes) -> None:
        self.heard.append(data)


@pytest.fixture
async def on(redis: Redis) -> AsyncIterator[PubSub]:
    on = PubSub(redis)
    await on.start()
    yield on
    await on.stop()


async def test_each_channel_hears_its_own(on: PubSub, redis: Redis) -> None:
    one, other = Subscribed(), Subscribed()
    await on.subscribe("one", one)
    await on.subscribe("other", other)
    await until(lambda: one.times == other.times == 1)
    await redis.publish("one", b"1")
    await redis.publish("other", b"2")
    await until(lambda: (one.heard, other.heard) == ([b"1"], [b"2"]))
    await on.unsubscribe("one")
    await redis.publish("one", b"3")
    await redis.publish("other", b"4")
    await until(lambda: other.heard == [b"2", b"4"])
    assert one.heard == [b"1"]
    async with asyncio.timeout(2):
        while await raw(redis).pubsub_numsub("one", "other") != [(b"one", 0), (b"other", 1)]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_after_a_cut_all_are_subscribed_and_told(on: PubSub, redis: Redis) -> None:
    subscribers = {f"channel {at}": Subscribed() for at in range(50)}
    for name, subscriber in subscribers.items():
        await on.subscribe(name, subscriber)
    await until(lambda: all(each.times == 1 for each in subscribers.values()))
    for times in (2, 3):
        await cut_pubsub(redis)
        await until(
            lambda times=times: all(each.times == times for each in subscribers.values()),  # type: ignore[misc]
            seconds=2,
        )
    await redis.publish("channel 7", b"!")
    await until(lambda: subscribers["channel 7"].heard == [b"!"])


async def test_a_connection_that_only_seems_alive_is_noticed(tmp_path: Path) -> None:
    """A host that vanished says nothing: no end, no error, no answer to a ping."""
    taken = 0

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        taken += 1
        await reader.read()
        writer.close()

    path = tmp_path / "s"
    silent = await asyncio.start_unix_server(say_nothing, path)
    redis = redis_from_url(f"unix://{path}")
    on = PubSub(redis)
    await on.start()
    await on.subscribe("channel", Subscribed())
    try:
        await until(lambda: taken == 2, seconds=pubsub.PING_EVERY_S * 4 + 1)
    finally:
        await on.stop()
        await redis.aclose()
        silent.close()


async def test_subscribing_while_redis_is_away_happens_when_it_is_back(
    redis: Redis, tmp_path: Path
) -> None:
    path = tmp_path / "s"
    away = redis_from_url(f"unix://{path}")
    on, subscriber = PubSub(away), Subscribed()
    await on.start()
    try:
        await on.subscribe("channel", subscriber)
        path.symlink_to(redis.connection_pool.connection_kwargs["path"])  # it is back
        await until(lambda: subscriber.times == 1)
    finally:
        await on.stop()
        await away.aclose()
