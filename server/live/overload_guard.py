"""Refuses new players while the event loop of this process is overloaded.

The lag of the loop is measured ten times a second. If every sample for a while was late, new
players are asked to come back in a moment, so that running games can go on. One long step, such as
a message to a room of thousands, is no overload, because the next sample is in time again.
"""

import asyncio
import secrets
from typing import Final

from game.errors import Unavailable
from game.live.tasks import cancel_and_wait
from server import garbage_collection, metrics

SAMPLE_INTERVAL_S: Final = 0.1
IDLE_S: Final = 0.005
"""A loop with less lag than this is idle."""
LATE_S: Final = 0.5
OVERLOADED_AFTER_S: Final = 2.0
RETRY_MS: Final = (2_000, 6_000)
"""The wait of refused players, drawn for each so that they do not all come back at once."""


class OverloadGuard:
    def __init__(self) -> None:
        self._late_since: float | None = None
        self._overloaded = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._watch(), name="load")

    async def stop(self) -> None:
        if self._task is not None:
            await cancel_and_wait(self._task)
            self._task = None

    def admit(self) -> None:
        """Raises Unavailable while the process is overloaded; it says when to come back."""
        if self._overloaded:
            metrics.JOINS_SHED.inc()
            shortest, longest = RETRY_MS
            raise Unavailable(
                "unavailable",
                "Many players are joining right now. Try again after `retry_ms`.",
                shortest + secrets.randbelow(longest - shortest),
            )

    def record_lag(self, late_s: float, now: float) -> None:
        """Note how late the sample at `now` was, on the loop's clock."""
        metrics.EVENT_LOOP_LAG.observe(late_s)
        if late_s < LATE_S:
            self._late_since = None
        elif self._late_since is None:
            self._late_since = now
        self._overloaded = (
            self._late_since is not None and now - self._late_since >= OVERLOADED_AFTER_S
        )

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + SAMPLE_INTERVAL_S
            await asyncio.sleep(SAMPLE_INTERVAL_S)
            late_s = max(loop.time() - due, 0.0)
            self.record_lag(late_s, loop.time())
            if late_s < IDLE_S:
                garbage_collection.collect_when_idle()
