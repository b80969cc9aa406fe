"""Caches the definitions of rooms, which never change."""

from typing import Final

from game.live.keys import RoomKeys
from game.live.lru_cache import LRUCache
from game.live.script_data import RoomDefinition
from game.live.store import Store

CACHE_CAPACITY: Final = 512


class DefinitionCache:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache: LRUCache[RoomDefinition] = LRUCache(CACHE_CAPACITY)

    def cached(self, session: str) -> RoomDefinition | None:
        """The definition if it is cached; Redis is not asked."""
        return self._cache.get(session)

    async def get(self, at: RoomKeys) -> RoomDefinition:
        definition = self._cache.get(at.session)
        if definition is None:
            definition = self._cache[at.session] = await self._store.read_definition(at)
        return definition
