"""Bounds what searches cost, so that sign-ins and rooms always find PostgreSQL free.

A search may read thousands of rows, where most requests read one.
"""

from asyncio import Lock, Semaphore
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from time import monotonic
from typing import Final
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import RateLimited, Unavailable
from persistence.repositories import search
from server.limits import SEARCH_MS_FROM_ADDRESS, SEARCH_MS_OF_TEACHER, Limits

COUNTED_MIN_MS: Final = 50
"""What the quickest search counts, so that the limits bound the number of searches, too."""
SHARE_OF_CONNECTIONS: Final = 3
"""Searches use one of so many connections to PostgreSQL at most."""
WAITING_OF_TEACHER: Final = 10
BUSY_RETRY_MS: Final = 1_000


class Searches:
    """Of one process. A teacher's are done one after the other, those of several side by side."""

    def __init__(self, limits: Limits, connections: int) -> None:
        """`connections` is how many to PostgreSQL the process may have."""
        self._limits = limits
        self._places = Semaphore(max(1, connections // SHARE_OF_CONNECTIONS))
        self._waiting: Counter[UUID] = Counter()
        self._turns = WeakValueDictionary[UUID, Lock]()

    @asynccontextmanager
    async def turn(self, db: AsyncSession, teacher_id: UUID, address: str) -> AsyncIterator[None]:
        """Wait for a turn, without a connection; then bound the statements in it in time.

        Raises:
            RateLimited: the teacher's searches, or those from the address, took too long together.
            Unavailable: `too_many_searches` of this teacher wait; `search_too_slow`.
        """
        counted = (SEARCH_MS_OF_TEACHER, str(teacher_id)), (SEARCH_MS_FROM_ADDRESS, address)
        for limit, subject in counted:
            await self._limits.hit(limit, subject, COUNTED_MIN_MS)
        turn = self._turns.setdefault(teacher_id, Lock())
        with self._waits(teacher_id):
            async with turn, self._places:
                started = monotonic()
                try:
                    async with search.bounded(db):
                        yield
                finally:
                    more_ms = round((monotonic() - started) * 1000) - COUNTED_MIN_MS
                    for limit, subject in counted if more_ms > 0 else ():
                        with suppress(RateLimited):  # the next search is refused
                            await self._limits.hit(limit, subject, more_ms)

    @contextmanager
    def _waits(self, teacher_id: UUID) -> Iterator[None]:
        if self._waiting[teacher_id] >= WAITING_OF_TEACHER * self._limits.scale:
            message = "Your last searches are still being done. Try again in a second."
            raise Unavailable("too_many_searches", message, BUSY_RETRY_MS)
        self._waiting[teacher_id] += 1
        try:
            yield
        finally:
            self._waiting -= Counter([teacher_id])  # and forget teachers who do not search
