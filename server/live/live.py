"""Everything live of one process, joined: the engine, the rooms with sockets, what messages do."""

import asyncio
import itertools
import secrets
from contextlib import suppress

from redis.asyncio import Redis

from game.live.clock import Clock
from game.live.deadlines import Deadlines
from game.live.feed import Feed
from game.live.rooms import Rooms
from server.actions.tickets import Tickets
from server.auth.sign_ins import SignIns
from server.limits import Limits
from server.live import protocol
from server.live.acts import Acts
from server.live.connection import Connection
from server.live.hub import Hub


class Live:
    """Nothing runs before `start`. The socket's route is `server.live.handler.room_socket`.

    Attributes:
        rooms: the engine, for whoever opens, ends or reads a room.
    """

    def __init__(self, redis: Redis, limits: Limits, sign_ins: SignIns, tickets: Tickets) -> None:
        self.clock = Clock(redis)
        self.rooms = Rooms(redis, self.clock)
        self.limits = limits
        self.sign_ins = sign_ins
        self._feed = Feed(redis, self.rooms)
        self._deadlines = Deadlines(redis, self.rooms)
        self._stopping = asyncio.Event()
        self._deadlines_task: asyncio.Task[None] | None = None
        self._ids = itertools.count()
        self._process = secrets.token_hex(4)
        self.hub = Hub(self.rooms, self._feed, self.clock.now)
        self._acts = Acts(self.rooms, self.hub, limits, tickets, self.new_id)

    async def start(self) -> None:
        await self.clock.start()
        await self._feed.start()
        await self.hub.start()
        self._deadlines_task = asyncio.create_task(
            self._deadlines.run(self._stopping), name="deadlines"
        )

    async def stop(self) -> None:
        self._stopping.set()
        if self._deadlines_task is not None:
            with suppress(asyncio.CancelledError):
                await self._deadlines_task
        await self.hub.stop()
        await self._feed.stop()
        await self.clock.stop()

    def new_id(self) -> str:
        """A connection's id: a later one is greater, on any process."""
        return f"{self.clock.now():013d}-{next(self._ids):010d}-{self._process}"

    # What a connection needs.

    def now(self) -> int:
        return self.clock.now()

    async def act(
        self, connection: Connection, message: protocol.FromClient, arrived_at: int
    ) -> None:
        await self._acts(connection, message, arrived_at)

    def ended(self, connection: Connection, code: int) -> None:
        self.hub.ended(connection, code)
