"""`kuis serve`: engines, migrations, web processes and a worker as one tree of processes.

What is started last is stopped first: web, worker, engines. SIGUSR1 replaces the web processes
and the worker, one after the other, while everything goes on.
"""

import asyncio
import http.client
import os
import signal
import socket
import ssl
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from urllib.parse import urlsplit

import msgspec
import structlog

from game.live.connect import redis_from_url
from persistence import schema
from persistence.embedded import Engines
from server import addresses, metrics
from server.serve.children import Child
from server.serve.engines import complete, embedded, publish_address
from server.serve.listeners import listen
from server.settings import Settings

WATCH_SECONDS = 0.25
PROBE_SECONDS = 0.05
PROBE_TIMEOUT_SECONDS = 5.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
REPLACE_SIGNAL = signal.SIGUSR1  # not SIGHUP: a terminal that is closed sends it

Announce = Callable[[Settings], Awaitable[None]]

logger = structlog.get_logger(__name__)


class _Asked:
    """The requests that signals have made."""

    def __init__(self) -> None:
        self.to_stop, self.to_replace = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self.to_stop.set)
        loop.add_signal_handler(REPLACE_SIGNAL, self.to_replace.set)


async def serve(settings: Settings, announce: Announce) -> None:
    """Run everything until a signal. `announce` is awaited when the first page can be served."""
    asked = _Asked()
    with listen(settings) as listener:
        settings = msgspec.structs.replace(settings, port=listener.getsockname()[1])
        engines = embedded(settings) if settings.embeds_engines else None
        published = ExitStack()
        try:
            if engines is not None:
                await asyncio.to_thread(engines.start)
                settings = complete(settings, engines)
                published.enter_context(publish_address(settings))
            await asyncio.to_thread(schema.upgrade, settings.database_url)
            await _reach_redis(settings)
            if not asked.to_stop.is_set():
                await _run_until(asked, settings, engines, listener, announce)
        finally:
            published.close()
            if engines is not None:
                await asyncio.to_thread(engines.stop)


async def _reach_redis(settings: Settings) -> None:
    """Raise what prevents it. Otherwise the web processes would only wait, without a reason."""
    redis = redis_from_url(settings.redis_url)
    answer: Awaitable[bool] = redis.ping()
    try:
        await answer
    finally:
        await redis.aclose()


async def _run_until(
    asked: _Asked,
    settings: Settings,
    engines: Engines | None,
    listener: socket.socket,
    announce: Announce,
) -> None:
    with tempfile.TemporaryDirectory(prefix="kuis-metrics-") as counts:
        worker, *web = children = _children(settings, listener.fileno(), counts)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(child.keep()) for child in children]
                tasks.append(
                    group.create_task(_replace_when_asked(asked.to_replace, [*web, worker]))
                )
                if engines is not None:
                    tasks.append(group.create_task(_keep(engines)))
                tasks.append(group.create_task(_announce_when_ready(settings, announce)))
                await asked.to_stop.wait()
                for task in tasks:
                    task.cancel()
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        finally:
            listener.close()
            await asyncio.gather(*(child.stop() for child in web))
            await worker.stop()


def _children(settings: Settings, listener: int, counts: str) -> list[Child]:
    """The worker, and the web processes on the socket with the number `listener`."""
    environ = environment(settings)
    counted = environ | {metrics.DIRECTORY_VARIABLE: counts}  # not the worker, which counts nothing
    forget = partial(metrics.forget_process, directory=counts)
    web: list[Child] = []

    def is_needed() -> bool:
        """Whether a dying process ends the server: not while a web process still serves games."""
        return not any(child.is_steady for child in web)

    def child(name: str, environ: Mapping[str, str], *arguments: str) -> Child:
        command = [sys.executable, "-m", "server", *arguments, "--lifeline"]
        return Child(name, command, environ, files=[listener], on_death=forget, is_needed=is_needed)

    web += (
        child(f"web {number}", counted, "web", f"--fd={listener}")
        for number in range(1, settings.workers + 1)
    )
    return [child("worker", environ, "worker"), *web]


async def _replace_when_asked(asked: asyncio.Event, children: Sequence[Child]) -> None:
    """Replace processes one by one. If a new one does not get ready, the others are left as is."""
    while True:
        await asked.wait()
        asked.clear()
        for child in children:
            if not await child.replace():
                break


async def _keep(engines: Engines) -> None:
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        await asyncio.to_thread(engines.restart_dead)


async def _announce_when_ready(settings: Settings, announce: Announce) -> None:
    while not await asyncio.to_thread(_is_ready, settings):  # noqa: ASYNC110  # another process
        await asyncio.sleep(PROBE_SECONDS)
    await announce(settings)


def _is_ready(settings: Settings) -> bool:
    here = urlsplit(addresses.url_here(settings))
    probe = _connection(here.scheme, here.hostname or "", settings.port)
    try:
        probe.request("GET", "/health/ready")
        return probe.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        probe.close()


def _connection(scheme: str, host: str, port: int) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=PROBE_TIMEOUT_SECONDS)
    context = ssl.create_default_context()
    context.check_hostname = False  # the certificate is for other names than this machine's own
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=PROBE_TIMEOUT_SECONDS, context=context)


def environment(settings: Settings) -> dict[str, str]:
    """This process's environment with these settings, for its children to read."""
    fields = msgspec.structs.asdict(settings)
    texts = {
        name.upper(): ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in fields.items()
    }
    return {**os.environ, **texts}
