"""Helpers that cancel tasks and resolve futures."""

import asyncio
from typing import Final, TypeVar

Result = TypeVar("Result")

CANCEL_RETRY_S: Final = 0.05


async def cancel_and_wait(task: asyncio.Task[None]) -> None:
    """Cancel a task and return when it is done.

    It may take several attempts. Before Python 3.12, `asyncio.wait_for`, which the Redis client
    uses, loses a cancellation that comes at the moment when its own wait ends.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=CANCEL_RETRY_S)


def resolve(future: asyncio.Future[Result], outcome: Result | Exception) -> None:
    """Give a future its result or its error, unless it was cancelled."""
    if future.done():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
