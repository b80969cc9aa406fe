"""The account cache: shared by all processes, changed at once, usable during an outage."""

import asyncio
from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis
from sqlalchemy import event, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from game.errors import Unavailable
from persistence import database as databases
from persistence.database import SessionFactory
from persistence.models import User
from persistence.repositories import users
from server.auth import account_cache as module
from server.auth.account_cache import AccountCache
from tests.persistence.samples import Someone, add_user

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


@pytest.fixture
async def user(session_factory: SessionFactory) -> User:
    async with session_factory.begin() as db:
        return await add_user(db, "sari@kuis.example", "teacher")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is not an outage."""
    monkeypatch.setattr(module, "READ_WITHIN_S", 30.0)


@pytest.fixture
def cache(redis: Redis, session_factory: SessionFactory) -> AccountCache:
    return AccountCache(redis, session_factory)


async def role_in(cache: AccountCache, user_id: UUID) -> str | None:
    account = await cache.get(user_id)
    return None if account is None else account.role


async def set_role_by_sql(session_factory: SessionFactory, role: str) -> None:
    async with session_factory.begin() as db:
        await db.execute(update(User).values(role=role))


async def test_an_account_is_read_once_for_all_processes(
    redis: Redis, session_factory: SessionFactory, user: User, database: AsyncEngine
) -> None:
    statements: list[str] = []
    event.listen(
        database.sync_engine,
        "before_cursor_execute",
        lambda *given: statements.append(given[2]),
    )
    first, second = (AccountCache(redis, session_factory) for _ in range(2))
    assert await role_in(first, user.id) == "teacher"
    assert await role_in(second, user.id) == "teacher"
    assert len(statements) == 1


async def test_a_class_that_comes_at_once_is_read_at_once(
    cache: AccountCache, session_factory: SessionFactory, database: AsyncEngine
) -> None:
    async with session_factory.begin() as db:
        people = [await add_user(db, f"{number}@kuis.example", "student") for number in range(50)]
    statements: list[str] = []
    event.listen(
        database.sync_engine,
        "before_cursor_execute",
        lambda *given: statements.append(given[2]),
    )
    roles = await asyncio.gather(*(role_in(cache, person.id) for person in people))
    assert set(roles) == {"student"}
    assert len(statements) <= 2


async def test_a_change_is_in_force_everywhere_at_once(
    redis: Redis, session_factory: SessionFactory, user: User
) -> None:
    here, elsewhere = (AccountCache(redis, session_factory) for _ in range(2))
    await role_in(here, user.id)
    user.role = "student"
    await elsewhere.changed(user)
    assert await role_in(here, user.id) == "student"


async def test_a_change_that_comes_late_does_not_undo_a_later_one(
    cache: AccountCache, session_factory: SessionFactory, user: User
) -> None:
    async with session_factory.begin() as db:
        renamed = await users.change_profile(db, Someone(user.id), {"full_name": "Ibu Sari"})
    async with session_factory.begin() as db:
        demoted = await users.set_role(db, "sari@kuis.example", "student")
    assert renamed is not None
    assert demoted is not None
    await cache.changed(demoted)
    await cache.changed(renamed)
    assert await role_in(cache, user.id) == "student"


async def test_a_change_by_sql_is_noticed_when_the_copy_is_old(
    cache: AccountCache,
    session_factory: SessionFactory,
    user: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await role_in(cache, user.id)
    await set_role_by_sql(session_factory, "student")
    assert await role_in(cache, user.id) == "teacher"
    monkeypatch.setattr(module, "FRESH_SECONDS", 0)
    assert await role_in(cache, user.id) == "student"


@pytest.mark.parametrize("fresh_seconds", [0, 60])
async def test_what_was_read_before_a_change_does_not_undo_it(
    redis: Redis,
    session_factory: SessionFactory,
    user: User,
    monkeypatch: pytest.MonkeyPatch,
    fresh_seconds: int,
) -> None:
    """With an old copy in the cache, and with none."""
    monkeypatch.setattr(module, "FRESH_SECONDS", fresh_seconds)
    slow, other = (AccountCache(redis, session_factory) for _ in range(2))
    if fresh_seconds == 0:
        await role_in(slow, user.id)
    read = users.by_ids

    async def read_while_it_changes(db: AsyncSession, ids: Collection[UUID]) -> Sequence[User]:
        found = await read(db, ids)
        user.role = "student"
        await other.changed(user)
        return found

    monkeypatch.setattr(users, "by_ids", read_while_it_changes)
    assert await role_in(slow, user.id) == "teacher"
    monkeypatch.setattr(module, "FRESH_SECONDS", 60)
    assert await role_in(other, user.id) == "student"


async def test_what_was_known_last_holds_while_postgresql_is_away(
    redis: Redis, cache: AccountCache, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await role_in(cache, user.id)
    monkeypatch.setattr(module, "FRESH_SECONDS", 0)
    cut_off = AccountCache(redis, databases.sessions(databases.connect(NOWHERE)))
    assert await role_in(cut_off, user.id) == "teacher"
    with pytest.raises(Unavailable):
        await cut_off.get(uuid4())


async def test_a_postgresql_that_hangs_is_not_waited_for(
    redis: Redis, cache: AccountCache, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await role_in(cache, user.id)
    monkeypatch.setattr(module, "FRESH_SECONDS", 0)
    monkeypatch.setattr(module, "READ_WITHIN_S", 0.05)
    silent = [0]

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        silent[0] += 1
        await reader.read()
        writer.close()

    server = await asyncio.start_server(never_answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    hanging = AccountCache(
        redis, databases.sessions(databases.connect(f"postgresql://nobody@127.0.0.1:{port}/none"))
    )
    for _ in range(3):
        assert await role_in(hanging, user.id) == "teacher"
    assert silent == [1]
    server.close()
    await server.wait_closed()


async def test_who_has_no_account_is_known_by_nobody(cache: AccountCache) -> None:
    assert await cache.get(uuid4()) is None
