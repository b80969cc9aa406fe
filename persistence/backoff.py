"""Waits between attempts to reach an engine that is unavailable."""

import asyncio
import contextlib
from typing import Final

import structlog

INITIAL_DELAY_S: Final = 0.05
MAX_DELAY_S: Final = 2.0

logger = structlog.get_logger(__name__)


class Backoff:
    """Doubles the wait after each failure, and logs only the first one."""

    def __init__(self, stop: asyncio.Event, engine: str, who: str = "recorder") -> None:
        self._stop = stop
        self._engine = engine
        self._waits, self._goes_on = f"{who} waits", f"{who} goes on"
        self._next_s = INITIAL_DELAY_S
        self._away = False

    async def wait(self, error: Exception) -> None:
        if not self._away:
            logger.warning(self._waits, engine=self._engine, reason=str(error).partition("\n")[0])
        self._away = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), self._next_s)
        self._next_s = min(2 * self._next_s, MAX_DELAY_S)

    def reset(self) -> None:
        if self._away:
            logger.info(self._goes_on, engine=self._engine)
        self._away = False
        self._next_s = INITIAL_DELAY_S
