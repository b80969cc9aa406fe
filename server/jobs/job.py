"""The base class of jobs, and the functions that enqueue them.

    await enqueue(db, SendPasswordLink(...))

enqueues a job in the transaction that causes it, so either both are committed or neither. A worker
runs each job at least once: again after a failure, and also if the worker was killed before it
could report that the job was done. So running a job twice must do no harm.
"""

import re
from abc import abstractmethod
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, Final, TypeVar
from uuid import UUID

import msgspec
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.database import SessionFactory
from persistence.repositories import jobs
from server.auth.one_time_links import OneTimeLinks
from server.auth.sign_ins import SignIns
from server.auth.unsubscribe_links import MailKind, UnsubscribeLinks
from server.mails import LinkMail, Mails
from server.providers.files import Files
from server.providers.mail import Mailer, MailRefusedError

IN_BULK: Final = -1
J = TypeVar("J", bound="Job")
_WORD_BEGINS: Final = re.compile(r"(?<!^)(?=[A-Z])")


class Resources(msgspec.Struct, frozen=True, kw_only=True):
    """The connections and services that jobs use."""

    session_factory: SessionFactory
    redis: Redis
    mailer: Mailer
    files: Files
    mails: Mails
    links: OneTimeLinks
    unsubscribe_links: UnsubscribeLinks
    sign_ins: SignIns
    site_url: str
    """The beginning of links in mails. It comes from the settings, never from a request."""

    def unsubscribe(self, user_id: UUID, kind: MailKind) -> str:
        """The address where an account ends its mails of one kind."""
        return f"{self.site_url}/unsubscribe/{self.unsubscribe_links.token(user_id, kind)}"

    async def send(self, mail: LinkMail) -> None:
        """Send a mail, or raise a JobError if the mail server refuses it for good."""
        try:
            await self.mailer.send(self.mails.write(mail))
        except MailRefusedError as error:
            raise JobError(str(error)) from None


class JobError(Exception):
    """A failure that a retry would not mend. Its message is stored, so it must hold no secret."""


class Job(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag_field="job",
    tag=lambda name: _WORD_BEGINS.sub("_", name).lower(),
):
    """A job. Its fields are stored in the queue, so none of them may be a secret."""

    priority: ClassVar[int] = 0
    """`IN_BULK` if thousands may wait at once, or if it takes long: others go before them."""
    at_once: ClassVar[int] = 0
    """How many of them all workers together run at the same time, if it takes long; 0: any."""

    @abstractmethod
    async def run(self, resources: Resources, job_id: int) -> None:
        """Do the work. Any exception but `JobError` makes the worker try again later."""


def name_of(job: Job | type[Job]) -> str:
    """The job's name in the queue, such as `send_password_link`."""
    return str(job.__struct_config__.tag)


async def enqueue(db: AsyncSession, job: Job, *, delay: timedelta = timedelta(0)) -> None:
    """Enqueue the job; it runs after the transaction is committed and `delay` is over."""
    payload = msgspec.json.encode(job)
    await jobs.enqueue(db, name_of(job), payload, delay=delay, priority=job.priority)


async def enqueue_many(db: AsyncSession, kind: type[J], many: Sequence[J]) -> None:
    """Enqueue jobs of one kind by one statement; thousands of statements take a worker's time."""
    payloads = [msgspec.json.encode(job) for job in many]
    await jobs.enqueue_many(db, name_of(kind), payloads, priority=kind.priority)


async def enqueue_once(db: AsyncSession, job: Job) -> None:
    """Enqueue the job, unless one of the same kind is already waiting or running."""
    await jobs.enqueue(db, name_of(job), msgspec.json.encode(job), dedupe_key=name_of(job))
