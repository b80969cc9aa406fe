"""Links by mail, through the queue and a real SMTP server."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage

import httpx
import pytest
from litestar import Litestar
from redis.asyncio import Redis
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence.database import SessionFactory
from persistence.models import OneTimeLink
from persistence.repositories import one_time_links
from server.jobs.all import JOBS
from server.jobs.job import name_of
from server.jobs.users import SendPasswordLink
from server.providers.mail import parse_sender, parse_smtp_url
from server.providers.smtp import SmtpMailer
from server.web.catalogues import read_catalogues
from tests.links import link_token
from tests.persistence.recorders import until
from tests.server.api.conftest import Person, connect, problem
from tests.server.jobs.running import in_queue, resources_on, running, until_dead, until_done
from tests.server.providers.smtp_server import Inbox, smtp_server

EMAIL = "siti@school.example"
NEW = "battery staple correct"
LINK = re.compile(r"https://kuis\.example(/[a-z-]+)#(\S+)")


class Post:
    """A mail server, and a worker that sends to it."""

    def __init__(self, inbox: Inbox, database: AsyncEngine) -> None:
        self.inbox = inbox
        self._database = database

    async def mails(self) -> list[EmailMessage]:
        """All that are sent once the queue is empty."""
        await until_done(self._database)
        return self.inbox.mails

    async def link(self, to: str) -> tuple[str, str]:
        """The path and the token in the latest mail."""
        mail = (await self.mails())[-1]
        assert mail["To"] == to
        plain = mail.get_body(["plain"])
        assert plain is not None
        found = LINK.search(plain.get_content())
        assert found is not None
        return found[1], found[2]


@asynccontextmanager
async def delivering(
    database: AsyncEngine, session_factory: SessionFactory, redis: Redis
) -> AsyncIterator[Post]:
    async with smtp_server() as inbox:
        server = parse_smtp_url(f"smtp://127.0.0.1:{inbox.port}")
        mailer = SmtpMailer(server, parse_sender("Kuis <no-reply@kuis.example>"))
        resources = resources_on(session_factory, redis, mailer)
        async with running(database, resources, JOBS):
            yield Post(inbox, database)


@pytest.fixture
async def post(
    database: AsyncEngine, session_factory: SessionFactory, redis: Redis
) -> AsyncIterator[Post]:
    async with delivering(database, session_factory, redis) as delivered:
        yield delivered


async def forgot(client: httpx.AsyncClient, email: str, language: str = "en") -> httpx.Response:
    headers = {"accept-language": language}
    return await client.post("/api/auth/forgot-password", json={"email": email}, headers=headers)


async def test_a_forgotten_password_is_set_by_a_mailed_link_once(
    client: httpx.AsyncClient, teacher: Person, post: Post
) -> None:
    assert (await forgot(client, teacher.email.upper())).status_code == 202
    path, token = await post.link(teacher.email)
    assert path == "/reset-password"
    reset = {"token": token, "password": NEW}
    assert (await client.post("/api/auth/reset-password", json=reset)).status_code == 204
    assert problem(await teacher.client.get("/api/me")) == (401, "not_signed_in")
    again = await client.post("/api/auth/reset-password", json=reset)
    assert problem(again) == (422, "link_invalid")
    credentials = {"email": teacher.email, "password": NEW}
    signed_in = await client.post("/api/auth/login", json=credentials)
    assert signed_in.json()["user"]["is_verified"]  # whoever used the link reads mail there


async def test_nobody_learns_who_has_an_address(
    client: httpx.AsyncClient, teacher: Person, post: Post, database: AsyncEngine
) -> None:
    before = len(await post.mails())
    known, unknown = await forgot(client, teacher.email), await forgot(client, "no@one.example")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert len(await post.mails()) == before + 1
    assert await in_queue(database) == []


async def test_a_mail_is_in_the_language_that_the_account_has_chosen(
    client: httpx.AsyncClient, teacher: Person, post: Post
) -> None:
    await teacher.client.patch("/api/me/preferences", json={"locale": "id"})
    await forgot(client, teacher.email, "en")
    assert (await post.mails())[-1]["Subject"] == read_catalogues()["id"][
        "mail.reset_password_subject"
    ]


async def test_every_link_that_was_mailed_is_good_until_one_is_used(
    client: httpx.AsyncClient, teacher: Person, post: Post
) -> None:
    """Whoever asks in somebody else's name spoils no link."""
    tokens = []
    for _ in range(2):
        await forgot(client, teacher.email)
        tokens.append((await post.link(teacher.email))[1])
    reset = {"token": tokens[0], "password": NEW}
    assert (await client.post("/api/auth/reset-password", json=reset)).status_code == 204
    reset["token"] = tokens[1]
    again = await client.post("/api/auth/reset-password", json=reset)
    assert problem(again) == (422, "link_invalid")


async def test_a_link_is_good_for_half_an_hour(
    client: httpx.AsyncClient, teacher: Person, post: Post, session_factory: SessionFactory
) -> None:
    await forgot(client, teacher.email)
    _, token = await post.link(teacher.email)
    async with session_factory.begin() as db:
        left = await db.scalar(
            text("select expires_at - now() from one_time_links where purpose = 'reset_password'")
        )
        assert timedelta(minutes=29) < left <= timedelta(minutes=30)
        earlier = OneTimeLink.expires_at - timedelta(minutes=31)
        await db.execute(update(OneTimeLink).values(expires_at=earlier))
    reset = {"token": token, "password": NEW}
    late = await client.post("/api/auth/reset-password", json=reset)
    assert problem(late) == (422, "link_invalid")
    async with session_factory.begin() as db:
        await one_time_links.prune(db, timedelta(0))
        assert await db.scalar(text("select count(*) from one_time_links")) == 0


async def test_no_token_lies_in_the_database(
    client: httpx.AsyncClient, teacher: Person, post: Post, session_factory: SessionFactory
) -> None:
    await post.mails()
    post.inbox.answers["DATA"] = ["451 later"] * 3
    await forgot(client, teacher.email)

    async def was_tried() -> bool:
        return any("451" in (row.reason or "") for row in await in_queue(post._database))  # noqa: SLF001  # the same test

    await until(was_tried)
    mail = post.inbox.mails[-1].get_body(["plain"])
    assert mail is not None
    found = LINK.search(mail.get_content())
    assert found is not None
    token = found[2]
    async with session_factory() as db:
        for table in ("pgqueuer", "pgqueuer_log", "one_time_links", "audit_events"):
            rows = await db.scalars(text(f"select {table}::text from {table}"))  # noqa: S608  # ours
            stored = "".join(rows).replace("-", "")
            payloads = await db.scalars(text("select encode(payload, 'escape') from pgqueuer"))
            assert token[32:] not in stored + "".join(payloads)


async def test_a_mail_that_is_refused_is_a_dead_letter(
    client: httpx.AsyncClient, teacher: Person, post: Post, database: AsyncEngine
) -> None:
    await post.mails()
    post.inbox.answers["RCPT"] = ["550 5.1.1 no such mailbox"]
    await forgot(client, teacher.email)
    dead = await until_dead(database)
    assert (dead.name, dead.reason) == (name_of(SendPasswordLink), "550 5.1.1 no such mailbox")


async def test_asking_is_bounded(client: httpx.AsyncClient, app: Litestar) -> None:
    answers = [(await forgot(client, "SITI@school.example")).status_code for _ in range(3)]
    answers += [(await forgot(client, "siti@school.example")).status_code for _ in range(3)]
    assert answers == [202] * 5 + [429]
    async with connect(app) as other:
        assert (await forgot(other, "budi@school.example")).status_code == 202


@pytest.mark.parametrize(("language", "subject"), [("en", "password"), ("id", "sandi")])
async def test_mails_are_in_the_language_of_whoever_asks(
    client: httpx.AsyncClient, teacher: Person, post: Post, language: str, subject: str
) -> None:
    await forgot(client, teacher.email, language)
    mail = (await post.mails())[-1]
    html = mail.get_body(["html"])
    assert html is not None
    assert subject in mail["Subject"]
    assert f'<html lang="{language}">' in html.get_content()


async def register(client: httpx.AsyncClient) -> None:
    person = {"email": EMAIL, "password": NEW, "full_name": "Siti"}
    assert (await client.post("/api/auth/register", json=person)).status_code == 201


async def test_a_new_account_verifies_its_address(client: httpx.AsyncClient, post: Post) -> None:
    await register(client)
    assert not (await client.get("/api/me")).json()["is_verified"]
    path, token = await post.link(EMAIL)
    assert path == "/verify-email"
    body = {"token": token}
    assert (await client.post("/api/auth/verify-email", json=body)).status_code == 204
    assert (await client.get("/api/me")).json()["is_verified"]
    again = await client.post("/api/auth/verify-email", json=body)
    assert problem(again) == (422, "link_invalid")


async def test_an_account_that_was_not_made_gets_no_mail(
    client: httpx.AsyncClient, teacher: Person, database: AsyncEngine
) -> None:
    person = {"email": teacher.email, "password": NEW, "full_name": "Siti"}
    taken = await client.post("/api/auth/register", json=person)
    assert problem(taken) == (409, "email_taken")
    assert await in_queue(database) == []


async def test_the_link_can_be_sent_again_until_the_address_is_verified(
    client: httpx.AsyncClient, post: Post
) -> None:
    await register(client)
    assert len(await post.mails()) == 1
    again = "/api/auth/verify-email/link"
    assert (await client.post(again)).status_code == 202
    _, token = await post.link(EMAIL)
    assert len(await post.mails()) == 2
    await client.post("/api/auth/verify-email", json={"token": token})
    answers = [(await client.post(again)).status_code for _ in range(5)]
    assert answers == [202] * 4 + [429]
    assert len(await post.mails()) == 2


async def test_a_link_does_only_what_it_is_for_and_for_the_address_that_it_was_sent_to(
    client: httpx.AsyncClient, teacher: Person, session_factory: SessionFactory
) -> None:
    reset = await link_token(session_factory, teacher.id, email=teacher.email)
    verify = await link_token(session_factory, teacher.id, "verify_email", email="old@x.example")
    wrong = await client.post("/api/auth/verify-email", json={"token": reset})
    assert problem(wrong) == (422, "link_invalid")
    body = {"token": verify, "password": NEW}
    wrong = await client.post("/api/auth/reset-password", json=body)
    assert problem(wrong) == (422, "link_invalid")
    await client.post("/api/auth/verify-email", json={"token": verify})
    assert not (await teacher.client.get("/api/me")).json()["is_verified"]
