"""One worker process: the recorder, any number of which may run."""

import asyncio
import os
import signal
import socket
from contextlib import suppress

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from game.live import keys
from persistence import recorder, vanished
from server import metrics
from server.connections import connect
from server.settings import Settings

MEASURE_SECONDS = 5.0

logger = structlog.get_logger(__name__)


async def run_until_signal(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await run(settings, stop)


async def run(settings: Settings, stop: asyncio.Event) -> None:
    consumer = f"{socket.gethostname()}:{os.getpid()}"
    async with connect(settings) as connections, asyncio.TaskGroup() as group:
        group.create_task(_measure(connections.redis, stop))
        group.create_task(vanished.run(connections.redis, connections.session_factory, stop))
        await recorder.run(connections.redis, connections.session_factory, stop, consumer=consumer)


async def _measure(redis: Redis, stop: asyncio.Event) -> None:
    """Keep the journal's gauges current."""
    while not stop.is_set():
        try:
            length, lag_ms = await journal_backlog(redis)
        except (OSError, RedisError) as error:
            logger.warning("journal_not_measured", reason=str(error))
        else:
            metrics.JOURNAL_LENGTH.set(length)
            metrics.RECORDER_LAG.set(lag_ms / 1000)
        with suppress(TimeoutError):
            async with asyncio.timeout(MEASURE_SECONDS):
                await stop.wait()


async def journal_backlog(redis: Redis) -> tuple[int, int]:
    """How many entries are not in PostgreSQL yet, and the age of the oldest in ms.

    The recorder deletes an entry from its stream once it is written.
    """
    pipeline = redis.pipeline(transaction=False)
    for number in range(keys.SHARDS):  # in a pipeline, commands wait for `execute`
        pipeline.xlen(keys.journal(number))  # type: ignore[unused-awaitable]
        pipeline.xrange(keys.journal(number), count=1)  # type: ignore[unused-awaitable]
    replies = await pipeline.execute()
    lengths, firsts = replies[0::2], replies[1::2]
    born = [int(entry.partition(b"-")[0]) for first in firsts for entry, _ in first]
    seconds, microseconds = await redis.time()
    now = seconds * 1000 + microseconds // 1000
    return sum(lengths), max((now - when for when in born), default=0)
