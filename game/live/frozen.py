"""What never changes about the rooms that were asked for last, read once."""

from collections import OrderedDict
from typing import Final

from game.live.keys import RoomKeys
from game.live.records import Frozen
from game.live.store import Store

KEPT_MOST: Final = 512


class FrozenRooms:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, Frozen] = OrderedDict()

    async def of(self, at: RoomKeys) -> Frozen:
        frozen = self._kept.get(at.session)
        if frozen is None:
            frozen = self._kept[at.session] = await self._store.frozen(at)
            if len(self._kept) > KEPT_MOST:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(at.session)
        return frozen
