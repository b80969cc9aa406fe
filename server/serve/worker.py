"""One worker process, any number of which may run: the recorder, and the jobs."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable

from persistence import recorder
from server.connections import connect
from server.jobs import runner
from server.jobs.job import Resources
from server.settings import Settings


async def run_until_signal(settings: Settings, ready: Callable[[], None]) -> None:
    """Run until SIGINT or SIGTERM; `ready` is called once these would be heard."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    ready()
    await run(settings, stop)


async def run(settings: Settings, stop: asyncio.Event) -> None:
    consumer = f"{socket.gethostname()}:{os.getpid()}"
    async with connect(settings) as connections, asyncio.TaskGroup() as group:
        resources = Resources(connections.session_factory, connections.redis)
        group.create_task(runner.run(connections.engine, resources, stop))
        await recorder.run(connections.redis, connections.session_factory, stop, consumer=consumer)
