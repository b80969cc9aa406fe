"""`kuis jobs`, on a database that a worker uses too."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest
from click.testing import Result
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence.database import SessionFactory
from server.jobs.job import Job, JobError, Resources, enqueue
from server.settings import Settings
from tests.server.commands.test_commands import Run, run  # noqa: F401
from tests.server.jobs.running import resources_on, running, until_dead

Jobs = Callable[..., Awaitable[Result]]


class Fail(Job, frozen=True):
    async def run(self, resources: Resources, job_id: int) -> None:
        del resources, job_id
        raise JobError("no such\nmailbox")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a key that passes through the environment unchanged."""
    return msgspec.structs.replace(settings, secret_key="s" * 32)


@pytest.fixture
def jobs(run: Run, settings: Settings) -> Jobs:  # noqa: F811  # the fixture
    async def jobs(*words: str) -> Result:
        environ = {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "SECRET_KEY": settings.secret_key,
        }
        return await asyncio.to_thread(run, "jobs", *words, **environ)

    return jobs


async def test_jobs_are_listed_with_their_reason_and_dead_ones_are_retried_or_removed(
    jobs: Jobs, database: AsyncEngine, session_factory: SessionFactory, redis: Redis
) -> None:
    async with session_factory.begin() as db:
        await enqueue(db, Fail())
    listed = (await jobs("list")).output
    assert listed.startswith("1 waiting fail ")
    assert listed.endswith("1 waiting, 0 running, 0 dead.\n")

    async with running(database, resources_on(session_factory, redis), [Fail]):
        await until_dead(database)
    listed = (await jobs("list", "--state", "dead")).output
    assert listed.startswith("1 dead fail ")
    assert "retries=0: no such mailbox\n" in listed

    assert (await jobs("retry", "1")).output == "1 dead job will be tried again.\n"
    assert (await jobs("list")).output.endswith("1 waiting, 0 running, 0 dead.\n")
    async with running(database, resources_on(session_factory, redis), [Fail]):
        await until_dead(database)
    assert (await jobs("retry", "--all")).output == "1 dead job will be tried again.\n"
    assert (await jobs("remove", "1")).output == "0 dead jobs removed.\n"
    async with running(database, resources_on(session_factory, redis), [Fail]):
        await until_dead(database)
    assert (await jobs("remove", "1")).output == "1 dead job removed.\n"
    assert (await jobs("list")).output == "0 waiting, 0 running, 0 dead.\n"


@pytest.mark.parametrize("words", [("retry",), ("retry", "1", "--all"), ("remove",)])
async def test_what_to_retry_or_remove_has_to_be_said(jobs: Jobs, words: tuple[str, ...]) -> None:
    assert (await jobs(*words)).exit_code == 2
