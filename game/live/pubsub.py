"""Redis pub/sub that tells its subscribers whenever messages may have been lost.

The client's own pub/sub object reconnects silently after some errors. Messages that are published
meanwhile are lost, and nobody notices. Here, a subscriber is called each time Redis confirms its
subscription, the first time and after each reconnection, and can read its data again.

On a cluster, there is one connection to each master that is needed. A channel is subscribed at the
master of its slot, because the scripts of its room publish there. Other nodes forward messages, but
a message is lost without notice when the link between two nodes breaks.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

from game.live.cluster import Cluster
from game.live.tasks import cancel_and_wait

PING_EVERY_S: Final = 0.4
LOST_AFTER_PINGS: Final = 3
"""After this many unanswered pings in a row, the connection is taken for dead."""
RECONNECT_S: Final = (0.02, 0.05, 0.1, 0.2, 0.4)
SLOT_CHECK_INTERVAL_S: Final = 0.25
"""How often it is checked whether a slot has moved to another master."""

_log = logging.getLogger(__name__)


class Subscriber(Protocol):
    """The methods are called by the task that reads, so they must not block or raise."""

    def on_subscribed(self) -> None:
        """The subscription is confirmed. Messages before this moment may have been missed."""

    def on_message(self, data: bytes) -> None:
        """A message was published."""


class PubSub:
    """The channels that this process listens to. Each has one subscriber."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._connections: dict[str, _NodeConnection] = {}  # by node; a single Redis is the node ""
        self._connection_of: dict[str, _NodeConnection] = {}  # by channel
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if isinstance(self._redis, Cluster):
            self._task = asyncio.create_task(self._follow_slots(), name="channels")

    async def stop(self) -> None:
        if self._task is not None:
            await cancel_and_wait(self._task)
            self._task = None
        await asyncio.gather(*(line.stop() for line in self._connections.values()))
        self._connections.clear()

    async def subscribe(self, channel: str, subscriber: Subscriber) -> None:
        """Return before the subscription is confirmed, also while Redis is unavailable."""
        node, connect = self._node_of_channel(channel)
        line = self._connections.get(node)
        if line is None:
            line = self._connections[node] = _NodeConnection(node, connect)
        self._connection_of[channel] = line
        await line.subscribe(channel, subscriber)

    async def unsubscribe(self, channel: str) -> None:
        line = self._connection_of.pop(channel, None)
        if line is not None:
            await line.unsubscribe(channel)

    def _node_of_channel(self, channel: str) -> tuple[str, Callable[[], AbstractConnection]]:
        if isinstance(self._redis, Cluster):
            return self._redis.node_of_channel(channel)
        return "", self._redis.connection_pool.make_connection

    async def _follow_slots(self) -> None:
        while True:
            await asyncio.sleep(SLOT_CHECK_INTERVAL_S)
            for channel in tuple(self._connection_of):
                await self._subscribe_at_master(channel)
            for line in tuple(self._connections.values()):
                if not line.subscribers:
                    del self._connections[line.node]
                    await line.stop()

    async def _subscribe_at_master(self, channel: str) -> None:
        line = self._connection_of.get(channel)  # none if it was unsubscribed meanwhile
        if line is not None and line.node != self._node_of_channel(channel)[0]:
            await self.subscribe(channel, line.subscribers[channel.encode()])
            await line.unsubscribe(channel)


class _NodeConnection:
    """A connection to one node, and the subscribers of the channels there."""

    def __init__(self, node: str, connect: Callable[[], AbstractConnection]) -> None:
        self.node = node
        self.subscribers: dict[bytes, Subscriber] = {}
        self._connect = connect
        self._connection: AbstractConnection | None = None
        self._sending = asyncio.Lock()
        self._pings = 0
        """Pings sent since the last message from Redis."""
        self._failures = 0
        """In a row. A Redis that is loading its data accepts connections but sends nothing."""
        self._task = asyncio.create_task(self._run(), name=f"channels at {node or 'Redis'}")

    async def stop(self) -> None:
        await cancel_and_wait(self._task)

    async def subscribe(self, channel: str, subscriber: Subscriber) -> None:
        self.subscribers[channel.encode()] = subscriber
        await self._send("SUBSCRIBE", channel)

    async def unsubscribe(self, channel: str) -> None:
        if self.subscribers.pop(channel.encode(), None) is not None:
            await self._send("UNSUBSCRIBE", channel)

    async def _run(self) -> None:
        while True:
            connection = self._connect()
            try:
                await connection.connect()  # type: ignore[no-untyped-call]
                await self._adopt(connection)
                await self._read(connection)
            except (RedisError, OSError) as error:
                if self._failures == 0:
                    _log.warning("The pub/sub connection was lost: %s", error)
            finally:
                self._connection = None
                await connection.disconnect(nowait=True)
            await asyncio.sleep(RECONNECT_S[min(self._failures, len(RECONNECT_S) - 1)])
            self._failures += 1

    async def _adopt(self, connection: AbstractConnection) -> None:
        async with self._sending:
            if self.subscribers:
                await connection.send_command("SUBSCRIBE", *self.subscribers, check_health=False)
            self._connection = connection

    async def _read(self, connection: AbstractConnection) -> None:
        """Pass messages on until the connection is lost or seems dead.

        A second task watches for silence, because a timeout on each read doubles its cost.
        """
        self._pings = 0
        watching = asyncio.create_task(self._watch(connection), name="silence")
        try:
            while True:
                reply = await connection.read_response(timeout=math.inf, disconnect_on_error=False)
                self._pings = self._failures = 0
                if isinstance(reply, list):
                    self._hand_on(reply)
        finally:
            await cancel_and_wait(watching)

    async def _watch(self, connection: AbstractConnection) -> None:
        while self._pings < LOST_AFTER_PINGS:
            await asyncio.sleep(PING_EVERY_S)
            self._pings += 1
            await self._send("PING")
        _log.warning("The pub/sub connection is silent.")
        await connection.disconnect(nowait=True)

    def _hand_on(self, reply: Sequence[bytes]) -> None:
        subscriber = self.subscribers.get(reply[1])
        if subscriber is None:
            return
        if reply[0] == b"message":
            subscriber.on_message(reply[2])
        elif reply[0] == b"subscribe":
            subscriber.on_subscribed()

    async def _send(self, *command: str) -> None:
        """Send if there is a connection. A new connection subscribes to all channels anyway."""
        async with self._sending:
            connection = self._connection
            if connection is None:
                return
            try:
                await connection.send_command(*command, check_health=False)
            except (RedisError, OSError):  # the task that reads notices it too
                self._connection = None
