"""Workers' jobs that run beside a test."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from obstore.store import ObjectStore
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence.database import SessionFactory, sessions
from persistence.repositories import jobs as queue
from persistence.repositories.jobs import JobRow
from server.auth.account_cache import AccountCache
from server.auth.one_time_links import OneTimeLinks
from server.auth.sign_ins import SignIns
from server.auth.unsubscribe_links import UnsubscribeLinks
from server.jobs import runner
from server.jobs.job import Job, Resources
from server.mails import Mails
from server.providers.files import Files
from server.providers.mail import Mail, Mailer
from tests.conftest import SECRET_KEY
from tests.persistence.recorders import until


class NoMailer:
    """For tests of jobs that send nothing."""

    async def send(self, mail: Mail) -> None:
        raise AssertionError(mail.subject)


def no_store() -> ObjectStore:
    """For tests of jobs that touch no files."""
    raise AssertionError


def resources_on(
    session_factory: SessionFactory,
    redis: Redis,
    mailer: Mailer | None = None,
    files: Files | None = None,
) -> Resources:
    return Resources(
        session_factory=session_factory,
        redis=redis,
        mailer=mailer or NoMailer(),
        files=files or Files(no_store),
        mails=Mails(),
        links=OneTimeLinks(SECRET_KEY),
        unsubscribe_links=UnsubscribeLinks(SECRET_KEY),
        sign_ins=SignIns(redis, SECRET_KEY, AccountCache(redis, session_factory)),
        site_url="https://kuis.example",
    )


@asynccontextmanager
async def running(
    engine: AsyncEngine,
    resources: Resources,
    jobs: Sequence[type[Job]],
    schedules: Mapping[str, Job] | None = None,
) -> AsyncIterator[None]:
    """Everything that a worker does with jobs, until the block ends."""
    stop = asyncio.Event()
    task = asyncio.create_task(
        runner.run(engine, resources, stop, jobs=jobs, schedules=schedules or {})
    )
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await task


async def in_queue(engine: AsyncEngine) -> Sequence[JobRow]:
    async with sessions(engine)() as db:
        return await queue.every(db, None, 100)


async def until_done(engine: AsyncEngine) -> None:
    """Wait until nothing is left in the queue."""

    async def is_empty() -> bool:
        return not await in_queue(engine)

    await until(is_empty)


async def until_dead(engine: AsyncEngine) -> JobRow:
    async def is_dead() -> bool:
        return [row.state for row in await in_queue(engine)] == ["dead"]

    await until(is_dead)
    (row,) = await in_queue(engine)
    return row
