"""What commands share: work on the engines of a running server, else on our own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from persistence import schema
from persistence.embedded import DataDirectory
from server.connections import Connections, connect
from server.errors import CommandError
from server.serve.engines import reach_engines
from server.settings import Settings

T = TypeVar("T")


def run_on_engines(
    settings: Settings,
    act: Callable[[Settings, Connections], Awaitable[T]],
    *,
    may_begin: bool = False,
) -> T:
    """What `act` returns, done on the engines of a running server, else on our own.

    Raises:
        CommandError: nothing was ever kept where the settings point, unless `act` may begin it.
    """
    if not may_begin:
        _require_data(settings)

    async def run(settings: Settings) -> T:
        async with connect(settings) as connections:
            return await act(settings, connections)

    with reach_engines(settings) as complete:
        schema.upgrade(complete.database_url)
        return asyncio.run(run(complete))


def _require_data(settings: Settings) -> None:
    directory = DataDirectory(settings.data_dir)
    if settings.embeds_engines and not directory.is_marked():
        raise CommandError(
            f"There is no data in {directory.path}: set DATA_DIR to the directory of the server."
        )
