"""Mails of a worker that is killed, as a process of its own."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from uuid_utils.compat import uuid7

from persistence.database import SessionFactory
from server.jobs.job import enqueue
from server.jobs.users import SendPasswordLink
from server.serve.supervisor import environment
from server.settings import Settings
from tests.conftest import ROOT
from tests.persistence.samples import add_user
from tests.server.jobs.running import until_done
from tests.server.providers.smtp_server import smtp_server

EMAIL = "siti@school.example"
IMPATIENT = """
from datetime import timedelta
from server.jobs import runner
runner.HEARTBEAT = timedelta(seconds=1)
runner.POLL = timedelta(milliseconds=200)
from server.commands import main
main(["worker"])
"""


@asynccontextmanager
async def worker(settings: Settings, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker, killed at the end, which takes over the jobs of another after a second."""
    mail = {
        "SMTP_URL": f"smtp://127.0.0.1:{port}",
        "MAIL_FROM": "Kuis <no-reply@kuis.example>",
        "PUBLIC_URL": "https://kuis.example",
    }
    environ = {**os.environ, **environment(settings), **mail}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", IMPATIENT), cwd=ROOT, env=environ
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a key that passes through the environment unchanged."""
    return msgspec.structs.replace(settings, secret_key="s" * 32)


async def ask(session_factory: SessionFactory) -> UUID:
    link_id = uuid7()
    async with session_factory.begin() as db:
        await add_user(db, EMAIL, "student")
        await enqueue(db, SendPasswordLink(EMAIL, "en", link_id))
    return link_id


async def test_a_mail_of_a_killed_worker_is_sent_by_the_next_once_by_its_id(
    settings: Settings, database: AsyncEngine, session_factory: SessionFactory
) -> None:
    async with smtp_server() as inbox:
        link_id = await ask(session_factory)
        inbox.hold = asyncio.Event()
        async with worker(settings, inbox.port):
            await asyncio.wait_for(inbox.arrived.wait(), 30)
        inbox.hold.set()
        async with worker(settings, inbox.port):
            await until_done(database)
    first, again = inbox.mails
    assert first["Message-ID"] == again["Message-ID"] == f"<reset_password.{link_id}@kuis.example>"
    assert first.get_body(["plain"]).get_content() == again.get_body(["plain"]).get_content()  # type: ignore[union-attr]
    assert inbox.recipients == [EMAIL, EMAIL]


async def test_a_mail_whose_worker_died_before_it_was_sent_is_sent_once(
    settings: Settings, database: AsyncEngine, session_factory: SessionFactory
) -> None:
    await ask(session_factory)
    async with smtp_server() as inbox:
        async with worker(settings, inbox.port):
            await until_done(database)
        assert inbox.recipients == [EMAIL]
