"""Ending tasks."""

import asyncio
from typing import Final

ASK_AGAIN_S: Final = 0.05


async def end(task: asyncio.Task[None]) -> None:
    """Cancel a task and return when it is done.

    Once is not always enough: `asyncio.wait_for`, which the Redis client sends with, loses a
    cancellation that comes just when what it waits for is done (until Python 3.12).
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=ASK_AGAIN_S)
