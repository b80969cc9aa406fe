"""What may wait for those who read slowly, in the process and in the kernel."""

import asyncio
import socket
from collections.abc import Callable

import pytest
from prometheus_client.registry import REGISTRY

from game.live.rooms import Rooms
from game.rules import rooms as rules
from server.live import dispatcher, websocket
from server.live.connection import Connection
from server.live.error_codes import CloseCode
from server.live.hub import Hub
from server.live.protocol import Role, Watch
from server.live.websocket import RoomProtocol
from tests.conftest import RunningServer, wait_for
from tests.server.live.client import Deaf
from tests.server.live.conftest import FAST, Opening, Room, capital


def sockets_of(server: RunningServer) -> dict[Role, Connection]:
    hub: Hub = server.app.state.live.hub
    return {
        connection.role: connection
        for connection in hub._places  # noqa: SLF001  # whose buffers are of interest
        if connection.role is not None
    }


def in_kernel(connection: Connection) -> int:
    """Linux doubles what it was asked for."""
    assert isinstance(connection.websocket, RoomProtocol)
    link = connection.websocket.transport.get_extra_info("socket")
    size: int = link.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    return size // 2


async def until(condition: Callable[[], bool]) -> None:
    await asyncio.to_thread(wait_for, condition, "the server")


def connections() -> float:
    return REGISTRY.get_sample_value("kuis_connections") or 0.0


async def test_the_kernel_holds_little_for_players_and_projectors_and_more_for_hosts(
    room: Room,
) -> None:
    await room.player("Anna")
    await room.projector()
    await room.host()
    connections = sockets_of(room.server)
    for role in (Role.PLAYER, Role.WATCH):
        assert in_kernel(connections[role]) == websocket.MAX_IN_KERNEL_BYTES
    assert in_kernel(connections[Role.HOST]) > websocket.MAX_IN_KERNEL_BYTES
    assert in_kernel(connections[Role.HOST]) <= dispatcher.MAX_IN_KERNEL_TO_HOST_BYTES


async def test_a_projector_that_does_not_read_is_closed_as_soon_as_a_player_would_be(
    open_room: Opening, rooms: Rooms
) -> None:
    questions = [capital("Read me! " * 10_000) for _ in range(40)]
    room = await open_room(*questions, settings=FAST)
    player = await room.player("Anna")
    deaf = await Deaf.connect(room.room_address)
    deaf.say(Watch())
    waiting = websocket.MAX_UNSENT_BYTES + 2 * websocket.MAX_IN_KERNEL_BYTES
    for number in range(2 + 2 * waiting // 90_000):
        await rooms.command(room.session, rules.Next())
        await player.hears("question", question=number)
        await rooms.command(room.session, rules.CloseQuestion())
        await player.hears("reveal", question=number)
    assert Role.WATCH not in sockets_of(room.server)
    assert await deaf.close_code() == CloseCode.TOO_SLOW
    await deaf.close()


@pytest.mark.parametrize("is_too_slow", [False, True])
async def test_who_says_goodbye_and_does_not_read_is_cut_off(
    room: Room, monkeypatch: pytest.MonkeyPatch, *, is_too_slow: bool
) -> None:
    """Also who answers the server's own goodbye so."""
    monkeypatch.setattr(websocket, "CLOSE_WITHIN_S", 1.0)
    before = connections()
    deaf = await Deaf.connect(room.room_address)
    deaf.say(Watch())
    await until(lambda: Role.WATCH in sockets_of(room.server))
    link = sockets_of(room.server)[Role.WATCH].websocket
    assert isinstance(link, RoomProtocol)
    size = (
        websocket.MAX_UNSENT_BYTES + 4 * websocket.MAX_IN_KERNEL_BYTES if is_too_slow else 200_000
    )
    link.loop.call_soon_threadsafe(link.write, bytes(size))
    await until(
        lambda: link.transport.get_write_buffer_size() > 0 and link.close_sent == is_too_slow
    )
    deaf.frame(0x8, CloseCode.RESTART.to_bytes(2, "big"))
    await until(lambda: link in link._limiter._idle)  # noqa: SLF001  # first to go
    await until(lambda: connections() == before)
    await deaf.close()


async def test_a_roster_larger_than_what_may_wait_reaches_a_projector(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        await room.player(f"Player {number}")
    monkeypatch.setattr(websocket, "MAX_UNSENT_BYTES", 500)
    deaf = await Deaf.connect(room.room_address)
    deaf.say(Watch())
    assert len(await deaf.hears("welcome")) > 2_000
    await deaf.close()
