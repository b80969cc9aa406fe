"""Runs the work of a command on the engines of a running server, or on its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from persistence import schema, schema_state
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
    """Run `act` on the engines of a running server, or else on engines that are started for it.

    Returns what `act` returns. With `may_begin` there need be no data or tables yet.

    Raises:
        CommandError: there is no data where the settings point.
        NotMigratedError: the database of DATABASE_URL has to be migrated first.
    """
    if not may_begin:
        _require_data(settings)

    async def run(settings: Settings) -> T:
        async with connect(settings) as connections:
            return await act(settings, connections)

    with reach_engines(settings) as complete:
        if may_begin or settings.embeds_engines:
            schema.upgrade(complete.database_url)
        else:
            asyncio.run(_require_tables(complete))
        return asyncio.run(run(complete))


async def _require_tables(settings: Settings) -> None:
    """A command does not migrate a database that it did not start itself: NotMigratedError."""
    async with connect(settings) as connections:
        await schema_state.require(connections.engine)


def _require_data(settings: Settings) -> None:
    directory = DataDirectory(settings.data_dir)
    if settings.embeds_engines and not directory.is_marked():
        raise CommandError(
            f"There is no data in {directory.path}: set DATA_DIR to the directory of the server."
        )
