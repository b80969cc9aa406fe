"""PostgreSQL: its address, the engine of a process and its sessions."""

import inspect
from collections.abc import Callable
from time import monotonic
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import URL, AdaptedConnection, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    InvalidatePoolError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

DRIVER = "postgresql+asyncpg"
SCHEMES = ("postgres", "postgresql", DRIVER)
MAX_PORT = 65535
OPTIONS = inspect.signature(asyncpg.connect).parameters.keys()
CONNECT_SECONDS = 5.0
SILENT_SECONDS = 30.0  # after this a connection is asked whether it is still there
COMMAND_SECONDS = 30.0  # far longer than any of ours takes; a machine that hangs never answers

SessionFactory = async_sessionmaker[AsyncSession]

UNAVAILABLE = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""Exceptions that are raised while the database is away, and others such as broken constraints.

Errors while connecting are among them, because SQLAlchemy does not wrap those. Ask
`is_unavailable` which kind it is.
"""

# PostgreSQL's transient errors: connections, deadlocks, resources, starting and stopping.
TRANSIENT_STATES = ("08", "40001", "40P01", "53", "57P")


def parse_url(text: str) -> URL:
    """Parse a PostgreSQL address in any usual spelling into one for asyncpg; else a `ValueError`.

    libpq's `sslmode` is called `ssl` there.
    """
    wrong = ValueError("is not an address like postgresql://user:password@host/name")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # The reason would quote the address, and with it the password.
        raise wrong from None
    if url.drivername not in SCHEMES or (url.port or 0) > MAX_PORT:
        raise wrong
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    if unknown := query.keys() - OPTIONS:
        raise ValueError(f"has an option that is not known here: {min(unknown)}")
    return url.set(drivername=DRIVER, query=query)


def connect(url: str, *, pool_size: int = 5, max_overflow: int = 5) -> AsyncEngine:
    """A pool of connections, made when they are first needed; the caller disposes of it."""
    engine = create_async_engine(
        parse_url(url),
        pool_size=pool_size,
        max_overflow=max_overflow,
        hide_parameters=True,  # an error's text goes to the log, and the values may be secret
        json_serializer=_to_json,
        json_deserializer=msgspec.json.decode,
        connect_args={"timeout": CONNECT_SECONDS, "command_timeout": COMMAND_SECONDS},
    )
    _replace_lost_connections(engine)
    return engine


def _replace_lost_connections(engine: AsyncEngine) -> None:
    """Let the pool hand out no connection that was lost since it was last used.

    asyncpg knows when PostgreSQL or the system has closed a connection. So only one that was unused
    for long is asked, because a network may have dropped it silently. `pool_pre_ping` would ask
    each time, with three round trips.
    """

    @event.listens_for(engine.sync_engine, "checkin")
    def _note(_: AdaptedConnection, entry: ConnectionPoolEntry) -> None:
        entry.info["unused_since"] = monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def _check(
        connection: AdaptedConnection, entry: ConnectionPoolEntry, _: PoolProxiedConnection
    ) -> None:
        if connection.driver_connection.is_closed():
            raise InvalidatePoolError
        unused_since = entry.info.get("unused_since")  # forgotten when the pool connects again
        if unused_since is not None and monotonic() - unused_since > SILENT_SECONDS:
            try:
                connection.run_async(_ping)
            except UNAVAILABLE as error:
                raise InvalidatePoolError from error


async def _ping(connection: asyncpg.Connection) -> None:
    await connection.execute("SELECT 1", timeout=CONNECT_SECONDS)


async def connect_directly(url: str) -> asyncpg.Connection:
    """A plain asyncpg connection outside of the pool; the caller closes it."""
    address = parse_url(url)
    _, options = address.get_dialect()().create_connect_args(address)
    return await asyncpg.connect(
        **options, timeout=CONNECT_SECONDS, command_timeout=COMMAND_SECONDS
    )


def sessions(engine: AsyncEngine) -> SessionFactory:
    """Sessions whose objects can be read after their commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


async def one_snapshot(session: AsyncSession) -> None:
    """Let all queries of a transaction see the same moment. Call it before the first one."""
    _ = await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def after_commit(session: AsyncSession, act: Callable[[], None]) -> None:
    """Call `act` once the transaction is committed. It is not called after a rollback."""
    event.listen(session.sync_session, "after_commit", lambda _: act(), once=True)


def is_unavailable(error: Exception) -> bool:
    """Whether the error is transient: the database cannot be used now, and a retry may help."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    is_unreachable = isinstance(
        error, (OperationalError, InterfaceError, PoolTimeoutError, OSError)
    )
    return is_unreachable or sqlstate(error).startswith(TRANSIENT_STATES)


def sqlstate(error: Exception) -> str:
    """PostgreSQL's error code (SQLSTATE); empty if the error has none."""
    return str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")


def _to_json(value: Any) -> str:  # noqa: ANN401  # JSONB columns hold whatever JSON can
    return msgspec.json.encode(value).decode()
