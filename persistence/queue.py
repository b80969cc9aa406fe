"""The connection on which a worker takes jobs from PgQueuer's tables."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

import asyncpg
from pgqueuer import AsyncpgDriver, PgQueuer, Queries
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel

from persistence.database import connect_directly

CLOSE_SECONDS: Final = 2.0

# All names are given, because PgQueuer would read those that are not from environment variables
# with names as common as CHANNEL and FUNCTION.
NAMES: Final = DBSettings(
    prefix="",
    db_schema=None,
    channel=Channel("ch_pgqueuer"),
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
    durability=Durability.durable,
    widen_id=True,
)


def queries(connection: asyncpg.Connection) -> Queries:
    return Queries(
        AsyncpgDriver(connection),
        QueryBuilderEnvironment(NAMES),
        QueryQueueBuilder(NAMES),
        QuerySchedulerBuilder(NAMES),
    )


class OpenQueue(NamedTuple):
    manager: PgQueuer
    abort: Callable[[], None]
    """Close the connection at once, so that everything that waits for PostgreSQL fails."""


@asynccontextmanager
async def open_queue(database_url: str) -> AsyncIterator[OpenQueue]:
    connection = await connect_directly(database_url)
    try:
        asked = queries(connection)
        manager = PgQueuer(asked.driver, NAMES.channel, queries=asked)
        yield OpenQueue(manager, connection.terminate)
    finally:
        try:
            await connection.close(timeout=CLOSE_SECONDS)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection.terminate()
