"""Recorders that run beside a test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from persistence import recorder
from persistence.database import SessionFactory
from persistence.recorder import STREAMS, Counters

SOON_S = 20.0


@asynccontextmanager
async def recording(
    redis: Redis, session_factory: SessionFactory, consumer: str = "test"
) -> AsyncIterator[Counters]:
    stop, counters = asyncio.Event(), Counters()
    task = asyncio.create_task(
        recorder.run(redis, session_factory, stop, consumer=consumer, counters=counters)
    )
    try:
        yield counters
    finally:
        stop.set()
        await task


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SOON_S):
        while not await condition():  # noqa: ASYNC110  # the engines send no event
            await asyncio.sleep(0.01)


async def record_all(redis: Redis, session_factory: SessionFactory) -> Counters:
    async with recording(redis, session_factory) as counters:
        await until(lambda: journal_is_empty(redis))
    return counters


async def journal_is_empty(redis: Redis) -> bool:
    return not any([await redis.xlen(stream) for stream in STREAMS])
