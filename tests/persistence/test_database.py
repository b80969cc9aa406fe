"""Addresses of PostgreSQL, and errors that a retry may mend."""

import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import asyncpg
import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from persistence import database as databases
from persistence.database import is_unavailable, parse_url
from tests.game.live.playing import until

Connect = Callable[..., AsyncEngine]


@pytest.fixture
async def connect(database_url: str) -> AsyncIterator[Connect]:
    """Makes pools, and closes them also after a failure: an open one keeps uvloop from closing."""
    async with AsyncExitStack() as stack:

        def connect(**options: int) -> AsyncEngine:
            engine = databases.connect(database_url, **options)
            stack.push_async_callback(engine.dispose)
            return engine

        yield connect


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_usual_spelling_of_an_address_is_taken(scheme: str) -> None:
    url = parse_url(f"{scheme}://kuis:hush@db:6543/quizzes?sslmode=require")
    assert (
        url.render_as_string(hide_password=False)
        == "postgresql+asyncpg://kuis:hush@db:6543/quizzes?ssl=require"
    )


@pytest.mark.parametrize("text", ["sqlite:///hush", "hush", "postgresql+psycopg://db/hush", ""])
def test_another_address_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="is not an address like") as caught:
        parse_url(text)
    assert "hush" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


async def test_json_comes_back_as_it_went(database: AsyncEngine) -> None:
    value = {"stem": "Apa kabar? ☕", "points": [1, 2.5, None, True]}
    async with database.connect() as connection:
        got = await connection.scalar(select(bindparam("value", value, JSONB)))
    assert got == value


async def test_an_error_does_not_tell_the_values(database: AsyncEngine) -> None:
    async with database.connect() as connection:
        with pytest.raises(DBAPIError) as caught:
            await connection.execute(text("select 1 / (length(:value) - 4)"), {"value": "hush"})
    assert "hush" not in str(caught.value)


async def test_a_database_that_hangs_is_away(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "COMMAND_SECONDS", 0.2)
    engine = connect(pool_size=1, max_overflow=0)
    async with engine.connect() as connection:
        backend = await connection.scalar(text("select pg_backend_pid()"))
    os.kill(backend, signal.SIGSTOP)
    try:
        with pytest.raises(TimeoutError) as caught:
            async with engine.begin() as connection:
                await connection.execute(text("select 1"))
    finally:
        os.kill(backend, signal.SIGCONT)
    assert is_unavailable(caught.value)
    async with engine.connect() as connection:
        assert await connection.scalar(text("select 1")) == 1


async def _driver_connection(connection: AsyncConnection) -> asyncpg.Connection:
    found = (await connection.get_raw_connection()).driver_connection
    assert isinstance(found, asyncpg.Connection)
    return found


async def test_a_connection_that_was_closed_is_replaced(
    database: AsyncEngine, connect: Connect
) -> None:
    engine = connect()
    async with engine.connect() as one, engine.connect() as another:
        lost = [await _driver_connection(each) for each in (one, another)]
        backends = [await each.scalar(text("select pg_backend_pid()")) for each in (one, another)]
    async with database.connect() as connection:
        await connection.execute(
            text("select pg_terminate_backend(pid) from unnest(cast(:pids as integer[])) pid"),
            {"pids": backends},
        )
    await until(lambda: all(each.is_closed() for each in lost))
    async with engine.connect() as one, engine.connect() as another:
        for each in (one, another):
            assert await each.scalar(text("select pg_backend_pid()")) not in backends


async def test_a_connection_that_no_longer_answers_is_replaced(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "SILENT_SECONDS", -1.0)
    monkeypatch.setattr(databases, "CONNECT_SECONDS", 0.5)
    engine = connect(pool_size=1, max_overflow=0)
    async with engine.connect() as connection:
        backend = await connection.scalar(text("select pg_backend_pid()"))
    os.kill(backend, signal.SIGSTOP)
    try:
        async with engine.connect() as connection:
            assert await connection.scalar(text("select pg_backend_pid()")) != backend
    finally:
        os.kill(backend, signal.SIGCONT)


async def test_a_deadlock_is_worth_a_retry(database: AsyncEngine) -> None:
    async with database.connect() as connection:
        with pytest.raises(DBAPIError) as caught:
            await connection.execute(
                text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$")  # as PostgreSQL reports one
            )
    assert is_unavailable(caught.value)
