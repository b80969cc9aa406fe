"""Limits joins by room and by address.

They are counted in batches. Otherwise two thousand joins at once would be four thousand commands.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence

from game.errors import RateLimited
from game.live.batcher import BATCH_WINDOW_S, Batcher
from server.limits import JOIN_FROM_ADDRESS, JOIN_OF_ROOM, Limit, Limits


class JoinLimiter:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._joins: Batcher[str, None] = Batcher(self._count, window_s=BATCH_WINDOW_S)

    async def admit(self, session: str, address: str) -> None:
        """Count an attempt to join. Raises RateLimited."""
        await self._joins.add(session, address)

    async def _count(self, session: str, addresses: Sequence[str]) -> Sequence[RateLimited | None]:
        if refusal := await self._hit(JOIN_OF_ROOM, session, len(addresses)):
            return [refusal] * len(addresses)
        joins = Counter(addresses)
        hits = (self._hit(JOIN_FROM_ADDRESS, address, count) for address, count in joins.items())
        refusals = dict(zip(joins, await asyncio.gather(*hits), strict=True))
        return [refusals[address] for address in addresses]

    async def _hit(self, limit: Limit, subject: str, joins: int) -> RateLimited | None:
        try:
            await self._limits.hit(limit, subject, joins)
        except RateLimited as refusal:
            return refusal
        return None
