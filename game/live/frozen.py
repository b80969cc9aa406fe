"""What never changes about the rooms that were asked for last, read once."""

from typing import Final

from game.live.kept import Kept
from game.live.keys import RoomKeys
from game.live.records import Frozen
from game.live.store import Store

KEPT_MOST: Final = 512


class FrozenRooms:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: Kept[Frozen] = Kept(KEPT_MOST)

    def kept(self, session: str) -> Frozen | None:
        """Without asking Redis."""
        return self._kept.get(session)

    async def of(self, at: RoomKeys) -> Frozen:
        frozen = self._kept.get(at.session)
        if frozen is None:
            frozen = self._kept[at.session] = await self._store.frozen(at)
        return frozen
