"""A server that expects requests to be whole soon, and what is sent to it over real sockets."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import pytest
import uvicorn
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send
from prometheus_client.registry import REGISTRY

from server.connection_limiter import ConnectionLimiter
from server.serve import http
from tests.conftest import START_SECONDS, wait_for

SOON_S = 0.5


LARGE_BYTES = 16 * 1024 * 1024  # more than the kernel buffers


ENDED: list[str] = []
"""Paths of requests that ended before their body did."""
Link = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads a request, thinks about it for longer than a request may take to come, answers."""
    if scope["type"] == ScopeType.WEBSOCKET:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    more = scope["path"] != "/early"
    while more and scope["type"] == ScopeType.HTTP:
        request = await receive()
        if request["type"] == "http.disconnect":
            ENDED.append(scope["path"])
            return
        more = request["type"] == "http.request" and request["more_body"]
    await asyncio.sleep(2 * SOON_S if scope["path"] == "/slow" else 0)
    if scope["type"] == ScopeType.WEBSOCKET:
        await send({"type": "websocket.send", "text": "still here", "bytes": None})
        return
    body = b"x" * LARGE_BYTES if scope["path"] == "/large" else b"ok"
    if scope["path"] == "/headers":
        body = b",".join(name for name, _ in scope["headers"])
    length = str(len(body)).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]}
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


@pytest.fixture
def address(server: uvicorn.Server) -> tuple[str, int]:
    """Where it listens."""
    address: tuple[str, int] = server.servers[0].sockets[0].getsockname()
    return address


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[uvicorn.Server]:
    """A server that expects requests to be whole soon."""
    monkeypatch.setattr(http, "HEAD_WITHIN_S", SOON_S)
    monkeypatch.setattr(http, "REQUEST_WITHIN_S", SOON_S)
    monkeypatch.setattr(http, "READ_WITHIN_S", SOON_S)
    monkeypatch.setattr(http, "LINGER_S", SOON_S / 5)
    protocol = partial(http.BoundedHttpProtocol, limiter=ConnectionLimiter(1024))
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            http=cast("Any", protocol),  # Any: typed as a class, but only called
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
    yield server
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


def refused(status: str) -> float:
    labels = {"status": status}
    return REGISTRY.get_sample_value("kuis_http_refused_total", labels) or 0.0


def closed_slow() -> float:
    return REGISTRY.get_sample_value("kuis_http_connections_closed_slow_total") or 0.0


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10 * SOON_S):
        while not condition():  # noqa: ASYNC110  # another thread
            await asyncio.sleep(0.02)
