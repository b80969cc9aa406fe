"""How many may join: limits by room, then by address, counted in Redis by batches.

A class of two thousand that joins at once would otherwise ask Redis four thousand times.
"""

from collections.abc import Sequence

from game.errors import RateLimited
from game.live.batches import Batches
from server.limits import JOIN_FROM_ADDRESS, JOIN_OF_ROOM, Limit, Limits


class Admission:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._of_rooms: Batches[None, None] = Batches(self._count_of_room)
        self._from_addresses: Batches[None, None] = Batches(self._count_from_address)

    async def admit(self, session: str, address: str) -> None:
        """Count a try to join. Raises RateLimited."""
        await self._of_rooms.add(session, None)
        await self._from_addresses.add(address, None)

    async def _count_of_room(
        self, session: str, joins: Sequence[None]
    ) -> Sequence[RateLimited | None]:
        return await self._count(JOIN_OF_ROOM, session, len(joins))

    async def _count_from_address(
        self, address: str, joins: Sequence[None]
    ) -> Sequence[RateLimited | None]:
        return await self._count(JOIN_FROM_ADDRESS, address, len(joins))

    async def _count(self, limit: Limit, subject: str, joins: int) -> Sequence[RateLimited | None]:
        try:
            await self._limits.hit(limit, subject, joins)
        except RateLimited as refusal:
            return [refusal] * joins
        return [None] * joins
