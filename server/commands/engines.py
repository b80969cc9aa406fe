"""What commands share: work on the engines of a running server, else on our own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from persistence import schema
from server.connections import Connections, connect
from server.serve.engines import reach_engines
from server.settings import Settings

T = TypeVar("T")


def run_on_engines(settings: Settings, act: Callable[[Settings, Connections], Awaitable[T]]) -> T:
    """What `act` returns, done on the engines of a running server, else on our own."""

    async def run(settings: Settings) -> T:
        async with connect(settings) as connections:
            return await act(settings, connections)

    with reach_engines(settings) as complete:
        schema.upgrade(complete.database_url)
        return asyncio.run(run(complete))
