"""Refuses new rooms, and then new players, before the memory of Redis is full.

A full Redis refuses every write, also the answers in running games. So the rest of its memory is
kept for these: no room is opened above the first limit, and nobody joins above the second one.
"""

import asyncio
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from game.errors import Unavailable
from game.live.tasks import cancel_and_wait
from persistence import redis_status
from persistence.redis_status import Memory

POLL_INTERVAL_S: Final = 1.0
ROOMS_UNTIL: Final = 0.8
PLAYERS_UNTIL: Final = 0.9
RETRY_MS: Final = 10_000

log = structlog.get_logger(__name__)


class MemoryGuard:
    """Reads the memory of Redis once a second, so that a join need not wait for that."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._used = 0.0
        """The used share of `maxmemory`. It is 0 if Redis has no limit."""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._watch(), name="memory")

    async def stop(self) -> None:
        if self._task is not None:
            await cancel_and_wait(self._task)
            self._task = None

    def admit_player(self) -> None:
        """Raises Unavailable above the limit for players."""
        if self._used >= PLAYERS_UNTIL:
            raise Unavailable(
                "memory_full",
                "The server has no memory for more players right now. Try again in a moment.",
                RETRY_MS,
            )

    async def admit_room(self) -> None:
        """Raises Unavailable above the limit for rooms, or an error of Redis.

        The memory is read each time, because a room is large.
        """
        await self._poll()
        if self._used >= ROOMS_UNTIL:
            raise Unavailable(
                "memory_full",
                "The server's memory is nearly full, and running games need the rest. "
                "End a room that is not needed, or try again later.",
            )

    def note(self, memory: Memory) -> None:
        was_full, self._used = self._used >= ROOMS_UNTIL, 0.0
        if memory.limit:
            self._used = memory.used / memory.limit
        is_full = self._used >= ROOMS_UNTIL
        if is_full != was_full:
            event = "redis_memory_short" if is_full else "redis_memory_freed"
            log.warning(event, used=memory.used, limit=memory.limit)

    async def _poll(self) -> None:
        self.note(await redis_status.read_memory(self._redis))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(POLL_INTERVAL_S)
            try:
                await self._poll()
            except (RedisError, OSError) as error:  # whoever needs Redis says so
                log.debug("redis_memory_unknown", error=type(error).__name__)
