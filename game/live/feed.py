"""What happens in the rooms that this process looks at. (Signatures; the engine follows.)"""

from typing import Protocol

from redis.asyncio import Redis

from game.live.events import Message
from game.live.rooms import Rooms
from game.live.view import RoomView


class Listener(Protocol):
    """Called from the feed's own task, in order; must not block or raise."""

    def reset(self, view: RoomView) -> None:
        """The room read afresh: once at the start, then whenever messages may have been missed."""

    def heard(self, message: Message, view: RoomView) -> None:
        """The next message, and the room after it."""


class Feed:
    """Subscribe, read, drop what was read; gaps and lost connections end in `reset`."""

    def __init__(self, redis: Redis, rooms: Rooms) -> None: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def subscribe(self, session: str, listener: Listener) -> RoomView:
        """Follow a room; one listener a room. Its `reset` was called when this returns.

        Raises NotFound("no_such_room") or Unavailable.
        """
        raise NotImplementedError

    async def unsubscribe(self, session: str) -> None: ...
