"""Engines on the real Redis, as two processes would have them."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from game.live.connect import redis_from_url
from game.live.engine import Engine
from game.live.rooms import Rooms
from persistence.embedded import Addresses
from tests.game.live.playing import SetClock, running


@pytest.fixture
async def other_redis(engines: Addresses, redis: Redis) -> AsyncIterator[Redis]:
    """A second process's connections to the emptied Redis."""
    del redis
    client = redis_from_url(engines.redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def engine(redis: Redis) -> AsyncIterator[Engine]:
    async with running(redis) as engine:
        yield engine


@pytest.fixture
async def other(other_redis: Redis) -> AsyncIterator[Engine]:
    """A second process."""
    async with running(other_redis) as engine:
        yield engine


@pytest.fixture
def clock(redis: Redis) -> SetClock:
    return SetClock(redis)


@pytest.fixture
async def rooms_(redis: Redis, clock: SetClock) -> AsyncIterator[Rooms]:
    """Rooms at a time of our own, where no deadline fires by itself."""
    rooms = Rooms(redis, clock)
    yield rooms
    await rooms.stop()


@pytest.fixture
def elsewhere(other_redis: Redis, clock: SetClock) -> Rooms:
    """Rooms of another process, at the same time of ours."""
    return Rooms(other_redis, clock)
