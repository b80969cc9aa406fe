"""Addresses of PostgreSQL, and errors that a retry may mend."""

import os
import signal

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence import database as databases
from persistence.database import is_unavailable, parse_url


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
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "COMMAND_SECONDS", 0.2)
    engine = databases.connect(database_url, pool_size=1, max_overflow=0)
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
    await engine.dispose()


async def test_a_deadlock_is_worth_a_retry(database: AsyncEngine) -> None:
    async with database.connect() as connection:
        with pytest.raises(DBAPIError) as caught:
            await connection.execute(
                text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$")  # as PostgreSQL reports one
            )
    assert is_unavailable(caught.value)
