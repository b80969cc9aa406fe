"""Delivers what happens in the rooms that this process follows, in order and without a gap.

To follow a room, the feed subscribes to its channel, reads the room, and drops the messages that
the reading already includes. It reads the room again when a message does not follow the last one,
and when the subscription was renewed after a lost connection.
"""

import asyncio
import logging
from collections import deque
from typing import Final, Protocol

import msgspec

from game.errors import NotFound, Unavailable
from game.live import events
from game.live.events import Message, Tally
from game.live.keys import RoomKeys
from game.live.pubsub import PubSub
from game.live.room_view import RoomView, apply
from game.live.rooms import Rooms

MAX_BUFFERED_MESSAGES: Final = 1024
"""Messages kept while a room is being read. If there are more, the room is read once more."""
READ_RETRY_S: Final = 0.2
FIRST_READ_TIMEOUT_S: Final = 5.0

_log = logging.getLogger(__name__)


class Listener(Protocol):
    """The methods are called in order, one at a time. They must not block or raise."""

    def reset(self, view: RoomView) -> None:
        """The room was read: once at the start, then whenever messages may have been missed."""

    def updated(self, message: Message, view: RoomView) -> None:
        """The next message has arrived; `view` is the room after it."""

    def gone(self) -> None:
        """The room no longer exists. This is the last call."""


class Feed:
    """The rooms that this process follows. Each has one listener."""

    def __init__(self, channels: PubSub, rooms: Rooms) -> None:
        self._channels = channels
        self._rooms = rooms
        self._rooms_followed: dict[str, _FollowedRoom] = {}

    async def subscribe(self, session: str, listener: Listener) -> RoomView:
        """Follow a room. The listener's `reset` was called with the view that this returns.

        Raises:
            NotFound: `no_such_room`.
            Unavailable: the room could not be read in time.
        """
        if session in self._rooms_followed:
            raise ValueError("a room has one listener in a process")
        followed = self._rooms_followed[session] = _FollowedRoom(session, listener, self._rooms)
        try:
            await self._channels.subscribe(RoomKeys(session).channel, followed)
            async with asyncio.timeout(FIRST_READ_TIMEOUT_S):
                return await asyncio.shield(followed.first)
        except TimeoutError:
            await self.unsubscribe(session)
            raise Unavailable("unavailable", "The room cannot be read now; try again.") from None
        except BaseException:
            await self.unsubscribe(session)
            raise

    async def unsubscribe(self, session: str) -> None:
        followed = self._rooms_followed.pop(session, None)
        if followed is not None:
            followed.stop()
            await self._channels.unsubscribe(RoomKeys(session).channel)

    def stop(self) -> None:
        """Stop following all rooms. Call it after the channels were stopped."""
        for followed in self._rooms_followed.values():
            followed.stop()
        self._rooms_followed.clear()


class _FollowedRoom:
    """One room: its view, or the messages that arrive while the view is being read."""

    def __init__(self, session: str, listener: Listener, rooms: Rooms) -> None:
        self.first: asyncio.Future[RoomView] = asyncio.get_running_loop().create_future()
        self._session = session
        self._listener = listener
        self._rooms = rooms
        self._view: RoomView | None = None  # None while it is being read
        self._buffer: deque[Message] = deque(maxlen=MAX_BUFFERED_MESSAGES)
        self._reading: asyncio.Task[None] | None = None

    def stop(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self.first.cancel()

    def on_subscribed(self) -> None:
        self._read_again()

    def on_message(self, data: bytes) -> None:
        try:
            message = events.decode(data)
        except msgspec.MsgspecError:  # from a newer release, during an update
            _log.exception("A message of room %s was not understood.", self._session)
            self._read_again()
            return
        if self._view is None:
            self._buffer.append(message)
        else:
            self._apply(message, self._view)

    def _apply(self, message: Message, view: RoomView) -> None:
        ahead = message.version - view.version
        if ahead == (0 if isinstance(message, Tally) else 1):
            self._view = apply(view, message)
            self._listener.updated(message, self._view)
        elif ahead > 0:
            self._read_again()

    def _read_again(self) -> None:
        """Start a new reading. One that is under way may miss a message, so it is cancelled."""
        self._view = None
        self._buffer.clear()
        if self._reading is not None:
            self._reading.cancel()
        self._reading = asyncio.create_task(self._read(), name=f"read room {self._session}")

    async def _read(self) -> None:
        view = await self._read_until_it_works()
        if self._reading is not asyncio.current_task():
            return  # cancelled too late to notice: see `tasks.cancel_and_wait`
        self._reading = None
        if view is None:
            self._end()
            return
        self._view = view
        self._listener.reset(view)
        if not self.first.done():
            self.first.set_result(view)
        while self._buffer and self._view is not None:
            self._apply(self._buffer.popleft(), self._view)

    async def _read_until_it_works(self) -> RoomView | None:
        while True:
            try:
                return await self._rooms.view(self._session)
            except NotFound:
                return None
            except Unavailable:
                await asyncio.sleep(READ_RETRY_S)
            except Exception:  # noqa: BLE001  # otherwise the room would stand still here
                _log.exception("Room %s cannot be read.", self._session)
                await asyncio.sleep(READ_RETRY_S)

    def _end(self) -> None:
        if self.first.done():
            self._listener.gone()
        else:
            self.first.set_exception(NotFound("no_such_room", "There is no such room."))
