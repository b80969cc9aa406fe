"""Files that a whole room asks for at once are read once, and memory is bounded."""

import asyncio
from collections.abc import Sequence

import pytest

from server.file_cache import FileCache
from server.providers.files import Files, FilesError


class CountedFiles(Files):
    """Files in memory that count what is read, and wait while `held` is not set."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.reads: list[str] = []
        self.held = asyncio.Event()
        self.held.set()
        self.began = asyncio.Event()
        self.fails = False

    async def put(self, name: str, content: bytes) -> None:
        self.contents[name] = content

    async def get(self, name: str) -> bytes | None:
        self.reads.append(name)
        self.began.set()
        await self.held.wait()
        if self.fails:
            raise FilesError("away")
        return self.contents.get(name)

    async def delete(self, names: Sequence[str]) -> None:
        raise NotImplementedError


async def test_a_room_that_asks_at_once_has_a_file_read_once() -> None:
    files = CountedFiles()
    await files.put("a", b"picture")
    cache = FileCache(files)
    assert set(await asyncio.gather(*(cache.get("a") for _ in range(1000)))) == {b"picture"}
    assert await cache.get("a") == b"picture"
    assert files.reads == ["a"]


async def test_memory_is_bounded_by_what_was_used_last() -> None:
    files = CountedFiles()
    for name in "abc":
        await files.put(name, bytes(40))
    cache = FileCache(files, max_bytes=100)
    for name in "abacb":
        await cache.get(name)
    assert "".join(files.reads) == "abcb", "c took the place of b"
    await files.put("large", bytes(101))
    assert await cache.get("large") == bytes(101)
    assert await cache.get("large") == bytes(101)
    assert files.reads.count("large") == 2


async def test_a_file_that_is_not_there_yet_is_looked_for_again() -> None:
    files = CountedFiles()
    cache = FileCache(files)
    assert await cache.get("a") is None
    await files.put("a", b"picture")
    assert await cache.get("a") == b"picture"


async def test_who_leaves_does_not_end_the_reading_for_others() -> None:
    files = CountedFiles()
    await files.put("a", b"picture")
    files.held.clear()
    cache = FileCache(files)
    leaving, staying = (asyncio.create_task(cache.get("a")) for _ in range(2))
    await files.began.wait()
    leaving.cancel()
    files.held.set()
    assert await staying == b"picture"
    assert files.reads == ["a"]


async def test_a_failure_is_told_to_all_who_wait_and_not_kept() -> None:
    files = CountedFiles()
    await files.put("a", b"picture")
    files.fails = True
    cache = FileCache(files)
    outcomes = await asyncio.gather(*(cache.get("a") for _ in range(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [FilesError] * 3
    files.fails = False
    with pytest.raises(FilesError):
        raise outcomes[0]  # type: ignore[misc]  # the failure
    assert await cache.get("a") == b"picture"
