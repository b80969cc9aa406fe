"""Everything that the engine keeps or does at once is bounded."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from game.errors import Unavailable
from game.live import batcher, deadlines, definition_cache, feed, keys
from game.live.batcher import Batcher
from game.live.deadlines import Deadlines
from game.live.definition_cache import DefinitionCache
from game.live.engine import Engine
from game.live.keys import RoomKeys
from game.live.rooms import Rooms
from game.live.store import Store
from tests.game.live.playing import Follower, open_room


class Gate:
    """Counts who is in it at the same time; nobody leaves before it is opened."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self._open = asyncio.Event()

    def open(self) -> None:
        self._open.set()

    async def pass_through(self) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self._open.wait()
        self.inside -= 1


async def settle() -> None:
    """Let everything go as far as it gets."""
    for _ in range(200):
        await asyncio.sleep(0)


async def test_only_so_many_calls_are_under_way_over_all_rooms() -> None:
    gate = Gate()

    async def commit(_: str, items: Sequence[int]) -> list[int]:
        await gate.pass_through()
        return list(items)

    calls: Batcher[int, int] = Batcher(commit)
    count = 3 * batcher.MAX_CALLS
    asked = [asyncio.ensure_future(calls.add(f"room {at}", at)) for at in range(count)]
    await settle()
    assert gate.most == batcher.MAX_CALLS
    gate.open()
    assert await asyncio.gather(*asked) == list(range(count))
    assert gate.most == batcher.MAX_CALLS


class DueRooms:
    """A store with more that is due than may be done at once, and rooms that take their time."""

    def __init__(self) -> None:
        self.gate = Gate()
        self._due = {f"room {number}": 0 for number in range(10)}

    async def claim_deadlines(
        self, _shard: int, _now: int, _until: int, most: int
    ) -> tuple[int | None, dict[str, int]]:
        taken = dict([*self._due.items()][:most])
        for session in taken:
            del self._due[session]
        return None, taken

    async def tick(self, _: str) -> None:
        await self.gate.pass_through()


async def test_only_so_many_deadlines_are_taken_at_once(
    monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    monkeypatch.setattr(deadlines, "MAX_FIRING", 3)
    monkeypatch.setattr(keys, "SHARDS", 1)
    monkeypatch.setattr(deadlines, "RETRY_WHEN_FULL_MS", 1)
    due, stop = DueRooms(), asyncio.Event()
    late: list[int] = []
    firing = Deadlines(
        cast("Store", due),
        cast("Rooms", due),
        engine.channels,  # only to listen with
        engine.clock,
        late.append,
    )
    running = asyncio.create_task(firing.run(stop))
    async with asyncio.timeout(5):
        while due.gate.inside < 3:  # noqa: ASYNC110  # by another task
            await asyncio.sleep(0.01)
        await settle()
        assert due.gate.most == 3
        due.gate.open()
        while len(late) < 10:  # noqa: ASYNC110  # by another task
            await asyncio.sleep(0.01)
    stop.set()
    await running


async def test_only_the_rooms_asked_for_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definition_cache, "CACHE_CAPACITY", 2)
    read: list[str] = []

    class Reading:
        async def read_definition(self, at: RoomKeys) -> object:
            read.append(at.session)
            return object()

    rooms = DefinitionCache(cast("Store", Reading()))
    for session in ("a", "b", "a", "c", "a", "b"):
        await rooms.get(RoomKeys(session))
    assert read == ["a", "b", "c", "b"]


async def test_who_follows_a_room_that_cannot_be_read_does_not_wait_for_ever(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await open_room(engine.rooms)

    async def never(_: str) -> Any:  # noqa: ANN401  # nothing
        await asyncio.Event().wait()

    monkeypatch.setattr(feed, "FIRST_READ_TIMEOUT_S", 0.05)
    monkeypatch.setattr(engine.rooms, "view", never)
    with pytest.raises(Unavailable):
        await engine.feed.subscribe(session, Follower())
