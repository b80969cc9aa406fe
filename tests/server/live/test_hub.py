# ruff: noqa: SLF001  # what is left inside is what these tests are about
"""The hub holds the rooms and sockets of a process, and keeps nothing of those that are gone."""

import asyncio
import gc
from collections.abc import Callable
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from game.live.engine import Engine
from game.live.rooms import Rooms
from server.live import hub as hubs
from server.live.connection import Connection
from server.live.error_codes import CloseCode
from server.live.hub import Hub
from server.live.protocol import Join
from server.live.websocket import RoomProtocol
from tests.conftest import RunningServer, sign_ins_on
from tests.server.live.client import WAIT_S, Deaf
from tests.server.live.conftest import Opening, Room


def hub_of(server: RunningServer) -> Hub:
    hub: Hub = server.app.state.live.hub
    return hub


def alive(kind: type) -> int:
    gc.collect()
    # `isinstance` would ask a weak proxy of something that is gone.
    return sum(issubclass(type(thing), kind) for thing in gc.get_objects())


async def until(condition: Callable[[], bool], what: str) -> None:
    for _ in range(int(WAIT_S / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"waited in vain for {what}")


async def test_nothing_of_a_dead_socket_is_left(
    open_room: Opening, second: RunningServer, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "LINGER_S", 0.05)
    room = (await open_room()).at(second)
    stranger_token = await sign_ins_on(redis).create(uuid4(), "teacher", "Pak Budi")
    sockets, connections = alive(RoomProtocol), alive(Connection)
    tasks = len(hub_of(second)._tasks)
    host, projector = await room.host(), await room.projector()
    players = [await room.player(f"Player {number}") for number in range(5)]
    silent = await room.connect()
    deaf = await Deaf.connect(room.at(second).room_address)
    deaf.say(Join(nickname="Deaf"))
    await host.hears("lobby", players=6)
    stranger = await room.connect(stranger_token)
    await stranger.send("host")
    assert await stranger.closed() == CloseCode.NOT_HOST
    await players[0].close()
    for client in (host, projector, silent, *players[1:]):
        client.socket.transport.abort()
    await deaf.close()
    hub = hub_of(second)
    await until(lambda: not hub._broadcasters, "the room to be let go")
    assert (hub._places, hub._subscriptions, hub._leaving) == ({}, {}, {})
    await until(lambda: len(hub._tasks) == tasks, "leaving to be done")
    await until(lambda: alive(RoomProtocol) <= sockets, "protocols to go")
    await until(lambda: alive(Connection) <= connections, "connections to go")


async def test_a_room_is_followed_once_however_many_come_at_once(room: Room) -> None:
    clients = await asyncio.gather(*(room.connect() for _ in range(20)))
    await asyncio.gather(*(client.send("watch") for client in clients))
    await asyncio.gather(*(client.hears("welcome") for client in clients))
    broadcasters = hub_of(room.server)._broadcasters
    assert [session for session in broadcasters if session == room.session] == [room.session]
    assert broadcasters[room.session].holders == 20


async def test_a_room_that_was_let_go_is_followed_again(
    open_room: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "LINGER_S", 0.0)
    room = await open_room()
    for _ in range(5):
        anna = await room.connect()
        await anna.send("watch")
        await anna.hears("welcome")
        await anna.close()
    host, player = await room.host(), await room.player("Anna")
    await host.send("start")
    await player.hears("question")


async def test_a_player_who_vanishes_is_gone_for_the_others(room: Room, rooms: Rooms) -> None:
    host, anna = await room.host(), await room.player("Anna")
    await host.hears("lobby", players=1)
    anna.socket.transport.abort()
    assert (await host.hears("lobby", players=0))["left"] == [anna.id]
    assert (await rooms.view(room.session)).players == {}


async def test_who_vanishes_while_joining_is_gone(room: Room, rooms: Rooms) -> None:
    for number in range(20):
        client = await room.connect()
        await client.send("join", nickname=f"Hasty {number}")
        client.socket.transport.abort()
    anna = await room.player("Anna")
    here: list[str] = []
    for _ in range(int(WAIT_S / 0.02)):
        here = list((await rooms.view(room.session)).players)
        if here == [anna.id]:
            break
        await asyncio.sleep(0.02)
    assert here == [anna.id]


async def test_a_room_that_vanished_from_redis_ends(
    room: Room, redis: Redis, second: RunningServer
) -> None:
    player = await room.at(second).player("Anna")
    await redis.flushall()
    await player.send("answer", question=0, response="a")
    assert await player.closed() == 4404


async def test_what_loses_a_cancellation_ends_all_the_same(redis: Redis) -> None:
    """As the Redis client can until Python 3.12: a server that stops must not wait for ever."""

    async def stubborn() -> None:
        try:
            await asyncio.sleep(WAIT_S)
        except asyncio.CancelledError:
            await asyncio.sleep(WAIT_S)

    engine = Engine(redis)
    hub = Hub(engine.rooms, engine.feed, engine.clock.now)
    hub.spawn(stubborn())
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        await hub.stop()
