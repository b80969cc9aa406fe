"""Combines the items of many callers into one call per room.

Items that arrive while a call is running go with the next call.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

from game.errors import Refusal, Unavailable
from game.live.tasks import resolve

MAX_BATCH_SIZE: Final = 500
BATCH_WINDOW_S: Final = 0.02
"""How long a join or a resume waits for others, to share one call. Nobody notices the delay."""
MAX_WAITING: Final = 20_000
MAX_CALLS: Final = 16
"""A batcher runs at most so many calls at once, over all rooms. Each room has at most one."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Collects items by room. `commit(room, items)` returns a result or a refusal for each item.

    If a call fails, all callers in it get the error. `size` is called with the number of items in
    each call. Each call first waits `window_s` for more items, because one call costs as much as
    twenty items; this is for callers to whom the delay does not matter.
    """

    def __init__(
        self,
        commit: Callable[[str, Sequence[Item]], Awaitable[Sequence[Result | Refusal]]],
        size: Callable[[int], None] = lambda _: None,
        window_s: float = 0.0,
    ) -> None:
        self._commit = commit
        self._size = size
        self._window_s = window_s
        self._waiting: dict[str, list[tuple[Item, asyncio.Future[Result]]]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._calls = asyncio.Semaphore(MAX_CALLS)

    def add(self, room: str, item: Item) -> asyncio.Future[Result]:
        """A future with the item's result. Raises Unavailable when too many items wait."""
        waiting = self._waiting.setdefault(room, [])
        if len(waiting) >= MAX_WAITING:
            raise Unavailable("unavailable", "Too much is waiting for this room; try again.")
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        waiting.append((item, future))
        if room not in self._running:
            self._running[room] = asyncio.create_task(self._run(room), name=f"batches of {room}")
        return future

    async def drain(self) -> None:
        """Return when nothing waits any more."""
        while self._running:
            await asyncio.gather(*self._running.values())

    async def _run(self, room: str) -> None:
        waiting = self._waiting[room]
        while waiting:
            if self._window_s:
                await asyncio.sleep(self._window_s)
            async with self._calls:
                batch = waiting[:MAX_BATCH_SIZE]
                del waiting[:MAX_BATCH_SIZE]
                await self._call(room, batch)
        del self._waiting[room], self._running[room]

    async def _call(self, room: str, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        self._size(len(batch))
        paired: list[tuple[tuple[Item, asyncio.Future[Result]], Result | Exception]]
        try:
            outcomes = await self._commit(room, [item for item, _ in batch])
            paired = [*zip(batch, outcomes, strict=True)]
        except Exception as error:  # noqa: BLE001  # handed to everyone who waits for it
            paired = [(each, error) for each in batch]
        for (_, future), outcome in paired:
            resolve(future, outcome)
