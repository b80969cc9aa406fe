"""Follows each room in which this process has connections, for as long as one needs it."""

import asyncio
from collections.abc import Callable, Coroutine

import structlog

from game.errors import Refusal
from game.live.feed import Feed
from game.live.rooms import Rooms
from game.live.tasks import cancel_and_wait
from server import metrics
from server.live.broadcaster import Broadcaster
from server.live.connection import Connection
from server.live.error_codes import CloseCode

LINGER_S = 5.0  # a class that reloads its pages must not cause the room to be read again
HEARTBEAT_INTERVAL_S = 10.0

log = structlog.get_logger(__name__)

_PLAYER_STAYS = frozenset({CloseCode.RESTART, CloseCode.CONNECTED_ELSEWHERE, CloseCode.KICKED})


class Hub:
    def __init__(self, rooms: Rooms, feed: Feed, now: Callable[[], int]) -> None:
        self._rooms = rooms
        self._feed = feed
        self._now = now
        self._broadcasters: dict[str, Broadcaster] = {}
        self._places: dict[Connection, Broadcaster] = {}
        self._subscriptions: dict[str, asyncio.Task[None]] = {}
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self.spawn(self._heartbeat())

    async def stop(self) -> None:
        for broadcaster in self._broadcasters.values():
            broadcaster.stop()
        tasks = [*self._tasks, *self._subscriptions.values(), *self._leaving.values()]
        await asyncio.gather(*map(cancel_and_wait, tasks))

    def session_of(self, code: str) -> str | None:
        """The session of the room with this code, if it is followed here and not over."""
        for broadcaster in self._broadcasters.values():
            view = broadcaster.view
            if view is not None and view.current_code == code and view.state.finished_at is None:
                return broadcaster.session
        return None

    # Rooms are counted by those who need them.

    async def acquire(self, session: str) -> Broadcaster:
        """Follow a room until `release`. After NotFound or Unavailable, no `release` is needed."""
        if (leaving := self._leaving.get(session)) is not None:
            await asyncio.shield(leaving)
        broadcaster = self._broadcasters.get(session)
        if broadcaster is None:
            broadcaster = self._open(session)
        broadcaster.holders += 1
        try:
            await asyncio.shield(self._subscriptions[session])
        except BaseException:
            self.release(broadcaster)
            raise
        return broadcaster

    def release(self, broadcaster: Broadcaster) -> None:
        broadcaster.holders -= 1
        if broadcaster.holders == 0:
            asyncio.get_running_loop().call_later(LINGER_S, self._close_if_idle, broadcaster)

    def _open(self, session: str) -> Broadcaster:
        broadcaster = self._broadcasters[session] = Broadcaster(session, self._now)
        self._subscriptions[session] = asyncio.create_task(self._follow(broadcaster), name="follow")
        metrics.ROOMS.inc()
        return broadcaster

    async def _follow(self, broadcaster: Broadcaster) -> None:
        try:
            await self._feed.subscribe(broadcaster.session, broadcaster)
        except BaseException:
            self._forget(broadcaster)
            raise

    def _close_if_idle(self, broadcaster: Broadcaster) -> None:
        if broadcaster.holders == 0 and self._broadcasters.get(broadcaster.session) is broadcaster:
            self._forget(broadcaster)
            leaving = asyncio.create_task(self._unfollow(broadcaster.session), name="unfollow")
            self._leaving[broadcaster.session] = leaving

    def _forget(self, broadcaster: Broadcaster) -> None:
        broadcaster.stop()
        del self._broadcasters[broadcaster.session]
        del self._subscriptions[broadcaster.session]
        metrics.ROOMS.dec()

    async def _unfollow(self, session: str) -> None:
        try:
            await self._feed.unsubscribe(session)
        finally:
            del self._leaving[session]

    # Connections enter and leave.

    def seat(
        self, connection: Connection, broadcaster: Broadcaster, token: str | None = None
    ) -> None:
        """Add a connection whose role is known to the broadcaster that it has acquired."""
        self._places[connection] = broadcaster
        metrics.SOCKETS.labels(connection.role).inc()
        broadcaster.enter(connection, token)

    def broadcaster_of(self, connection: Connection) -> Broadcaster | None:
        return self._places.get(connection)

    def ended(self, connection: Connection, code: int) -> None:
        if code == CloseCode.TOO_SLOW:
            metrics.SOCKETS_CLOSED_SLOW.inc()
        broadcaster = self._places.pop(connection, None)
        if broadcaster is None:
            return
        metrics.SOCKETS.labels(connection.role).dec()
        broadcaster.exit(connection)
        self.release(broadcaster)
        if connection.player is not None and code not in _PLAYER_STAYS:
            self.spawn(self.leave(connection.session, connection.player.id, connection.id))

    async def leave(self, session: str, player: str, connection: str) -> None:
        try:
            await self._rooms.leave(session, player, connection)
        except Refusal as refusal:  # then the player's presence ends by itself in half a minute
            log.info("live.not_left", room=session, refusal=refusal.code)

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("live.task_failed", exc_info=error)

    async def _heartbeat(self) -> None:
        """Keep the players of this process connected. Without this, they are absent after 30 s."""
        while True:
            await asyncio.sleep(HEARTBEAT_INTERVAL_S)
            for broadcaster in tuple(self._broadcasters.values()):
                await self._heartbeat_room(broadcaster)

    async def _heartbeat_room(self, broadcaster: Broadcaster) -> None:
        here = dict(broadcaster.players)
        ids = {player: connection.id for player, connection in here.items()}
        try:
            stayed = await self._rooms.heartbeat(broadcaster.session, ids)
            for player in stayed.elsewhere:
                here[player].close(CloseCode.CONNECTED_ELSEWHERE, "connected again elsewhere")
            for player in stayed.unseated:
                here[player].close(CloseCode.UNAVAILABLE, "gone too long; come back")
        except Refusal as refusal:
            log.info("live.not_stayed", room=broadcaster.session, refusal=refusal.code)
        except Exception:
            log.exception("live.stay_failed", room=broadcaster.session)
        for player, connection in here.items():
            if connection.gone:  # Redis may have got its end before the heartbeat
                await self.leave(broadcaster.session, player, connection.id)
