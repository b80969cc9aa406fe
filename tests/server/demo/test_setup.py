"""The demo is set up or found again at each start, with its own password."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from persistence.database import SessionFactory
from persistence.embedded import EngineError
from persistence.models import User
from persistence.repositories import users
from server.actions.users.manage import UserManager
from server.auth.one_time_links import OneTimeLinks
from server.auth.passwords import Passwords
from server.demo.seed import STUDENT, TEACHER, seed
from server.demo.setup import (
    PUBLISHED_PASSWORD,
    demo_password,
    retire_published_password,
    seed_or_find,
)
from tests.conftest import SECRET_KEY, sign_ins_on

PASSWORD = "made for this directory"


@pytest.fixture
def manager(session_factory: SessionFactory, redis: Redis) -> UserManager:
    return UserManager(session_factory, sign_ins_on(redis), Passwords(), OneTimeLinks(SECRET_KEY))


async def account(session_factory: SessionFactory, email: str) -> User:
    async with session_factory() as db:
        user = await users.by_email(db, email)
    assert user is not None
    return user


def test_each_directory_has_a_password_of_its_own(tmp_path: Path) -> None:
    first, again, other = (demo_password(tmp_path / name) for name in ("a", "a", "b"))
    assert first == again != other
    assert len(first) == 17
    assert (tmp_path / "a" / "demo-password").stat().st_mode & 0o777 == 0o600


def test_a_foreign_directory_gets_no_password(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").touch()
    with pytest.raises(EngineError):
        demo_password(tmp_path)


async def test_the_demo_is_made_once_and_found_again(session_factory: SessionFactory) -> None:
    made = await seed_or_find(session_factory, PASSWORD)
    found = await seed_or_find(session_factory, PASSWORD)
    assert made is not None
    assert found == made


async def test_a_database_in_use_is_left_alone(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as db:
        await users.create(db, email="ani@kuis.example", password_hash="x", full_name="Ani")
    assert await seed_or_find(session_factory, PASSWORD) is None


async def test_a_changed_password_is_neither_shown_nor_undone(
    session_factory: SessionFactory, manager: UserManager
) -> None:
    await seed_or_find(session_factory, PASSWORD)
    own = "a new one of my own"
    await manager.replace_password((await account(session_factory, TEACHER)).id, own)
    await retire_published_password(session_factory, manager, PASSWORD)
    assert await seed_or_find(session_factory, PASSWORD) is None
    stored = (await account(session_factory, TEACHER)).password_hash
    assert (await Passwords().verify(own, stored))[0]


async def test_the_password_that_all_demos_had_is_good_no_more(
    session_factory: SessionFactory, manager: UserManager, redis: Redis
) -> None:
    await seed(session_factory, PUBLISHED_PASSWORD)
    teacher = await account(session_factory, TEACHER)
    sign_ins = sign_ins_on(redis)
    token = await sign_ins.create(teacher.id, "teacher", teacher.full_name)
    await retire_published_password(session_factory, manager, PASSWORD)
    for email in (TEACHER, STUDENT):
        stored = (await account(session_factory, email)).password_hash
        assert not (await Passwords().verify(PUBLISHED_PASSWORD, stored))[0]
        assert (await Passwords().verify(PASSWORD, stored))[0]
    assert await sign_ins.find(token) is None
    assert await seed_or_find(session_factory, PASSWORD) is not None
