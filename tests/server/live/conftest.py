"""A room on a real server, and clients that speak to it over real sockets.

The server's PostgreSQL does not exist: nothing here may need it.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
from redis.asyncio import Redis

from game.live.clock import Clock
from game.live.rooms import Rooms
from game.rules.questions import Choice, MultipleChoice, Question
from game.rules.rooms import RoomSettings
from persistence.embedded import Addresses
from server.auth.sign_ins import SignIns
from server.settings import Settings
from tests.conftest import RunningServer
from tests.server.live.client import Client, connect

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
        explanation="It is Jakarta-ish.",
    )


@pytest.fixture
def settings(engines: Addresses, redis: Redis, tmp_path: Path) -> Settings:
    del redis  # emptied
    return Settings(
        database_url="postgresql+asyncpg://nobody@127.0.0.1:9/nothing",
        redis_url=engines.redis_url,
        secret_key="secret " * 8,
        data_dir=tmp_path / "data",
    )


@pytest.fixture
async def rooms(redis: Redis) -> AsyncIterator[Rooms]:
    """The engine, as another process would use it."""
    clock = Clock(redis)
    await clock.sample()
    rooms = Rooms(redis, clock)
    yield rooms
    await rooms.stop()


class Room(msgspec.Struct, frozen=True):
    """An open room, and where it is."""

    session: str
    code: str
    host: UUID
    token: str
    """The teacher's sign-in."""
    server: RunningServer

    def at(self, server: RunningServer) -> "Room":
        """The same room through another server."""
        return msgspec.structs.replace(self, server=server)

    async def connect(self, **options: object) -> Client:
        return await connect(f"{self.server.ws_url}/ws/rooms/{self.code}", **options)

    async def player(self, nickname: str, **fields: object) -> Client:
        client = await self.connect()
        await client.send("join", nickname=nickname, **fields)
        await client.hears("welcome")
        return client

    async def resumed(self, token: str) -> Client:
        client = await self.connect()
        await client.send("resume", token=token)
        return client

    async def hosting(self) -> Client:
        client = await self.connect(token=self.token)
        await client.send("host")
        await client.hears("welcome")
        return client

    async def projector(self) -> Client:
        client = await self.connect()
        await client.send("watch")
        await client.hears("welcome")
        return client


class Opening:
    """Opens rooms: `await open_room(questions, settings)`."""

    def __init__(self, redis: Redis, rooms: Rooms, server: RunningServer) -> None:
        self._redis = redis
        self._rooms = rooms
        self._server = server
        self._codes = 0

    async def __call__(
        self, *questions: Question, settings: RoomSettings = FAST, teacher: UUID | None = None
    ) -> Room:
        teacher = teacher or uuid4()
        session, self._codes = str(uuid4()), self._codes + 1
        code = f"ROOM{self._codes:02d}"
        await self._rooms.open(
            session=session,
            code=code,
            title="Capitals",
            host=str(teacher),
            questions=questions or (capital(), capital("And of Vietnam?", "b")),
            settings=settings,
        )
        token = await SignIns(self._redis).create(teacher, "teacher", "Ibu Sari")
        return Room(session, code, teacher, token, self._server)


@pytest.fixture
def open_room(redis: Redis, rooms: Rooms, server: RunningServer) -> Opening:
    return Opening(redis, rooms, server)


@pytest.fixture
async def room(open_room: Opening) -> Room:
    """A room with two questions, in its lobby, without a lead-in."""
    return await open_room()


@pytest.fixture
def second(serve: Callable[[Settings], RunningServer], settings: Settings) -> RunningServer:
    """Another web process on the same Redis."""
    return serve(settings)
