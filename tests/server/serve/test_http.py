"""Requests that do not end, over real sockets."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send
from prometheus_client.registry import REGISTRY

from server.serve import http
from tests.conftest import START_SECONDS, wait_for
from tests.server.live.client import connect

SOON_S = 0.5
LARGE_BYTES = 16 * 1024 * 1024  # more than the kernel buffers
Link = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads a request, thinks about it for longer than a request may take to come, answers."""
    if scope["type"] == ScopeType.WEBSOCKET:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    more = True
    while more and scope["type"] == ScopeType.HTTP:
        request = await receive()
        if request["type"] == "http.disconnect":
            return
        more = request["type"] == "http.request" and request["more_body"]
    await asyncio.sleep(2 * SOON_S if scope["path"] == "/slow" else 0)
    if scope["type"] == ScopeType.WEBSOCKET:
        await send({"type": "websocket.send", "text": "still here", "bytes": None})
        return
    body = b"x" * LARGE_BYTES if scope["path"] == "/large" else b"ok"
    length = str(len(body)).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]}
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """Where a server listens that expects requests to be whole soon."""
    monkeypatch.setattr(http, "REQUEST_WITHIN_S", SOON_S)
    monkeypatch.setattr(http, "READ_WITHIN_S", SOON_S)
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            http=http.BoundedHttpProtocol,
            ws="websockets-sansio",
            port=0,
            timeout_keep_alive=1,
            lifespan="off",
            log_config=None,
            loop="uvloop",
        )
    )
    thread = threading.Thread(target=server.run, name="server", daemon=True)
    thread.start()
    wait_for(lambda: server.started, "the server to start")
    yield server.servers[0].sockets[0].getsockname()
    server.should_exit = True
    thread.join(START_SECONDS)


@asynccontextmanager
async def link(address: tuple[str, int], first: bytes) -> AsyncIterator[Link]:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(first)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """What still comes until the server closes."""
    async with asyncio.timeout(10 * SOON_S):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


def closed_slow() -> float:
    return REGISTRY.get_sample_value("kuis_http_connections_closed_slow_total") or 0.0


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10 * SOON_S):
        while not condition():  # noqa: ASYNC110  # another thread
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"\r\n",
        b"GET / HTT",
        b"GET /ws/rooms/ABCDEF HTTP/1.1\r\nUpgrade: websocket\r\n",
        b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    ],
)
async def test_who_never_finishes_a_request_is_cut_off(
    address: tuple[str, int], first: bytes
) -> None:
    async with link(address, first) as (reader, _):
        assert b"200" not in await rest(reader)


async def test_drops_of_a_request_do_not_buy_time(address: tuple[str, int]) -> None:
    async with link(address, b"GET / HTTP/1.1\r\nX-Drops: ") as (reader, writer):

        async def drip() -> None:
            while not writer.is_closing():
                writer.write(b"a")
                await asyncio.sleep(SOON_S / 10)

        dripping = asyncio.create_task(drip())
        assert await rest(reader) == b""
        dripping.cancel()


@pytest.mark.parametrize("head", [b"GET / HTTP/1.1\r\nX-Long: ", b"GET /"])
async def test_a_head_without_end_is_refused(address: tuple[str, int], head: bytes) -> None:
    async with link(address, head + b"a" * (http.HEAD_MAX_BYTES + 1)) as (reader, _):
        assert (await rest(reader)).startswith(b"HTTP/1.1 431 ")


async def test_a_body_may_be_larger_than_a_head(address: tuple[str, int]) -> None:
    body = b"a" * (12 * http.HEAD_MAX_BYTES)
    ask = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with link(address, ask) as (reader, writer):
        for _ in range(20):  # in whatever pieces it comes
            writer.write(body)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            assert await reader.readexactly(2) == b"ok"
            writer.write(ask)


async def test_a_connection_may_ask_again_and_again(address: tuple[str, int]) -> None:
    ask = b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 40_000 + b"\r\n\r\n"
    async with link(address, ask) as (reader, writer):
        for _ in range(4):
            assert b"200" in await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(SOON_S / 2)
            writer.write(ask)


async def test_an_answer_may_take_longer_than_a_request(address: tuple[str, int]) -> None:
    ask = b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}\r\n"
    async with link(address, ask) as (reader, _):
        assert b"200" in await reader.readuntil(b"\r\n\r\n")


@pytest.mark.parametrize("rest_of_head", [b"", b"Connection: close\r\n"])
async def test_who_does_not_read_an_answer_is_cut_off(
    address: tuple[str, int], rest_of_head: bytes
) -> None:
    before = closed_slow()
    ask = b"GET /large HTTP/1.1\r\nHost: x\r\n" + rest_of_head + b"\r\n"
    async with link(address, ask) as (reader, _):
        await reader.readuntil(b"\r\n\r\n")
        await until(lambda: closed_slow() > before)
        assert len(await rest(reader)) < LARGE_BYTES


async def test_who_reads_slowly_but_steadily_gets_it_all(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ_WITHIN_S", 0.1)
    before, read = closed_slow(), 0
    async with link(address, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n") as (reader, _):
        await reader.readuntil(b"\r\n\r\n")
        while read < LARGE_BYTES:
            read += len(await reader.readexactly(1024 * 1024))
            await asyncio.sleep(0.05)
    assert closed_slow() == before


async def test_an_idle_connection_is_closed(address: tuple[str, int]) -> None:
    async with link(address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") as (reader, _):
        assert (await rest(reader)).endswith(b"ok")


async def test_only_so_many_requests_wait_for_an_answer(address: tuple[str, int]) -> None:
    ask = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
    async with link(address, ask * (http.BEHIND_MOST + 2)) as (reader, _):
        assert (await rest(reader)).startswith(b"HTTP/1.1 400 ")


async def test_some_requests_may_wait_for_an_answer(address: tuple[str, int]) -> None:
    ask = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    async with link(address, ask * http.BEHIND_MOST) as (reader, _):
        assert (await rest(reader)).count(b" 200 ") == http.BEHIND_MOST


async def test_a_socket_stays(address: tuple[str, int]) -> None:
    client = await connect(f"ws://{address[0]}:{address[1]}/slow")
    async with asyncio.timeout(10 * SOON_S):
        assert await client.socket.recv() == "still here"
    await client.close()
