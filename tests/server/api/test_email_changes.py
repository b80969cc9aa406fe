"""Another e-mail address for an account, by a link that is mailed to it."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence.database import SessionFactory
from persistence.models import AuditEvent, OneTimeLink, User
from persistence.repositories import users
from server.auth.passwords import Passwords
from server.auth.sign_in_throttle import SignInThrottle, Source
from tests.links import link_token
from tests.server.api.conftest import Person, problem
from tests.server.api.test_mailed_links import Post, delivering, forgot, post  # noqa: F401  # the fixture

PASSWORD = "battery staple correct"
NEW = "ibu.sari@school.example"


@pytest.fixture
async def person(teacher: Person, session_factory: SessionFactory) -> Person:
    """With a password that we know."""
    async with session_factory.begin() as db:
        await users.set_password(db, teacher.id, await Passwords().hash(PASSWORD))
    return teacher


async def ask(person: Person, email: str = NEW, password: str = PASSWORD) -> httpx.Response:
    body = {"email": email, "password": password}
    return await person.client.post("/api/auth/email", json=body)


async def confirm(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/api/auth/verify-email", json={"token": token})


async def signs_in(client: httpx.AsyncClient, email: str) -> bool:
    body = {"email": email, "password": PASSWORD}
    return (await client.post("/api/auth/login", json=body)).is_success


async def me(person: Person) -> tuple[str, bool]:
    shown = (await person.client.get("/api/me")).json()
    return shown["email"], shown["is_verified"]


async def test_a_link_to_the_new_address_changes_it(
    client: httpx.AsyncClient,
    person: Person,
    post: Post,  # noqa: F811  # the fixture
    session_factory: SessionFactory,
) -> None:
    """It needs no sign-in, and ends none: the password was given when it was asked for."""
    assert (await ask(person)).status_code == 202
    path, token = await post.link(NEW)
    assert path == "/verify-email"
    assert await me(person) == (person.email, False)
    assert (await confirm(client, token)).status_code == 204
    assert await me(person) == (NEW, True)
    assert not await signs_in(client, person.email)
    assert await signs_in(client, NEW.upper())
    assert problem(await confirm(client, token)) == (422, "link_invalid")
    note = (await post.mails())[-1]
    assert note["To"] == person.email
    assert "#" not in str(note.get_body(["plain"]))
    async with session_factory() as db:
        [event] = await db.scalars(select(AuditEvent).where(AuditEvent.kind == "email_changed"))
    assert (event.account_id, event.details) == (person.id, {})


async def test_the_password_is_asked_for(person: Person) -> None:
    refused = await ask(person, password="wrong")
    assert problem(refused) == (422, "wrong_password")
    assert refused.json()["errors"][0]["path"] == "password"


async def test_nobody_learns_who_has_an_address(
    person: Person,
    other_teacher: Person,
    post: Post,  # noqa: F811  # the fixture
) -> None:
    free, taken = await ask(person), await ask(person, other_teacher.email.upper())
    assert (free.status_code, free.content) == (taken.status_code, taken.content)
    assert {mail["To"] for mail in await post.mails()} == {NEW}
    assert (await me(other_teacher))[0] == other_teacher.email


async def test_who_was_first_keeps_the_address(
    client: httpx.AsyncClient,
    person: Person,
    post: Post,  # noqa: F811  # the fixture
) -> None:
    await ask(person)
    _, token = await post.link(NEW)
    registered = {"email": NEW, "password": PASSWORD, "full_name": "Sari"}
    assert (await client.post("/api/auth/register", json=registered)).status_code == 201
    assert problem(await confirm(client, token)) == (409, "email_taken")
    assert (await me(person))[0] == person.email


async def test_whoever_reads_mail_at_the_old_address_has_no_way_in(
    client: httpx.AsyncClient,
    person: Person,
    post: Post,  # noqa: F811  # the fixture
    session_factory: SessionFactory,
) -> None:
    await forgot(client, person.email)
    _, reset = await post.link(person.email)
    earlier = await link_token(session_factory, person.id, "change_email", email="x@y.example")
    await ask(person)
    _, token = await post.link(NEW)
    assert (await confirm(client, token)).status_code == 204
    body = {"token": reset, "password": "another of my own"}
    used = await client.post("/api/auth/reset-password", json=body)
    assert problem(used) == (422, "link_invalid")
    assert problem(await confirm(client, earlier)) == (422, "link_invalid")
    sent = len(await post.mails())
    await forgot(client, person.email)
    assert len(await post.mails()) == sent


async def change_password(person: Person, new: str = "another of my own") -> httpx.Response:
    body = {"current_password": PASSWORD, "new_password": new}
    return await person.client.post("/api/auth/password", json=body)


async def reset_password(person: Person, session_factory: SessionFactory) -> httpx.Response:
    token = await link_token(session_factory, person.id)
    body = {"token": token, "password": "another of my own"}
    return await person.client.post("/api/auth/reset-password", json=body)


@pytest.mark.parametrize("is_reset", [False, True])
async def test_whoever_knew_the_old_password_gets_no_other_address_any_more(
    client: httpx.AsyncClient,
    person: Person,
    post: Post,  # noqa: F811  # the fixture
    session_factory: SessionFactory,
    is_reset: bool,  # noqa: FBT001  # a parameter
) -> None:
    await ask(person)
    _, token = await post.link(NEW)
    reset = await link_token(session_factory, person.id)
    if is_reset:
        changed = await reset_password(person, session_factory)
    else:
        changed = await change_password(person)
    assert changed.status_code == 204
    assert problem(await confirm(client, token)) == (422, "link_invalid")
    used = {"token": reset, "password": "yet another of mine"}
    refused = await client.post("/api/auth/reset-password", json=used)
    assert problem(refused) == (422, "link_invalid")


async def test_a_new_password_ends_a_link_that_is_not_sent_yet(
    person: Person, database: AsyncEngine, session_factory: SessionFactory, redis: Redis
) -> None:
    assert (await ask(person)).status_code == 202
    assert (await change_password(person)).status_code == 204
    async with delivering(database, session_factory, redis) as later:
        assert await later.mails() == []


@pytest.mark.parametrize("call", [ask, change_password])
async def test_a_password_that_was_replaced_meanwhile_changes_nothing(
    person: Person,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    call: Callable[[Person], Awaitable[httpx.Response]],
) -> None:
    """The owner sets another one just after the old one was checked."""
    verify = SignInThrottle.succeeded
    owners = await Passwords().hash("another of my own")

    async def then_replace(throttle: SignInThrottle, source: Source) -> None:
        await verify(throttle, source)
        async with session_factory.begin() as db:
            await users.set_password(db, person.id, owners)

    monkeypatch.setattr(SignInThrottle, "succeeded", then_replace)
    assert problem(await call(person)) == (422, "wrong_password")
    async with session_factory() as db:
        user = await db.get(User, person.id)
        assert await db.scalar(select(OneTimeLink.id)) is None
    assert user is not None
    assert user.password_hash == owners


async def test_a_closed_account_keeps_its_address(
    client: httpx.AsyncClient, person: Person, session_factory: SessionFactory
) -> None:
    token = await link_token(session_factory, person.id, "change_email", email=NEW)
    async with session_factory.begin() as db:
        await users.set_active(db, person.email, is_active=False)
    assert problem(await confirm(client, token)) == (422, "link_invalid")
    async with session_factory() as db:
        user = await db.get(User, person.id)
    assert user is not None
    assert user.email == person.email


async def test_asking_is_bounded(person: Person) -> None:
    """Nobody has strangers written to without end."""
    answers = [(await ask(person, f"{n}@school.example")).status_code for n in range(6)]
    assert answers == [202] * 5 + [429]
