"""Builds and connects everything live in one process: the engine, the hub and the dispatcher."""

import asyncio
import itertools
import secrets

import structlog
from redis.asyncio import Redis

from game.live.engine import Engine
from persistence.database import SessionFactory
from server import metrics
from server.auth.sign_ins import SignIns
from server.auth.tickets import Tickets
from server.limits import Limits
from server.live import protocol
from server.live.code_lookups import CodeLookups
from server.live.connection import Connection
from server.live.dispatcher import Dispatcher
from server.live.hub import Hub
from server.live.memory_guard import MemoryGuard
from server.live.overload_guard import OverloadGuard
from server.live.sign_in_watch import SignInWatch

STOP_WITHIN_S = 3.0

log = structlog.get_logger(__name__)


class LiveService:
    """Nothing runs before `start`. The sockets' route is `server.live.websocket_route.RoomSockets`.

    Attributes:
        rooms: the engine, for whoever opens, ends or reads a room.
    """

    def __init__(
        self,
        redis: Redis,
        limits: Limits,
        sign_ins: SignIns,
        tickets: Tickets,
        session_factory: SessionFactory,
    ) -> None:
        self._engine = Engine(redis, _note_lateness, metrics.ANSWER_BATCH.observe, limits.scale)
        self.clock, self.rooms = self._engine.clock, self._engine.rooms
        self.limits = limits
        self.sign_ins = sign_ins
        self._ids = itertools.count()
        self._process = secrets.token_hex(4)
        self.hub = Hub(self.rooms, self._engine.feed, self.clock.now)
        self.overload_guard = OverloadGuard()
        self.memory_guard = MemoryGuard(redis)
        self.code_lookups = CodeLookups(redis, self.rooms, limits, self.hub.session_of)
        self.sign_in_watch = SignInWatch(sign_ins, self._engine.channels)
        self._dispatcher = Dispatcher(
            self.rooms,
            self.hub,
            limits,
            self.code_lookups,
            tickets,
            self.sign_in_watch,
            self._admit_player,
            self.new_id,
            session_factory,
        )

    async def start(self) -> None:
        await self._engine.start()
        await self.sign_in_watch.start()
        await self.hub.start()
        self.overload_guard.start()
        self.memory_guard.start()
        self.code_lookups.start()

    async def stop(self) -> None:
        """Finish what is under way; with Redis away that could take as long as Redis is."""
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await self.overload_guard.stop()
                await self.memory_guard.stop()
                await self.code_lookups.stop()
                await self.hub.stop()
                await self.sign_in_watch.stop()
                await self._engine.stop()
        except TimeoutError:
            log.warning("live.not_finished", within_s=STOP_WITHIN_S)

    def _admit_player(self) -> None:
        self.overload_guard.admit()
        self.memory_guard.admit_player()

    def new_id(self) -> str:
        """A connection's id: a later one is greater, on any process."""
        return f"{self.clock.now():013d}-{next(self._ids):010d}-{self._process}"

    # Methods for connections.

    def now(self) -> int:
        return self.clock.now()

    async def dispatch(
        self, connection: Connection, message: protocol.FromClient, arrived_at: int
    ) -> None:
        await self._dispatcher(connection, message, arrived_at)

    def begin_answer(
        self, connection: Connection, answer: protocol.Answer, arrived_at: int
    ) -> asyncio.Future[None] | None:
        return self._dispatcher.answers.begin(connection, answer, arrived_at)

    def ended(self, connection: Connection, code: int) -> None:
        self.sign_in_watch.remove(connection)
        self.hub.ended(connection, code)


def _note_lateness(ms: int) -> None:
    metrics.DEADLINE_LATENESS.observe(ms / 1000)
