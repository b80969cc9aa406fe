"""Builds and connects the parts of the room engine in one process."""

import asyncio
from collections.abc import Callable

from redis.asyncio import Redis

from game.live.clock import Clock
from game.live.deadlines import Deadlines
from game.live.feed import Feed
from game.live.pubsub import PubSub
from game.live.rooms import Rooms
from game.live.store import Store


class Engine:
    """What a process needs to serve rooms.

    `late` is called with how late each deadline was, in ms; see `Rooms` for the last two arguments.
    """

    def __init__(
        self,
        redis: Redis,
        late: Callable[[int], None] = lambda _: None,
        count_answers: Callable[[int], None] = lambda _: None,
        seat_shares: int = 1,
    ) -> None:
        self.clock = Clock(redis)
        self.rooms = Rooms(redis, self.clock, count_answers=count_answers, seat_shares=seat_shares)
        self.channels = PubSub(redis)
        self.feed = Feed(self.channels, self.rooms)
        self._deadlines = Deadlines(Store(redis), self.rooms, self.channels, self.clock, late)
        self._stopping = asyncio.Event()
        self._firing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen and to fire deadlines. Redis need not be available yet."""
        await self.clock.start()
        await self.channels.start()
        self._firing = asyncio.create_task(self._deadlines.run(self._stopping), name="deadlines")

    async def stop(self) -> None:
        """Finish the work that is under way, and stop."""
        self._stopping.set()
        if self._firing is not None:
            await self._firing
        await self.rooms.stop()
        await self.channels.stop()
        self.feed.stop()
        await self.clock.stop()
