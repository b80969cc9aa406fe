"""Telling often what happens more often still: the first time at once, then at a steady pace."""

import asyncio
from collections.abc import Callable


class Coalesced:
    """Calls `tell` soon after `due`, at most once in `every_s`; the last `due` is never lost."""

    __slots__ = ("_every_s", "_loop", "_pending", "_tell", "_timer")

    def __init__(self, every_s: float, tell: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._every_s = every_s
        self._tell = tell
        self._timer: asyncio.TimerHandle | None = None
        self._pending = False

    def due(self) -> None:
        if self._timer is not None:
            self._pending = True
            return
        self._timer = self._loop.call_later(self._every_s, self._rested)
        self._tell()

    def flush(self) -> None:
        """Tell what is pending now rather than later."""
        if self._pending:
            self._pending = False
            self._tell()

    def drop(self) -> None:
        """Forget what is pending: something else has told it."""
        self._pending = False

    def stop(self) -> None:
        self._pending = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _rested(self) -> None:
        self._timer = None
        if self._pending:
            self._pending = False
            self.due()
