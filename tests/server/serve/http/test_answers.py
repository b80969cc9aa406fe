"""Answers that are not read, and connections that stay open."""

import asyncio

import pytest
import uvicorn

from server.client.connection import connect
from server.serve import http
from tests.server.serve.http.conftest import (
    LARGE_BYTES,
    SOON_S,
    closed_slow,
    link,
    rest,
    until,
)


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


async def test_who_does_not_read_an_answer_is_cut_off_after_a_bad_handshake_too(
    address: tuple[str, int],
) -> None:
    before = closed_slow()
    async with link(address, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n") as (reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        ask = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        writer.write(ask)
        await until(lambda: closed_slow() > before)


async def test_who_asks_for_more_and_reads_nothing_leaves_no_error(
    address: tuple[str, int], server: uvicorn.Server, caplog: pytest.LogCaptureFixture
) -> None:
    before = closed_slow()
    async with link(address, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" * 3):
        await until(lambda: closed_slow() > before)
        await until(lambda: not server.server_state.tasks)
    assert "Exception in ASGI application" not in caplog.text


async def test_who_reads_slowly_but_steadily_gets_it_all(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ_WITHIN_S", 0.8)  # a machine that stalls must not be the reader
    before, read = closed_slow(), 0
    async with link(address, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n") as (reader, _):
        await reader.readuntil(b"\r\n\r\n")
        while read < LARGE_BYTES:
            read += len(await reader.readexactly(1024 * 1024))
            await asyncio.sleep(0.1)
    assert closed_slow() == before


async def test_an_idle_connection_is_closed(address: tuple[str, int]) -> None:
    async with link(address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") as (reader, _):
        assert (await rest(reader)).endswith(b"ok")


async def test_only_so_many_requests_wait_for_an_answer(address: tuple[str, int]) -> None:
    ask = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
    async with link(address, ask * (http.MAX_BEHIND + 2)) as (reader, _):
        assert (await rest(reader)).startswith(b"HTTP/1.1 400 ")


async def test_some_requests_may_wait_for_an_answer(address: tuple[str, int]) -> None:
    ask = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    async with link(address, ask * http.MAX_BEHIND) as (reader, _):
        assert (await rest(reader)).count(b" 200 ") == http.MAX_BEHIND


async def test_a_socket_stays(address: tuple[str, int]) -> None:
    client = await connect(f"ws://{address[0]}:{address[1]}/slow")
    async with asyncio.timeout(10 * SOON_S):
        assert await client.socket.recv() == "still here"
    await client.close()
