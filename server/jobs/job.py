"""What a job is, and how it gets into the queue.

    await enqueue(db, SendPasswordLink(...))

adds it with the transaction that is its cause: both are there, or neither. A worker runs it at
least once: again when it failed, and also when the worker was killed before it could say that the
job was done. So a job must do no harm when it is run twice.
"""

import re
from abc import abstractmethod
from datetime import timedelta
from typing import Final

import msgspec
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.database import SessionFactory
from persistence.repositories import jobs
from server.auth.one_time_links import OneTimeLinks
from server.auth.sign_ins import SignIns
from server.mails import Mails
from server.providers.mail import Mailer

_WORD_BEGINS: Final = re.compile(r"(?<!^)(?=[A-Z])")


class Resources(msgspec.Struct, frozen=True, kw_only=True):
    """What jobs work with."""

    session_factory: SessionFactory
    redis: Redis
    mailer: Mailer
    mails: Mails
    links: OneTimeLinks
    sign_ins: SignIns
    site_url: str
    """What links in mails begin with; never what a request said."""


class JobError(Exception):
    """Trying again would not help. The message goes to the dead letters, so it has no secret."""


class Job(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="job",
    tag=lambda name: _WORD_BEGINS.sub("_", name).lower(),
):
    """The fields are what lies in the queue: no secret may be among them."""

    @abstractmethod
    async def run(self, resources: Resources, job_id: int) -> None:
        """Do it. Whatever is raised, but for `JobError`, lets it be tried again later."""


def name_of(job: Job | type[Job]) -> str:
    return str(job.__struct_config__.tag)


async def enqueue(db: AsyncSession, job: Job, *, delay: timedelta = timedelta(0)) -> None:
    """Have the job done once the transaction is committed."""
    await jobs.enqueue(db, name_of(job), msgspec.json.encode(job), delay=delay)


async def enqueue_once(db: AsyncSession, job: Job) -> None:
    """As `enqueue`, unless a job of this kind already waits or runs."""
    await jobs.enqueue(db, name_of(job), msgspec.json.encode(job), dedupe_key=name_of(job))
