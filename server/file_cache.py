"""A cache of files in memory, for those that many clients request at the same time."""

import asyncio
from typing import Final

from game.live.lru_cache import LRUCache
from server.providers.files import Files

MAX_BYTES: Final = 32 * 1024 * 1024
READ_AT_ONCE: Final = 8


class FileCache:
    """Caches files, which never change. Simultaneous requests for a file read it once."""

    def __init__(self, files: Files, max_bytes: int = MAX_BYTES) -> None:
        self._files = files
        self._cache: LRUCache[bytes] = LRUCache(max_bytes, len)
        self._reading: dict[str, asyncio.Task[bytes | None]] = {}
        self._places = asyncio.Semaphore(READ_AT_ONCE)

    async def get(self, name: str) -> bytes | None:
        """None if there is no such file. Raises FilesError."""
        if (content := self._cache.get(name)) is not None:
            return content
        reading = self._reading.get(name)
        if reading is None:
            reading = self._reading[name] = asyncio.create_task(self._read(name))
            reading.add_done_callback(lambda read: self._done(name, read))
        return await asyncio.shield(reading)  # others wait for it too

    async def _read(self, name: str) -> bytes | None:
        async with self._places:
            content = await self._files.get(name)
        if content is not None:
            self._cache[name] = content
        return content

    def _done(self, name: str, read: asyncio.Task[bytes | None]) -> None:
        del self._reading[name]
        if not read.cancelled():
            read.exception()  # whoever waits is told; nobody may be left to
