import asyncio

from server.serve import worker
from server.settings import Settings


async def test_it_runs_until_it_is_told_to_stop(settings: Settings) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(settings, stop))
    await asyncio.sleep(0)
    stop.set()
    async with asyncio.timeout(10):
        await running
