"""A worker process records until it is told to stop."""

import asyncio

from redis.asyncio import Redis

from persistence.recorder import GROUP, STREAMS
from server.serve import worker
from server.settings import Settings
from tests.e2e.school import eventually


async def test_it_records_until_it_is_told_to_stop(settings: Settings, redis: Redis) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(settings, stop))

    async def is_recording() -> bool | None:
        return await redis.exists(STREAMS[-1]) == 1 or None

    await eventually(is_recording, 10.0)
    groups = await redis.xinfo_groups(STREAMS[-1])
    assert [group["name"] for group in groups] == [GROUP.encode()]
    assert not running.done()
    stop.set()
    async with asyncio.timeout(10):
        await running
