"""Limits how often a callback runs."""

import asyncio
from collections.abc import Callable


class Throttle:
    """Runs the callback after `request`, at most once in `every_s`.

    The first request runs it at once. Later ones wait, and the last one is never lost.
    """

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
        """Run the callback now if it is pending."""
        if self._pending:
            self._pending = False
            self._callback()

    def drop(self) -> None:
        """Cancel what is pending, because another message has made it needless."""
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
