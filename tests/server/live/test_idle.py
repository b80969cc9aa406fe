"""Connections that nobody needs, in numbers: those who play are left alone, and others get in."""

import asyncio
import contextlib
import itertools
import os
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial
from urllib.parse import urlsplit

import httpx
import pytest
from prometheus_client.registry import REGISTRY
from structlog.testing import capture_logs

from server import connection_limiter as limiters
from server.client import frames
from server.client.addresses import room_path
from server.live import protocol
from server.live.code_lookups import Found
from server.live.error_codes import CloseCode
from server.serve import web
from server.settings import Settings
from tests.conftest import RunningServer, wait_for
from tests.server.live.client import WAIT_S
from tests.server.live.conftest import Opening, Room

Serve = Callable[[Settings], RunningServer]
MANY = 120


def cut_off(bound: str) -> float:
    labels = {"bound": bound}
    return REGISTRY.get_sample_value("kuis_connections_cut_off_total", labels) or 0.0


def open_connections() -> float:
    return REGISTRY.get_sample_value("kuis_connections") or 0.0


def limit_with_free_descriptors(count: int) -> int:
    """So many descriptors below this number are free, wherever other tests left some in use."""
    used = {int(name) for name in os.listdir("/dev/fd")}  # noqa: PTH208  # only the names
    return next(
        itertools.islice(itertools.filterfalse(used.__contains__, itertools.count()), count, None)
    )


@contextlib.asynccontextmanager
async def mute_connections(server: RunningServer, count: int) -> AsyncIterator[None]:
    """TCP connections that never send a request."""
    address = urlsplit(server.url)
    before = open_connections()
    links = []
    for number in range(count):
        links.append(await asyncio.open_connection(address.hostname, address.port))
        if number == count // 4:  # or our ends take all descriptors before the server has one
            accepted = partial(lambda most: open_connections() > most, before + number)
            await asyncio.to_thread(wait_for, accepted, "the server to accept them")
    try:
        yield
    finally:
        for _, writer in links:
            writer.transport.abort()


async def test_only_a_refused_nickname_buys_time(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = await room.host()
    await host.send("lock")
    await host.hears("lobby", locked=True)
    monkeypatch.setattr(protocol, "HELLO_WITHIN_S", 0.2)
    locked, unknown, confused = [await room.connect() for _ in range(3)]
    await locked.send("join", nickname="Anna")
    await unknown.send("resume", token="nobody.nothing")
    await confused.send("answer", question=0, response="a")
    await locked.refused("room_locked", "join")
    await unknown.refused("not_joined", "resume")
    await confused.refused("not_joined", "answer")
    for client in (locked, unknown, confused):
        assert await client.closed() == CloseCode.SILENT


async def test_who_leaves_while_the_room_is_looked_for_leaves_nothing(
    room: Room, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, left, ended = threading.Event(), threading.Event(), threading.Event()

    async def find(_code: str, _address: str) -> Found:
        asked.set()
        while not left.is_set():  # noqa: ASYNC110  # an event of another thread
            await asyncio.sleep(0.005)
        return Found(room.session)

    live = server.app.state.live
    monkeypatch.setattr(live.code_lookups, "find_for_socket", find)
    monkeypatch.setattr(live, "ended", lambda *_: ended.set())
    before = open_connections()
    with capture_logs() as logs:
        address = urlsplit(server.url)
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(frames.handshake(address.netloc, room_path(room.code)))
        assert await asyncio.to_thread(asked.wait, WAIT_S)
        writer.transport.abort()
        await asyncio.to_thread(
            wait_for, lambda: open_connections() == before, "the connection to be lost"
        )
        left.set()
        assert await asyncio.to_thread(ended.wait, WAIT_S)
    assert "websocket.failed" not in [log["event"] for log in logs]


async def test_sockets_without_a_role_are_capped_by_address_and_players_stay(
    open_room: Opening, serve: Serve, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiters, "MAX_IDLE_BY_ADDRESS", 3)
    room = (await open_room()).at(serve(settings))
    anna = await room.player("Anna")
    before = cut_off("address")
    silent = [await room.connect() for _ in range(8)]
    for client in silent[:5]:
        assert await client.closed() == CloseCode.RATE_LIMITED
    assert cut_off("address") == before + 5
    await anna.quiet()
    await silent[-1].send("join", nickname="Budi")
    await silent[-1].hears("welcome")


async def test_when_descriptors_run_out_games_go_on_and_others_get_in(
    open_room: Opening, serve: Serve, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiters, "RESERVED_DESCRIPTORS", 10)
    limit = limit_with_free_descriptors(MANY)
    monkeypatch.setattr(web, "file_limit", lambda: limit)
    room = (await open_room()).at(serve(settings))
    host, anna = await room.host(), await room.player("Anna")
    before = cut_off("descriptors")
    with capture_logs() as logs:
        async with mute_connections(room.server, MANY):
            budi = await room.player("Budi")
            async with httpx.AsyncClient(base_url=room.server.url) as client:
                assert (await client.get("/health/live")).status_code == 200
            await host.send("start")
            for player in (anna, budi):
                await player.hears("question")
                await player.send("answer", question=0, response="a")
                await player.hears("reveal", "answered")
    assert cut_off("descriptors") > before
    (log,) = [log for log in logs if log["event"] == "descriptors_exhausted"]
    assert log["log_level"] == "warning"
    assert log["address"] == "127.0.0.1"
