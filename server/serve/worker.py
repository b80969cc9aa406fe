"""One worker process, which runs the recorder and the jobs. Any number of them may run."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable

from persistence import recorder
from server.addresses import url_for_phones, url_here
from server.auth.account_cache import AccountCache
from server.auth.one_time_links import OneTimeLinks
from server.auth.sign_ins import SignIns
from server.auth.unsubscribe_links import UnsubscribeLinks
from server.connections import Connections, connect
from server.jobs import runner
from server.jobs.job import Resources
from server.mails import Mails
from server.providers.files import open_files
from server.providers.mail import FileMailer, Mailer, parse_sender, parse_smtp_url
from server.providers.smtp import SmtpMailer
from server.settings import Settings

MAIL_DIRECTORY = "mail"
NOBODY = "Kuis <no-reply@kuis.invalid>"
"""The sender of mails that are only written into files."""


async def run_until_signal(settings: Settings, ready: Callable[[], None]) -> None:
    """Run until SIGINT or SIGTERM. `ready` is called when these signals are handled."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    ready()
    await run(settings, stop)


async def run(settings: Settings, stop: asyncio.Event) -> None:
    consumer = f"{socket.gethostname()}:{os.getpid()}"
    async with connect(settings) as connections, asyncio.TaskGroup() as group:
        resources = job_resources(settings, connections)
        group.create_task(runner.run(connections.engine, resources, stop))
        await recorder.run(connections.redis, connections.session_factory, stop, consumer=consumer)


def job_resources(settings: Settings, connections: Connections) -> Resources:
    sessions, redis = connections.session_factory, connections.redis
    return Resources(
        session_factory=sessions,
        redis=redis,
        mailer=_mailer(settings),
        files=open_files(settings.files_url, settings.files_directory),
        mails=Mails(),
        links=OneTimeLinks(settings.secret_key),
        unsubscribe_links=UnsubscribeLinks(settings.secret_key),
        sign_ins=SignIns(redis, settings.secret_key, AccountCache(redis, sessions)),
        site_url=url_for_phones(settings) or url_here(settings),
    )


def _mailer(settings: Settings) -> Mailer:
    if settings.smtp_url:
        return SmtpMailer(parse_smtp_url(settings.smtp_url), parse_sender(settings.mail_from))
    return FileMailer(settings.data_dir / MAIL_DIRECTORY, parse_sender(NOBODY))
