"""Two web processes on one Redis: any of them serves any room, in the same order."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from redis.asyncio import Redis

from game.live.keys import RoomKeys
from game.live.rooms import Rooms
from game.rules import rooms as rules
from game.rules.questions import Response
from game.rules.rooms import RoomSettings
from server.live import hub
from server.settings import Settings
from tests.conftest import RunningServer
from tests.game.live.playing import raw
from tests.server.live.client import WAIT_S, Message
from tests.server.live.conftest import Opening, Room, capital

GAME = {"question", "extended", "paused", "unpaused", "reveal", "finished"}


def game(messages: list[Message]) -> list[Message]:
    """What was told of the game, without what is personal or of the moment."""
    volatile = ("now", "you")
    return [
        {name: value for name, value in message.items() if name not in volatile}
        for message in messages
        if message["type"] in GAME
    ]


async def test_players_on_two_processes_see_the_same_in_the_same_order(
    room: Room, second: RunningServer
) -> None:
    host, here = await room.host(), await room.player("Here")
    there, projector = await room.at(second).player("There"), await room.at(second).projector()
    await host.hears("lobby", players=2)
    for command in ("start", "pause", "unpause", "close_question", "next"):
        await host.send(command)
    await host.send("extend", seconds=5)
    await asyncio.gather(*(client.hears("extended") for client in (here, there)))
    await here.send("answer", question=1, response="a")
    await there.send("answer", question=1, response="b")
    for client in (here, there, host, projector):
        await client.hears("reveal", question=1)
    await host.send("next")
    for client in (here, there, host, projector):
        await client.hears("finished")
    assert game(here.messages) == game(there.messages)
    assert game(here.messages) == game(host.messages) == game(projector.messages)
    assert [message["type"] for message in game(here.messages)] == [
        "question",
        "paused",
        "unpaused",
        "reveal",
        "question",
        "extended",
        "reveal",
        "finished",
    ]


async def test_a_host_here_sees_answers_and_players_from_there(
    room: Room, second: RunningServer
) -> None:
    host = await room.host()
    there, other = await room.at(second).player("There"), await room.at(second).player("Other")
    await host.hears("lobby", players=2)
    await host.send("start")
    await there.hears("question")
    await there.send("answer", question=0, response="a")
    assert await host.hears("tally") == {
        "type": "tally",
        "question": 0,
        "answered": 1,
        "players": 2,
    }
    await host.send("kick", player=other.id)
    await other.hears("kicked")
    assert await other.closed() == 4000
    assert (await there.hears("reveal"))["answered"] == 1


async def test_a_cut_connection_to_redis_is_noticed_and_the_room_shown_again(
    room: Room, redis: Redis, rooms: Rooms
) -> None:
    host, player = await room.host(), await room.player("Anna")
    await host.hears("lobby", players=1)
    await redis.client_kill_filter(_type="pubsub")
    await rooms.command(room.session, rules.Next())
    async with asyncio.timeout(2.0):
        for client in (host, player):
            while True:
                message = await client.hears("welcome", "question")
                shown = message if message["type"] == "question" else message["room"]
                if shown.get("question") is not None:
                    break
    assert sum("token" in message for message in player.messages) == 1


async def test_who_was_kicked_unheard_goes_when_the_room_is_read_again(
    room: Room, redis: Redis, rooms: Rooms
) -> None:
    player = await room.player("Anna")
    await redis.client_kill_filter(_type="pubsub")
    await rooms.kick(room.session, player.id)
    await player.hears("kicked")
    assert await player.closed() == 4000


async def test_who_is_kicked_while_coming_back_does_not_stay(
    room: Room, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, player = await room.host(), await room.player("Anna")
    await room.player("Budi")
    await host.send("start")
    await player.hears("question")
    there: Rooms = room.server.app.state.live.rooms
    kicked, own_answer = threading.Event(), there.own_answer

    async def slow(session: str, question: int, player: str) -> Response | None:
        await asyncio.to_thread(kicked.wait, WAIT_S)
        return await own_answer(session, question, player)

    monkeypatch.setattr(there, "own_answer", slow)
    again = await room.resumed(player.token)
    await player.closed()
    await rooms.kick(room.session, player.id)
    await host.hears("lobby", left=[player.id])
    kicked.set()
    await again.hears("kicked")
    assert await again.closed() == 4000


@pytest.fixture
def attentive(
    serve: Callable[[Settings], RunningServer],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> RunningServer:
    """A web process that asks often who is here."""
    monkeypatch.setattr(hub, "HEARTBEAT_INTERVAL_S", 0.2)
    return serve(settings)


async def test_who_connected_elsewhere_unheard_is_told_later(
    room: Room, attentive: RunningServer, redis: Redis, rooms: Rooms
) -> None:
    player = await room.at(attentive).player("Anna")
    await redis.client_kill_filter(_type="pubsub")
    await rooms.resume(room.session, player.token, "9-later")
    assert await player.closed() == 4409


async def test_who_has_lost_the_seat_unheard_is_told_to_come_back(
    room: Room, attentive: RunningServer, redis: Redis
) -> None:
    player = await room.at(attentive).player("Anna")
    at = RoomKeys(room.session)
    await raw(redis).hdel(at.secrets, player.id)  # the process stood still meanwhile
    await redis.zrem(at.presence, player.id)
    assert await player.closed() == 1013


async def test_lobby_messages_do_not_grow_with_the_square_of_players(open_room: Opening) -> None:
    room = await open_room(capital(), settings=RoomSettings(lead_in_ms=0))
    first = await room.player("First")
    host = await room.host()
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(room.player(f"Player {number}") for number in range(80)))
    await first.hears("lobby", players=81)
    await host.hears("lobby", players=81)
    seconds = asyncio.get_running_loop().time() - began
    lobbies = [message for message in first.messages if message["type"] == "lobby"]
    assert len(lobbies) <= 2 + seconds
    assert all("joined" not in message for message in lobbies)
    told = [message for message in host.messages if message["type"] == "lobby"]
    assert len(told) <= 2 + 4 * seconds
    joined = {person["id"] for message in told for person in message["joined"]}
    roster = {person["id"] for person in host.welcomed["room"]["roster"]}
    assert len(joined | roster) == 81
