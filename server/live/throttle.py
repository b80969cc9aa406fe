"""Telling often what happens more often still: the first time at once, then at a steady pace."""

import asyncio
from collections.abc import Callable


class Throttle:
    """Calls `tell` soon after `due`, at most once in `every_s`; the last `due` is never lost."""

    __slots__ = ("_callback", "_every_s", "_loop", "_pending", "_timer")

    def __init__(self, every_s: float, callback: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._every_s = every_s
        self._callback = callback
        self._timer: asyncio.TimerHandle | None = None
        self._pending = False

    def request(self) -> None:
        if self._timer is not None:
            self._pending = True
            return
        self._timer = self._loop.call_later(self._every_s, self._interval_over)
        self._callback()

    def flush(self) -> None:
        """Tell what is pending now rather than later."""
        if self._pending:
            self._pending = False
            self._callback()

    def drop(self) -> None:
        """Forget what is pending: something else has told it."""
        self._pending = False

    def stop(self) -> None:
        self._pending = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _interval_over(self) -> None:
        self._timer = None
        if self._pending:
            self._pending = False
            self.request()
