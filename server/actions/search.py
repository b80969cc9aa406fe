"""Bounds what searches cost, so that sign-ins and rooms always find PostgreSQL free.

A search may read thousands of rows, where most requests read one.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from time import monotonic
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import RateLimited
from persistence.repositories import search
from server.limits import SEARCH_MS_FROM_ADDRESS, SEARCH_MS_OF_ACCOUNT, Limits
from server.turns import Turns

COUNTED_MIN_MS: Final = 50
"""What the quickest search counts, so that the limits bound the number of searches, too."""
CONNECTIONS_PER_SEARCH: Final = 3
"""One search may run for every three connections to PostgreSQL that the process may have."""


class Searches:
    """Grants the turns of one process, and counts how long its searches take."""

    def __init__(self, limits: Limits, connections: int) -> None:
        """`connections` is how many connections to PostgreSQL the process may have."""
        self._limits = limits
        self._turns = Turns(max(1, connections // CONNECTIONS_PER_SEARCH), limits.scale)

    def list_turn(self, user_id: UUID) -> AbstractAsyncContextManager[None]:
        """Wait for a turn to read a list in which nothing is searched. It counts for no limit."""
        return self._turns.of(user_id)

    @asynccontextmanager
    async def turn(self, db: AsyncSession, user_id: UUID, address: str) -> AsyncIterator[None]:
        """Wait for a turn, without a connection; then bound the statements in it in time.

        Raises:
            RateLimited: searches of the account, or those from the address, took too long together.
            Unavailable: `still_busy` with searches of this account; `search_too_slow`.
        """
        counted = (SEARCH_MS_OF_ACCOUNT, str(user_id)), (SEARCH_MS_FROM_ADDRESS, address)
        for limit, subject in counted:
            await self._limits.hit(limit, subject, COUNTED_MIN_MS)
        async with self._turns.of(user_id):
            started = monotonic()
            try:
                async with search.bounded(db):
                    yield
            finally:
                more_ms = round((monotonic() - started) * 1000) - COUNTED_MIN_MS
                for limit, subject in counted if more_ms > 0 else ():
                    with suppress(RateLimited):  # the next search is refused
                        await self._limits.hit(limit, subject, more_ms)
