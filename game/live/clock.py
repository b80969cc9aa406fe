"""The clock of all rooms, which is the clock of Redis."""

import asyncio
import logging
import time
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from game.live.tasks import cancel_and_wait

SAMPLE_EVERY_S: Final = 10.0
SAMPLE_FIRST_S: Final = 0.25
SAMPLES: Final = 5

_log = logging.getLogger(__name__)


class Clock:
    """Tells Redis's time without asking Redis each time.

    It samples the offset from this process's monotonic clock to Redis's clock, as if Redis had
    read its clock in the middle of the round trip. The sample with the shortest round trip wins.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._offset_ms = time.time() * 1000 - time.monotonic() * 1000
        self._last = 0
        self._sampled = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Sample the offset regularly. Until Redis is available, the time is this machine's."""
        await self._try_to_sample()
        self._task = asyncio.create_task(self._run(), name="clock")

    async def stop(self) -> None:
        if self._task is not None:
            await cancel_and_wait(self._task)
            self._task = None

    def now(self) -> int:
        """The time in ms since the epoch. It never goes back."""
        self._last = max(self._last, self.at(time.monotonic()))
        return self._last

    def at(self, monotonic: float) -> int:
        """The time in ms since the epoch at a time of `time.monotonic()`."""
        return int(monotonic * 1000 + self._offset_ms)

    async def sample(self) -> None:
        """Measure the offset."""
        best_trip = float("inf")
        for _ in range(SAMPLES):
            trip, offset = await self._measure()
            if trip < best_trip:
                best_trip, self._offset_ms = trip, offset

    async def _measure(self) -> tuple[float, float]:
        """The duration of a round trip and the offset that it shows, both in ms."""
        sent = time.monotonic() * 1000
        seconds, microseconds = await self._redis.time()
        received = time.monotonic() * 1000
        return received - sent, seconds * 1000 + microseconds / 1000 - (sent + received) / 2

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(SAMPLE_EVERY_S if self._sampled else SAMPLE_FIRST_S)
            await self._try_to_sample()

    async def _try_to_sample(self) -> None:
        try:
            await self.sample()
        except (RedisError, OSError) as error:
            _log.warning("The clock could not be compared with Redis: %s", error)
        else:
            self._sampled = True
