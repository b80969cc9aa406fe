"""A new password by a one-time link."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from litestar import Litestar
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import text

from persistence.database import SessionFactory
from persistence.repositories import one_time_links, users
from server.actions.users.manage import UserManager
from server.auth.one_time_links import OneTimeLinks
from server.auth.passwords import Passwords
from server.auth.sign_ins import SignIns
from tests.conftest import SECRET_KEY
from tests.links import link_token
from tests.persistence.recorders import until
from tests.server.api.conftest import Person, connect, faults, problem

NEW = "battery staple correct"


@pytest.fixture
def manager(app: Litestar, session_factory: SessionFactory) -> UserManager:
    links = OneTimeLinks(SECRET_KEY)
    return UserManager(session_factory, app.state.sign_ins, Passwords(), links)


async def reset(client: httpx.AsyncClient, token: str, password: str = NEW) -> httpx.Response:
    body = {"token": token, "password": password}
    return await client.post("/api/auth/reset-password", json=body)


async def signs_in(client: httpx.AsyncClient, email: str, password: str = NEW) -> bool:
    body = {"email": email, "password": password}
    return (await client.post("/api/auth/login", json=body)).is_success


async def test_a_link_sets_the_password_once_and_signs_out_everywhere(
    client: httpx.AsyncClient, teacher: Person, manager: UserManager
) -> None:
    token = await manager.make_password_link(teacher.email.upper())
    assert (await reset(client, token)).status_code == 204
    assert problem(await teacher.client.get("/api/me")) == (401, "not_signed_in")
    assert await signs_in(client, teacher.email)
    client.cookies.clear()
    assert problem(await reset(client, token, "another one of mine")) == (422, "link_invalid")
    assert await signs_in(client, teacher.email)


async def check(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/api/auth/reset-password/check", json={"token": token})


async def test_a_link_is_checked_without_using_it_up(
    client: httpx.AsyncClient, teacher: Person, manager: UserManager
) -> None:
    token = await manager.make_password_link(teacher.email)
    for _ in range(2):
        assert (await check(client, token)).status_code == 204
    assert (await reset(client, token)).status_code == 204
    used, never_made = await check(client, token), await check(client, "x" * len(token))
    assert problem(used) == problem(never_made) == (422, "link_invalid")
    assert used.json()["detail"] == never_made.json()["detail"]


async def test_a_password_that_is_refused_does_not_use_the_link_up(
    client: httpx.AsyncClient, teacher: Person, manager: UserManager
) -> None:
    token = await manager.make_password_link(teacher.email)
    assert faults(await reset(client, token, "short")) == {"password": "too_short"}
    guessable = await reset(client, token, "password")
    assert problem(guessable) == (422, "password_guessable")
    assert guessable.json()["errors"][0]["path"] == "password"
    assert (await reset(client, token)).status_code == 204


async def test_only_the_latest_link_of_an_account_is_good(
    client: httpx.AsyncClient, teacher: Person, other_teacher: Person, manager: UserManager
) -> None:
    old = await manager.make_password_link(teacher.email)
    latest = await manager.make_password_link(teacher.email)
    theirs = await manager.make_password_link(other_teacher.email)
    wrong = ["", "x", "é" * 40, old, latest[:-1], latest[:32], theirs[:32] + latest[32:]]
    for token in wrong:
        assert problem(await reset(client, token)) == (422, "link_invalid"), token
    assert (await teacher.client.get("/api/me")).is_success
    assert (await reset(client, latest)).status_code == 204
    assert (await other_teacher.client.get("/api/me")).is_success


async def test_of_two_who_use_a_link_at_once_one_sets_the_password(
    app: Litestar, teacher: Person, manager: UserManager
) -> None:
    token = await manager.make_password_link(teacher.email)
    async with connect(app) as client:
        passwords = [f"{NEW} {number}" for number in range(4)]
        answers = await asyncio.gather(*(reset(client, token, each) for each in passwords))
        good = [
            password
            for password, answer in zip(passwords, answers, strict=True)
            if answer.is_success
        ]
        assert len(good) == 1
        assert await signs_in(client, teacher.email, good[0])


@pytest.mark.parametrize("old_parameters", [False, True])
async def test_who_signs_in_with_the_old_password_meanwhile_is_not_let_in(  # noqa: PLR0913, PLR0917  # fixtures
    client: httpx.AsyncClient,
    app: Litestar,
    teacher: Person,
    manager: UserManager,
    monkeypatch: pytest.MonkeyPatch,
    session_factory: SessionFactory,
    *,
    old_parameters: bool,
) -> None:
    """It was right when it was checked, and all sign-ins ended before this one was made."""
    old = "horse of a different colour"
    hasher = Argon2Hasher(time_cost=1, memory_cost=1024) if old_parameters else Argon2Hasher()
    async with session_factory.begin() as db:
        await users.set_password(db, teacher.id, PasswordHash((hasher,)).hash(old))
    sign_ins: SignIns = app.state.sign_ins
    create = sign_ins.create

    async def create_late(*given: Any) -> str:  # noqa: ANN401  # as `create` takes it
        monkeypatch.undo()
        await manager.replace_password(teacher.id, NEW)
        return await create(*given)

    monkeypatch.setattr(sign_ins, "create", create_late)
    credentials = {"email": teacher.email, "password": old}
    late = await client.post("/api/auth/login", json=credentials)
    assert problem(late) == (401, "wrong_credentials")
    assert await sign_ins.of_user(teacher.id) == []
    assert await signs_in(client, teacher.email)


async def test_a_closed_account_has_no_link(
    client: httpx.AsyncClient, teacher: Person, manager: UserManager
) -> None:
    token = await manager.make_password_link(teacher.email)
    await manager.set_active(teacher.email, is_active=False)
    assert problem(await reset(client, token)) == (422, "link_invalid")


async def test_two_links_of_an_account_that_are_used_at_once_wait_for_each_other(
    app: Litestar,
    teacher: Person,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each begins its transaction; neither may then wait for what the other has changed."""
    begun: set[asyncio.Task[Any] | None] = set()

    async def is_blocked() -> bool:
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        async with session_factory() as db:
            return bool(await db.scalar(waiting))

    async def both_have_begun() -> bool:
        return len(begun) == 2 or await is_blocked()

    def meeting(change: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def met(*given: Any) -> Any:  # noqa: ANN401  # as `change` takes it
            changed = await change(*given)
            if asyncio.current_task() not in begun:
                begun.add(asyncio.current_task())
                await until(both_have_begun)
            return changed

        return met

    monkeypatch.setattr(users, "set_password", meeting(users.set_password))
    monkeypatch.setattr(one_time_links, "use", meeting(one_time_links.use))
    tokens = [await link_token(session_factory, teacher.id) for _ in range(2)]
    async with connect(app) as client:
        answers = await asyncio.gather(*(reset(client, token) for token in tokens))
    assert sorted(answer.status_code for answer in answers) == [204, 422]
