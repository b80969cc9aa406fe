"""Requests that do not end, or are larger than they may be."""

import asyncio
from contextlib import AsyncExitStack

import pytest
import uvicorn

from game.live.tasks import cancel_and_wait
from server.serve import http
from tests.conftest import START_SECONDS
from tests.server.serve.http.conftest import (
    ENDED,
    SOON_S,
    link,
    refused,
    rest,
    until,
)


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


async def test_a_head_has_less_time_than_a_body(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "REQUEST_WITHIN_S", START_SECONDS)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"
    async with link(address, head) as (uploading, writer), link(address, head[:-2]) as (slow, _):
        assert await rest(slow) == b""
        writer.write(b"a")
        assert b"200" in await uploading.readuntil(b"\r\n\r\n")


async def test_drops_of_a_request_do_not_buy_time(address: tuple[str, int]) -> None:
    async with link(address, b"GET / HTTP/1.1\r\nX-Drops: ") as (reader, writer):

        async def drip() -> None:
            while not writer.is_closing():
                writer.write(b"a")
                await asyncio.sleep(SOON_S / 10)

        dripping = asyncio.create_task(drip())
        assert await rest(reader) == b""
        await cancel_and_wait(dripping)


@pytest.mark.parametrize("head", [b"GET / HTTP/1.1\r\nX-Long: ", b"GET /"])
async def test_a_head_without_end_is_refused(address: tuple[str, int], head: bytes) -> None:
    async with link(address, head + b"a" * (http.HEAD_MAX_BYTES + 1)) as (reader, _):
        assert (await rest(reader)).startswith(b"HTTP/1.1 431 ")


CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


TOO_MUCH = b"a" * (2 * http.HEAD_MAX_BYTES)


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + TOO_MUCH + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 20_000 + b"\r\n",
        b"GET /" + TOO_MUCH + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * http.HEADERS_MAX + b"\r\n",
        CHUNKED + b"0\r\nX-Endless: " + TOO_MUCH,
        CHUNKED + b"0\r\nX-Long: " + TOO_MUCH + b"\r\n\r\n",
        CHUNKED + b"0\r\n" + b"a: b\r\n" * 20_000,
        CHUNKED + b"1;" + TOO_MUCH + b"\r\na\r\n0\r\n\r\n",
        CHUNKED + b"1\r\na\r\n" * 20_000,
    ],
    ids=[
        "a header",
        "many headers",
        "a path",
        "too many headers",
        "an endless trailer",
        "a trailer",
        "many trailers",
        "an extension of a chunk",
        "tiny chunks",
    ],
)
async def test_all_that_is_not_body_is_bounded(address: tuple[str, int], request_: bytes) -> None:
    """Also when it comes whole, in one read."""
    async with link(address, request_) as (reader, _):
        answer = await rest(reader)
    assert answer.startswith(b"HTTP/1.1 431 "), answer[:100]
    assert b'"code":"head_too_large"' in answer
    assert b"X-Content-Type-Options: nosniff" in answer


async def test_a_request_that_is_refused_ends_for_the_application(
    address: tuple[str, int],
) -> None:
    ask = CHUNKED.replace(b" / ", b" /refused ") + b"0\r\nX-Endless: "
    async with link(address, ask) as (reader, writer):
        writer.write(TOO_MUCH)
        assert (await rest(reader)).startswith(b"HTTP/1.1 431 ")
        await until(lambda: "/refused" in ENDED)


async def test_a_trailer_is_no_header(address: tuple[str, int]) -> None:
    ask = CHUNKED.replace(b" / ", b" /headers ") + b"2\r\n{}\r\n0\r\nX-Forwarded-For: a\r\n\r\n"
    async with link(address, ask) as (reader, _):
        assert (await rest(reader)).endswith(b"host,transfer-encoding")


@pytest.mark.parametrize("upgrade", [b"", b"Connection: Upgrade\r\nUpgrade: websocket\r\n"])
@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: a\r\n"])
async def test_a_request_has_one_host(
    address: tuple[str, int], hosts: bytes, upgrade: bytes
) -> None:
    async with link(address, b"GET / HTTP/1.1\r\n" + hosts + upgrade + b"\r\n") as (reader, _):
        answer = await rest(reader)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"code":"bad_request"' in answer


async def test_a_check_over_http_1_0_needs_no_host(address: tuple[str, int]) -> None:
    async with link(address, b"OPTIONS / HTTP/1.0\r\n\r\n") as (reader, _):
        assert (await rest(reader)).startswith(b"HTTP/1.1 200 ")


async def test_a_handshake_that_cannot_be_read_is_refused(address: tuple[str, int]) -> None:
    ask = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX: %b\r\n\r\n"
    async with link(address, ask % (b"a" * 9_000)) as (reader, _):
        assert (await rest(reader)).startswith(b"HTTP/1.1 431 ")


UNFINISHED = b"POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"


async def test_the_bodies_of_a_process_are_bounded(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, bodies = refused("503"), http.BoundedHttpProtocol
    monkeypatch.setattr(http, "BODIES_MAX_BYTES", 50_000)
    monkeypatch.setattr(http, "SMALL_BODY_BYTES", 1_000)
    async with AsyncExitStack() as stack:
        # The first may take half of it, the next one half of what is left, and so on.
        for size in (25_000, 12_500, 6_000, 3_000):
            before_it = bodies.bodies_bytes
            await stack.enter_async_context(link(address, UNFINISHED + b"a" * size))
            await until(lambda: bodies.bodies_bytes == before_it + size)  # noqa: B023
        async with link(address, UNFINISHED + b"a" * 2_000) as (reader, _):
            answer = await rest(reader)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 1\r\n" in answer
        assert b'"code":"unavailable"' in answer
        assert refused("503") == before + 1
        small = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + b"a" * 1000
        async with link(address, small) as (reader, _):
            assert (await rest(reader)).startswith(b"HTTP/1.1 200 ")
    await until(lambda: bodies.bodies_bytes == 0)


async def test_of_bodies_that_arrive_at_once_the_others_go_on_when_one_was_refused(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = http.BoundedHttpProtocol
    monkeypatch.setattr(http, "BODIES_MAX_BYTES", 50_000)
    monkeypatch.setattr(http, "SMALL_BODY_BYTES", 1_000)
    monkeypatch.setattr(http, "LINGER_S", 60.0)
    async with AsyncExitStack() as stack:
        ask = UNFINISHED + b"a" * 12_000
        links = [await stack.enter_async_context(link(address, ask)) for _ in range(3)]
        await until(lambda: bodies.bodies_bytes == 36_000)
        reader, writer = links[0]
        writer.write(b"a" * 2_000)
        assert (await reader.readline()).startswith(b"HTTP/1.1 503 ")
        assert bodies.bodies_bytes == 24_000
        for _, others in links[1:]:
            others.write(b"a" * 4_000)
        await until(lambda: bodies.bodies_bytes == 32_000)
    await until(lambda: bodies.bodies_bytes == 0)


async def test_a_body_that_was_answered_is_kept_no_longer(
    server: uvicorn.Server, address: tuple[str, int]
) -> None:
    async with link(address, UNFINISHED.replace(b"/wait", b"/early") + b"a" * 50_000) as (
        reader,
        _,
    ):
        await reader.readuntil(b"ok")
        (connection,) = server.server_state.connections
        assert isinstance(connection, http.BoundedHttpProtocol)
        assert len(connection.cycle.body) == 0


async def test_a_body_that_was_answered_is_not_read_for_ever(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "UNWANTED_MAX_BYTES", 50_000)
    ask = UNFINISHED.replace(b"/wait", b"/early")
    async with link(address, ask) as (reader, writer):
        await reader.readuntil(b"ok")
        writer.write(b"a" * 60_000)
        assert await rest(reader) == b""
    assert http.BoundedHttpProtocol.bodies_bytes == 0


async def test_who_still_sends_a_body_reads_the_answer_before_the_end(
    address: tuple[str, int],
) -> None:
    """Also when the connection ends with it: closed at once, it would be reset."""
    ask = UNFINISHED.replace(b"/wait", b"/early").replace(b"Host", b"Connection: close\r\nHost")
    async with link(address, ask) as (reader, writer):
        await asyncio.sleep(SOON_S / 20)  # answered by now, and nothing of it is read
        for _ in range(5):
            writer.write(b"a" * 100_000)
            await writer.drain()
        assert (await rest(reader)).endswith(b"ok")


async def test_a_body_after_the_last_answer_is_bounded(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "UNWANTED_MAX_BYTES", 50_000)
    monkeypatch.setattr(http, "LINGER_S", START_SECONDS)
    ask = UNFINISHED.replace(b"/wait", b"/early").replace(b"Host", b"Connection: close\r\nHost")
    async with link(address, ask) as (reader, writer):
        await reader.readuntil(b"ok")
        writer.write(b"a" * 60_000)
        assert await rest(reader) == b""


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
