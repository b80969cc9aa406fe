"""Turns at expensive work, so that one user's many requests do not keep others waiting."""

from asyncio import Lock, Semaphore
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final
from uuid import UUID
from weakref import WeakValueDictionary

from game.errors import Unavailable

WAITING_MAX: Final = 10
RETRY_MS: Final = 1_000


class Turns:
    """The turns of one process: one at a time for each user, several users side by side."""

    def __init__(self, places: int, scale: int = 1) -> None:
        """`places` is how many users may work at once; `scale` multiplies how many may wait."""
        self._places = Semaphore(places)
        self._waiting_max = WAITING_MAX * scale
        self._waiting: Counter[UUID] = Counter()
        self._locks = WeakValueDictionary[UUID, Lock]()

    @asynccontextmanager
    async def of(self, user_id: UUID) -> AsyncIterator[None]:
        """Wait for a turn of this user. Hold no connection to PostgreSQL meanwhile.

        Raises:
            Unavailable: `still_busy`; too many requests of this user wait.
        """
        lock = self._locks.setdefault(user_id, Lock())
        with self._waits(user_id):
            async with lock, self._places:
                yield

    @contextmanager
    def _waits(self, user_id: UUID) -> Iterator[None]:
        if self._waiting[user_id] >= self._waiting_max:
            message = "Your earlier requests are still being done. Try again in a second."
            raise Unavailable("still_busy", message, RETRY_MS)
        self._waiting[user_id] += 1
        try:
            yield
        finally:
            self._waiting -= Counter([user_id])  # and forget users who do not wait
