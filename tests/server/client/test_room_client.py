"""A client that stays in a room: it reconnects by itself, and stops when it is refused for good."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import msgspec
import pytest

from server.client import retries
from server.client.addresses import room_address
from server.client.room_client import HelloRefusedError, RoomClient
from server.client.seat import Seat
from server.live.error_codes import CloseCode
from server.live.protocol import Hello, Ping, Pong, ToClient, Welcome
from tests.server.live.client import WAIT_S
from tests.server.live.conftest import Room


class Guest(RoomClient):
    def __init__(self, room: Room, nickname: str) -> None:
        super().__init__([room_address(room.server.url, room.code)], Random(1))
        self.seat = Seat(nickname)
        self.news: asyncio.Queue[ToClient] = asyncio.Queue()

    def hello(self) -> Hello:
        return self.seat.hello()

    def on_message(self, message: ToClient) -> None:
        if isinstance(message, Welcome):
            self.seat.welcomed(message)
        self.news.put_nowait(message)

    async def hears(self, kind: type[ToClient]) -> ToClient:
        async with asyncio.timeout(WAIT_S):
            while not isinstance(message := await self.news.get(), kind):
                pass
        return message


@asynccontextmanager
async def staying(guest: Guest) -> AsyncIterator[asyncio.Task[int]]:
    staying = asyncio.create_task(guest.run())
    yield staying
    staying.cancel()
    await asyncio.wait([staying])


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_WAIT_S", 0.01)


async def test_who_loses_the_connection_comes_back_to_the_same_seat(room: Room) -> None:
    guest = Guest(room, "Ani")
    async with staying(guest):
        await guest.hears(Welcome)
        seat = guest.seat.id
        guest.drop()
        await guest.hears(Welcome)
        assert guest.seat.id == seat
        guest.send(Ping(5))
        await guest.hears(Pong)


async def test_leaving_ends_it_after_the_next_message(room: Room) -> None:
    guest = Guest(room, "Ani")
    async with staying(guest) as ended:
        await guest.hears(Welcome)
        guest.leave()
        guest.send(Ping(5))
        assert await asyncio.wait_for(ended, WAIT_S) == CloseCode.ABNORMAL
    assert not guest.is_welcomed


async def test_a_room_that_is_not_there_is_not_asked_for_again(room: Room) -> None:
    nowhere = msgspec.structs.replace(room, code="ZZZZZZ")
    code = await asyncio.wait_for(Guest(nowhere, "Ani").run(), WAIT_S)
    assert code == CloseCode.NO_SUCH_ROOM


async def test_a_refusal_for_good_is_an_error(room: Room) -> None:
    await room.player("Ani")
    with pytest.raises(HelloRefusedError, match="already has this"):
        await asyncio.wait_for(Guest(room, "Ani").run(), WAIT_S)
