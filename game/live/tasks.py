"""Helpers that cancel tasks and resolve futures."""

import asyncio
from typing import Final, TypeVar

Result = TypeVar("Result")

CANCEL_RETRY_S: Final = 0.05


async def cancel_and_wait(task: asyncio.Task[None]) -> None:
    """Cancel a task and return when it is done.

    Once is not always enough: `asyncio.wait_for`, which the Redis client sends with, loses a
    cancellation that comes just when what it waits for is done (until Python 3.12).
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=CANCEL_RETRY_S)


def resolve(future: asyncio.Future[Result], outcome: Result | Exception) -> None:
    """Give a future its result or what went wrong, unless its caller has gone."""
    if future.done():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
