"""The messages of one connection that wait are bounded, while something is slow."""

import asyncio

import pytest

from game.live.rooms import Rooms
from server.live import connection
from tests.server.live.conftest import Room


async def test_only_so_many_messages_of_a_connection_wait(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "WAITING_MAX", 3)
    rooms: Rooms = room.server.app.state.live.rooms
    reached, submit = asyncio.Event(), rooms.submit
    loop = asyncio.get_running_loop()
    gate: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def wait_and_submit(*arguments: object) -> None:
        if not gate:
            gate.append((asyncio.get_running_loop(), asyncio.Event()))
            loop.call_soon_threadsafe(reached.set)
        await gate[0][1].wait()
        await submit(*arguments)  # type: ignore[arg-type]

    def slowly(*arguments: object) -> asyncio.Future[None]:
        return asyncio.create_task(wait_and_submit(*arguments))

    host, anna = await room.host(), await room.player("Anna")
    await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    monkeypatch.setattr(rooms, "submit", slowly)
    await anna.send("answer", question=0, response="a")
    await reached.wait()
    for _ in range(5):
        await anna.send("answer", question=0, response="a")
    for _ in range(2):
        await anna.refused("unavailable", "answer")
    server_loop, opened = gate[0]
    server_loop.call_soon_threadsafe(opened.set)
    for _ in range(4):
        await anna.hears("answered")
    await anna.quiet()
