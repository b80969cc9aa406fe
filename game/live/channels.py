"""Pub/sub over one connection that this process keeps, and renews when it is lost.

The client's own pub/sub object reconnects silently after some errors, and what was published
meanwhile is missed unnoticed. Here, each channel hears of every subscription that Redis has
confirmed, the first and any later one, and reads afresh what it may have missed.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

from game.live.tasks import end

PING_AFTER_S: Final = 0.5
LOST_AFTER_PINGS: Final = 3
"""Silence on this many pings in a row means that the connection is dead, though nobody said so."""
RECONNECT_S: Final = (0.02, 0.05, 0.1, 0.2, 0.4)

_log = logging.getLogger(__name__)


class Subscriber(Protocol):
    """Called from the task that reads; must not block or raise."""

    def subscribed(self) -> None:
        """From now on everything is heard; what was published before may have been missed."""

    def hear(self, data: bytes) -> None:
        """A message."""


class Channels:
    """The channels that this process listens to, one subscriber each."""

    def __init__(self, redis: Redis) -> None:
        self._connect: Callable[[], AbstractConnection] = redis.connection_pool.make_connection
        self._subscribers: dict[bytes, Subscriber] = {}
        self._connection: AbstractConnection | None = None
        self._sending = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="channels")

    async def stop(self) -> None:
        if self._task is not None:
            await end(self._task)
            self._task = None

    async def subscribe(self, channel: str, subscriber: Subscriber) -> None:
        """Returns before the subscription is confirmed, and even while Redis is away."""
        self._subscribers[channel.encode()] = subscriber
        await self._send("SUBSCRIBE", channel)

    async def unsubscribe(self, channel: str) -> None:
        if self._subscribers.pop(channel.encode(), None) is not None:
            await self._send("UNSUBSCRIBE", channel)

    async def _run(self) -> None:
        failures = 0
        while True:
            connection = self._connect()
            try:
                await connection.connect()  # type: ignore[no-untyped-call]
                await self._adopt(connection)
                failures = 0
                await self._read(connection)
            except (RedisError, OSError) as error:
                if failures == 0:
                    _log.warning("The pub/sub connection was lost: %s", error)
            finally:
                self._connection = None
                await connection.disconnect(nowait=True)
            await asyncio.sleep(RECONNECT_S[min(failures, len(RECONNECT_S) - 1)])
            failures += 1

    async def _adopt(self, connection: AbstractConnection) -> None:
        async with self._sending:
            if self._subscribers:
                await connection.send_command("SUBSCRIBE", *self._subscribers, check_health=False)
            self._connection = connection

    async def _read(self, connection: AbstractConnection) -> None:
        """Hand on what comes; return when the connection seems dead."""
        silent = 0
        while silent < LOST_AFTER_PINGS:
            reply = await connection.read_response(timeout=PING_AFTER_S, disconnect_on_error=False)
            if reply is not None:
                silent = 0
                if isinstance(reply, list):
                    self._hand_on(reply)
                continue
            silent += 1
            await self._send("PING")
        _log.warning("The pub/sub connection is silent.")

    def _hand_on(self, reply: Sequence[bytes]) -> None:
        subscriber = self._subscribers.get(reply[1])
        if subscriber is None:
            return
        if reply[0] == b"message":
            subscriber.hear(reply[2])
        elif reply[0] == b"subscribe":
            subscriber.subscribed()

    async def _send(self, *command: str) -> None:
        """Send if there is a connection; the next one starts with all channels anyway."""
        async with self._sending:
            connection = self._connection
            if connection is None:
                return
            try:
                await connection.send_command(*command, check_health=False)
            except (RedisError, OSError):  # the reader notices too
                self._connection = None
