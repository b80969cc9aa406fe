import asyncio

from redis.asyncio import Redis

from game.live import keys
from server.serve import worker
from server.settings import Settings


async def test_the_backlog_counts_all_shards_and_tells_the_oldest(redis: Redis) -> None:
    seconds, _ = await redis.time()
    assert await worker.journal_backlog(redis) == (0, 0)
    await redis.xadd(keys.journal(0), {"entry": "{}"}, id=f"{(seconds - 60) * 1000}-0")
    await redis.xadd(keys.journal(3), {"entry": "{}"}, id=f"{(seconds - 10) * 1000}-0")
    length, lag_ms = await worker.journal_backlog(redis)
    assert length == 2
    assert 60_000 <= lag_ms < 70_000


async def test_it_runs_until_it_is_told_to_stop(settings: Settings) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(settings, stop))
    await asyncio.sleep(0)
    stop.set()
    async with asyncio.timeout(10):
        await running
