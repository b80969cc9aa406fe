"""A change of an account is in force, although whoever made it died before Redis knew of it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from litestar import Litestar
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisAwayError
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence.database import SessionFactory
from persistence.repositories import users
from server.actions.users.manage import UserManager
from server.auth.account_cache import AccountCache
from server.auth.one_time_links import OneTimeLinks
from server.auth.passwords import Passwords
from server.auth.sign_ins import SignIns
from server.jobs.job import enqueue
from server.jobs.users import EndSignIns, PublishAccount
from server.serve.supervisor import environment
from server.settings import Settings
from tests.conftest import ROOT, SECRET_KEY
from tests.server.api.conftest import Person, problem, sign_up, teacher  # noqa: F401
from tests.server.jobs.running import resources_on, running, until_done

OLD, NEW = "horse of a different colour", "battery staple correct"
DIES_BEFORE_IT_PUBLISHES = """
import os, signal, sys
from server.auth.account_cache import AccountCache
from server.commands import main
AccountCache.changed = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
main(sys.argv[1:])
"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a key that passes through the environment unchanged."""
    return msgspec.structs.replace(settings, secret_key="s" * 32)


@pytest.fixture
def work(
    database: AsyncEngine, session_factory: SessionFactory, redis: Redis
) -> Callable[[], Awaitable[None]]:
    """Has a worker do all jobs that wait."""

    async def work() -> None:
        resources = resources_on(session_factory, redis)
        async with running(database, resources, [EndSignIns, PublishAccount]):
            await until_done(database)

    return work


async def test_a_role_whose_command_is_killed_after_its_commit_is_in_force(
    settings: Settings,
    teacher: Person,  # noqa: F811  # the fixture
    work: Callable[[], Awaitable[None]],
) -> None:
    assert (await teacher.client.get("/api/quizzes")).is_success
    killed = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DIES_BEFORE_IT_PUBLISHES),
        *("users", "set-role", teacher.email, "student"),
        cwd=ROOT,
        env={**os.environ, **environment(settings)},
    )
    assert await killed.wait() == -signal.SIGKILL
    assert (await teacher.client.get("/api/quizzes")).is_success  # as is remembered
    await work()
    assert problem(await teacher.client.get("/api/quizzes")) == (403, "teachers_only")


@asynccontextmanager
async def redis_goes_away(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """For all that tells of changed accounts, until the block ends."""

    async def fail(*_: object, **__: object) -> None:
        raise RedisAwayError

    with monkeypatch.context() as patch, suppress(RedisAwayError):
        patch.setattr(AccountCache, "changed", fail)
        patch.setattr(SignIns, "revoke_all", fail)
        yield


@pytest.fixture
def manager(app: Litestar, session_factory: SessionFactory) -> UserManager:
    links = OneTimeLinks(SECRET_KEY)
    return UserManager(session_factory, app.state.sign_ins, Passwords(), links)


async def change_password(person: Person, _: UserManager) -> None:
    body = {"current_password": OLD, "new_password": NEW}
    assert (await person.client.post("/api/auth/password", json=body)).status_code == 503


async def reset_password(person: Person, manager: UserManager) -> None:
    token = await manager.make_password_link(person.email)
    await manager.reset_password(token, NEW, "192.0.2.1")


async def replace_password(person: Person, manager: UserManager) -> None:
    await manager.replace_password(person.id, NEW)


async def deactivate(person: Person, manager: UserManager) -> None:
    await manager.set_active(person.email, is_active=False)


@pytest.mark.parametrize("change", [change_password, reset_password, replace_password, deactivate])
async def test_sign_ins_end_although_redis_went_away_after_the_commit(  # noqa: PLR0913, PLR0917  # fixtures
    app: Litestar,
    teacher: Person,  # noqa: F811  # the fixture
    manager: UserManager,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    work: Callable[[], Awaitable[None]],
    change: Callable[[Person, UserManager], Awaitable[None]],
) -> None:
    async with session_factory.begin() as db:
        await users.set_password(db, teacher.id, (await Passwords().hash(OLD)))
    sign_ins: SignIns = app.state.sign_ins
    elsewhere = await sign_ins.create(teacher.id, "teacher", "Some Body")
    async with redis_goes_away(monkeypatch):
        await change(teacher, manager)
    await manager.set_active(teacher.email, is_active=True)
    later = await sign_ins.create(teacher.id, "teacher", "Some Body")
    assert await sign_ins.find(elsewhere) is not None
    await work()
    assert await sign_ins.find(elsewhere) is None
    assert await sign_ins.find(later) is not None
    stays = (await teacher.client.get("/api/me")).is_success
    assert stays == (change is change_password)  # the sign-in that asked


@pytest.mark.parametrize(
    ("path", "change", "shown"),
    [
        ("/api/me", {"full_name": "Ibu Sari"}, ("Ibu Sari", None)),
        ("/api/me/preferences", {"theme": "dark"}, ("Some Body", "dark")),
    ],
)
async def test_a_profile_is_shown_as_it_is_although_redis_went_away(  # noqa: PLR0913, PLR0917  # fixtures
    app: Litestar,
    teacher: Person,  # noqa: F811  # the fixture
    monkeypatch: pytest.MonkeyPatch,
    work: Callable[[], Awaitable[None]],
    path: str,
    change: dict[str, str],
    shown: tuple[str, str | None],
) -> None:
    async with redis_goes_away(monkeypatch):
        assert (await teacher.client.patch(path, json=change)).status_code == 503
    await work()
    account = await app.state.sign_ins.accounts.get(teacher.id)
    assert (account.full_name, account.appearance.theme) == shown


async def test_a_job_that_comes_late_ends_no_sign_in_made_since(
    app: Litestar,
    teacher: Person,  # noqa: F811  # the fixture
    session_factory: SessionFactory,
    work: Callable[[], Awaitable[None]],
) -> None:
    before = datetime.now(UTC) - timedelta(hours=1)
    async with session_factory.begin() as db:
        await enqueue(db, EndSignIns(teacher.id, before))
    await work()
    assert await app.state.sign_ins.find(teacher.token) is not None


async def test_who_was_interrupted_while_signing_out_can_do_it_again(
    app: Litestar,
    teacher: Person,  # noqa: F811  # the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sockets are told at the second try: the first ended the sign-in, and did not tell it."""
    sign_ins: SignIns = app.state.sign_ins
    (own,) = await sign_ins.of_user(teacher.id)
    announced = []

    async def announce(*_: object) -> None:
        announced.append(1)
        if len(announced) == 1:
            raise RedisAwayError

    monkeypatch.setattr(sign_ins.accounts, "announce", announce)
    with suppress(RedisAwayError):
        await sign_ins.revoke(teacher.id, own.id)
    assert await sign_ins.find(teacher.token) is None
    assert await sign_ins.revoke(teacher.id, own.id)
    assert len(announced) == 2
