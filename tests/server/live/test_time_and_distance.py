"""What short games over fast sockets do not show: time that passes, a long way, loss."""

import asyncio
import time
from types import SimpleNamespace

import pytest

from game.live.rooms import Rooms
from game.rules.rooms import Phase
from game.rules.scoring import CLAIM_MAX_MS
from server.live import connection as connections
from server.live import hub as hubs
from server.live.broadcaster import Broadcaster
from server.live.connection import BAD_FRAMES_MAX, FRAMES_AT_ONCE, REFUSED_FRAMES_MAX
from server.live.error_codes import CloseCode
from server.live.hub import Hub
from tests.conftest import wait_for
from tests.server.live.conftest import Opening, Room, capital
from tests.server.live.slow_network import link_to

WAY_S = 0.15
ROUND_TRIP_MS = 300


async def test_a_room_is_kept_for_who_comes_back_at_once(
    open_room: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    close_if_idle = Hub._close_if_idle  # noqa: SLF001  # that its time has come shows nowhere else

    def look(hub: Hub, broadcaster: Broadcaster) -> None:
        close_if_idle(hub, broadcaster)
        looked.append(broadcaster.holders)

    monkeypatch.setattr(hubs, "LINGER_S", 0.5)
    monkeypatch.setattr(Hub, "_close_if_idle", look)
    room = await open_room()
    await (await room.projector()).close()
    host, player = await room.host(), await room.player("Anna")
    await asyncio.to_thread(wait_for, lambda: bool(looked), "the end of the linger")
    await host.send("start")
    await player.hears("question")


async def test_a_long_way_costs_no_points(open_room: Opening) -> None:
    """Half the measured round trip is credited; `gained` tells which time was counted."""
    limit_s = 5
    async with link_to(await open_room(capital(time_limit=limit_s)), WAY_S) as (far, _):
        player = await far.player("Far")
        host = await far.host()
        await host.send("start")
        opened = await player.hears("question")
        await player.send("answer", question=0, response="a", elapsed_ms=0)
        arrived_at = (await player.hears("answered"))["at"]
        gained = (await player.hears("reveal"))["you"]["gained"]
    measured = arrived_at - opened["opens_at"]
    counted = (1000 - gained) / 1000 * 2 * limit_s * 1000
    assert measured >= ROUND_TRIP_MS
    rounding_ms = 2 * limit_s
    assert measured - counted >= ROUND_TRIP_MS / 2 - rounding_ms
    assert measured - counted <= CLAIM_MAX_MS + rounding_ms


async def test_an_answer_that_a_broken_link_may_have_lost_is_said_again(room: Room) -> None:
    async with link_to(room, WAY_S) as (far, link):
        player = await far.player("Anna")
        host = await room.host()
        await host.send("start")
        await player.hears("question")
        await player.send("answer", question=0, response="a")
        link.cut()
        assert await player.closed() == CloseCode.ABNORMAL
    back = await room.resumed(player.token)
    await back.send("answer", question=0, response="a")
    await back.hears("answered")
    await host.send("close_question")
    revealed = await back.hears("reveal")
    assert (revealed["answered"], revealed["you"]["correct"]) == (1, True)


async def test_a_host_who_was_closed_commands_nothing(room: Room, rooms: Rooms) -> None:
    host, other = await room.host(), await room.host()
    for _ in range(BAD_FRAMES_MAX):
        await host.raw("{")
    await host.send("start")
    assert await host.closed() == CloseCode.BAD_FRAMES
    await other.send("lock")
    await other.hears("lobby", locked=True)
    assert (await rooms.state(room.session)).phase is Phase.LOBBY


async def test_bursts_that_lie_far_apart_do_not_add_up(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [time.monotonic()]
    monkeypatch.setattr(connections, "time", SimpleNamespace(monotonic=lambda: passed[0]))
    player = await room.player("Anna")
    for _ in range(3):
        passed[0] += 60
        burst = FRAMES_AT_ONCE + REFUSED_FRAMES_MAX // 2
        await asyncio.gather(*(player.send("ping", sent_at=1) for _ in range(burst)))
        answers = [await player.hears("pong", "error") for _ in range(burst)]
        refused = [answer for answer in answers if answer["type"] == "error"]
        assert len(refused) == REFUSED_FRAMES_MAX // 2
    passed[0] += 60
    await player.quiet()
