"""The rooms that this process has sockets in: each followed while somebody needs it."""

import asyncio
from collections.abc import Callable, Coroutine

import structlog

from game.errors import Refusal
from game.live.feed import Feed
from game.live.rooms import Rooms
from game.live.tasks import end
from server import metrics
from server.live.codes import CloseCode
from server.live.connection import Connection
from server.live.stage import Stage

LINGER_S = 5.0  # a class that reloads its pages must not make the room be read anew
STAY_EVERY_S = 10.0

log = structlog.get_logger(__name__)

_still_there = frozenset({CloseCode.RESTART, CloseCode.CONNECTED_ELSEWHERE, CloseCode.KICKED})


class Hub:
    def __init__(self, rooms: Rooms, feed: Feed, now: Callable[[], int]) -> None:
        self._rooms = rooms
        self._feed = feed
        self._now = now
        self._stages: dict[str, Stage] = {}
        self._places: dict[Connection, Stage] = {}
        self._following: dict[str, asyncio.Task[None]] = {}
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self.spawn(self._stay())

    async def stop(self) -> None:
        for stage in self._stages.values():
            stage.stop()
        tasks = [*self._tasks, *self._following.values(), *self._leaving.values()]
        await asyncio.gather(*map(end, tasks))

    def session_of(self, code: str) -> str | None:
        """The session of a running room that is followed here, by its code."""
        for stage in self._stages.values():
            view = stage.view
            if view is not None and view.current_code == code and view.state.finished_at is None:
                return stage.session
        return None

    # Who needs a room holds it.

    async def hold(self, session: str) -> Stage:
        """Follow a room until `release`. Raises NotFound or Unavailable, then holds nothing."""
        if (leaving := self._leaving.get(session)) is not None:
            await asyncio.shield(leaving)
        stage = self._stages.get(session)
        if stage is None:
            stage = self._open(session)
        stage.held += 1
        try:
            await asyncio.shield(self._following[session])
        except BaseException:
            self.release(stage)
            raise
        return stage

    def release(self, stage: Stage) -> None:
        stage.held -= 1
        if stage.held == 0:
            asyncio.get_running_loop().call_later(LINGER_S, self._close_if_idle, stage)

    def _open(self, session: str) -> Stage:
        stage = self._stages[session] = Stage(session, self._now)
        self._following[session] = asyncio.create_task(self._follow(stage), name="follow")
        metrics.ROOMS.inc()
        return stage

    async def _follow(self, stage: Stage) -> None:
        try:
            await self._feed.subscribe(stage.session, stage)
        except BaseException:
            self._forget(stage)
            raise

    def _close_if_idle(self, stage: Stage) -> None:
        if stage.held == 0 and self._stages.get(stage.session) is stage:
            self._forget(stage)
            leaving = asyncio.create_task(self._unfollow(stage.session), name="unfollow")
            self._leaving[stage.session] = leaving

    def _forget(self, stage: Stage) -> None:
        stage.stop()
        del self._stages[stage.session]
        del self._following[stage.session]
        metrics.ROOMS.dec()

    async def _unfollow(self, session: str) -> None:
        try:
            await self._feed.unsubscribe(session)
        finally:
            del self._leaving[session]

    # Sockets come and go.

    def seat(self, connection: Connection, stage: Stage, token: str | None = None) -> None:
        """Put a connection that knows its role on a stage that it holds."""
        self._places[connection] = stage
        metrics.SOCKETS.labels(connection.role).inc()
        stage.enter(connection, token)

    def stage_of(self, connection: Connection) -> Stage | None:
        return self._places.get(connection)

    def ended(self, connection: Connection, code: int) -> None:
        if code == CloseCode.TOO_SLOW:
            metrics.SOCKETS_CLOSED_SLOW.inc()
        stage = self._places.pop(connection, None)
        if stage is None:
            return
        metrics.SOCKETS.labels(connection.role).dec()
        stage.exit(connection)
        self.release(stage)
        if connection.player is not None and code not in _still_there:
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

    async def _stay(self) -> None:
        """Says every 10 s who is here; what is not said for 30 s is gone."""
        while True:
            await asyncio.sleep(STAY_EVERY_S)
            for stage in tuple(self._stages.values()):
                await self._stay_in(stage)

    async def _stay_in(self, stage: Stage) -> None:
        here = dict(stage.players)
        ids = {player: connection.id for player, connection in here.items()}
        try:
            stayed = await self._rooms.stay(stage.session, ids)
            for player in stayed.elsewhere:
                here[player].close(CloseCode.CONNECTED_ELSEWHERE, "connected again elsewhere")
            for player in stayed.unseated:
                here[player].close(CloseCode.UNAVAILABLE, "gone too long; come back")
        except Refusal as refusal:
            log.info("live.not_stayed", room=stage.session, refusal=refusal.code)
        except Exception:
            log.exception("live.stay_failed", room=stage.session)
        for player, connection in here.items():
            if connection.gone:  # meanwhile, and perhaps Redis heard of it first
                await self.leave(stage.session, player, connection.id)
