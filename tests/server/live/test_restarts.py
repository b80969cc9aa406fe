"""A server that is told to stop: it finishes what was begun, says 1012, and is gone soon."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis

from server.live import websocket
from server.live.error_codes import CloseCode
from server.live.protocol import Watch
from tests.conftest import RunningServer
from tests.server.live.client import WAIT_S, Client, Deaf
from tests.server.live.conftest import Room

LONG_MS = 10_000


@pytest.fixture
async def held(redis: Redis) -> AsyncIterator[Redis]:
    """Redis, which can be told to let what would change something wait."""
    yield redis
    await redis.client_unpause()


async def answering(room: Room, second: RunningServer, held: Redis) -> Client:
    """A player whose answer is on its way when the second server is told to stop."""
    host, anna = await room.host(), await room.at(second).player("Anna")
    await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    await held.client_pause(LONG_MS, all=False)
    await anna.send("answer", question=0, response="a")
    await anna.quiet()  # the server has it
    second.stop()
    return anna


async def test_an_answer_on_its_way_is_answered_before_the_close(
    room: Room, second: RunningServer, held: Redis
) -> None:
    watching = await room.at(second).projector()
    anna = await answering(room, second, held)
    assert await watching.closed() == CloseCode.RESTART  # the stop has begun
    await held.client_unpause()
    await anna.hears("answered", question=0)
    assert await anna.closed() == CloseCode.RESTART
    again = await room.resumed(anna.token)
    assert (await again.hears("welcome"))["room"]["you"]["response"] == "a"


async def test_who_waits_too_long_for_an_answer_is_sent_away_without(
    room: Room, second: RunningServer, held: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "FINISH_WITHIN_S", 0.2)
    anna = await answering(room, second, held)
    assert await anna.closed() == CloseCode.RESTART
    assert not [message for message in anna.messages if message["type"] == "answered"]


async def test_who_does_not_close_is_cut_off(room: Room, second: RunningServer) -> None:
    deaf = await Deaf.connect(room.at(second).room_address)
    deaf.say(Watch())
    assert await deaf.reader.read(1)
    second.stop()
    async with asyncio.timeout(WAIT_S):
        with contextlib.suppress(ConnectionError):
            while await deaf.reader.read(100_000):
                pass
    await deaf.close()


async def test_a_request_under_way_is_answered(room: Room, second: RunningServer) -> None:
    watching = await room.at(second).projector()
    address = urlsplit(second.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n")
    writer.write(b"Content-Type: application/json\r\n\r\n{")
    await watching.quiet()  # the server has read the request's first half too
    second.stop()
    assert await watching.closed() == CloseCode.RESTART
    writer.write(b"}")
    async with asyncio.timeout(WAIT_S):
        answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 422 ")
    assert b"connection: close" in answer.lower()
