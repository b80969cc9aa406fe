"""A room on a real server, and clients that speak to it over real sockets.

The server's PostgreSQL does not exist: nothing here may need it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from random import SystemRandom
from uuid import UUID, uuid4

import msgspec
import pytest
from redis.asyncio import Redis

from game.live.clock import Clock
from game.live.rooms import Rooms
from game.rules import codes
from game.rules.questions import Choice, MultipleChoice, Question
from game.rules.rooms import RoomSettings
from persistence.embedded import Addresses
from server.client.addresses import room_address
from server.settings import Settings
from tests.conftest import SECRET_KEY, RunningServer, servers, sign_ins_on
from tests.server.live.client import Client, Door

FAST = RoomSettings(lead_in_ms=0)
CAPITALS = tuple(
    Choice(letter, city)
    for letter, city in zip("abcd", ("Jakarta", "Hanoi", "Manila", "Bangkok"), strict=True)
)


def capital(stem: str = "Capital of Indonesia?", key: str = "a", time_limit: int = 30) -> Question:
    return MultipleChoice(
        stem=stem,
        choices=CAPITALS,
        key=key,
        time_limit=time_limit,
        explanation="Since 1945.",
    )


@pytest.fixture(scope="session")
def live_settings(engines: Addresses, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        database_url="postgresql+asyncpg://nobody@127.0.0.1:9/nothing",
        redis_url=engines.redis_url,
        secret_key=SECRET_KEY,
        data_dir=tmp_path_factory.mktemp("live"),
    )


@pytest.fixture(scope="module")
def shared(live_settings: Settings) -> Iterator[RunningServer]:
    """One server for all tests of a module that do not need their own: rooms do not touch.

    It ends with the module, since it would fire the deadlines of other modules' tests too.
    """
    with servers() as start:
        yield start(live_settings)


@pytest.fixture
def settings(live_settings: Settings, redis: Redis) -> Settings:
    del redis  # emptied
    return live_settings


@pytest.fixture
def server(shared: RunningServer, redis: Redis) -> RunningServer:
    del redis  # emptied
    return shared


@pytest.fixture
async def clients() -> AsyncIterator[list[Client]]:
    """All clients of a test, closed at its end."""
    clients: list[Client] = []
    yield clients
    for client in clients:
        client.socket.transport.abort()
    await asyncio.gather(*(client.socket.wait_closed() for client in clients))


@pytest.fixture
async def rooms(redis: Redis) -> AsyncIterator[Rooms]:
    """The engine, as another process would use it."""
    clock = Clock(redis)
    await clock.sample()
    rooms = Rooms(redis, clock)
    yield rooms
    await rooms.stop()


class Room(Door, msgspec.Struct, frozen=True, eq=False):
    """An open room, and where it is."""

    session: str
    code: str
    teacher: UUID
    token: str
    server: RunningServer
    clients: list[Client]

    @property
    def room_address(self) -> str:
        return room_address(self.server.ws_url, self.code)

    def at(self, server: RunningServer) -> "Room":
        """The same room through another server."""
        return msgspec.structs.replace(self, server=server)


class Opening:
    """Opens rooms: `await open_room(questions, settings)`."""

    def __init__(
        self, redis: Redis, rooms: Rooms, server: RunningServer, clients: list[Client]
    ) -> None:
        self._redis = redis
        self._rooms = rooms
        self._server = server
        self._clients = clients
        self._random = SystemRandom()

    async def __call__(
        self, *questions: Question, settings: RoomSettings = FAST, teacher: UUID | None = None
    ) -> Room:
        teacher = teacher or uuid4()
        session = str(uuid4())
        code = codes.quiz_code(self._random)
        await self._rooms.open(
            session=session,
            code=code,
            title="Capitals",
            host=str(teacher),
            questions=questions or (capital(), capital("And of Vietnam?", "b")),
            settings=settings,
        )
        token = await sign_ins_on(self._redis).create(teacher, "teacher", "Ibu Sari")
        return Room(session, code, teacher, token, self._server, self._clients)


@pytest.fixture
def open_room(redis: Redis, rooms: Rooms, server: RunningServer, clients: list[Client]) -> Opening:
    return Opening(redis, rooms, server, clients)


@pytest.fixture
async def room(open_room: Opening) -> Room:
    """A room with two questions, in its lobby, without a lead-in."""
    return await open_room()


@pytest.fixture
def second(serve: Callable[[Settings], RunningServer], settings: Settings) -> RunningServer:
    """Another web process on the same Redis."""
    return serve(settings)
