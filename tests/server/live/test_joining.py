"""Who sits where: guests by nickname, students by account, and what each is shown first."""

import json
import secrets
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from game.live.rooms import Rooms
from game.rules.rooms import RoomSettings
from tests.conftest import RunningServer, sign_ins_on
from tests.server.live.client import Client, Message
from tests.server.live.conftest import Opening, Room


async def joined(room: Room, token: str | None, nickname: str = "") -> Client:
    client = await room.connect(token=token)
    await client.send("join", nickname=nickname)
    await client.hears("welcome")
    return client


async def signed_in(redis: Redis, role: str, user: UUID | None = None) -> str:
    return await sign_ins_on(redis).create(user or uuid4(), role, "Siti")


async def test_a_guest_is_shown_the_lobby_and_gets_a_token(room: Room) -> None:
    anna = await room.player("  Anna  ")
    assert anna.welcomed["role"] == "player"
    assert anna.welcomed["player"]["nickname"] == "Anna"
    assert anna.token.startswith(f"{anna.id}.")
    shown: Message = anna.welcomed["room"]
    assert {name: shown[name] for name in ("code", "title", "phase", "locked", "paused", "of")} == {
        "code": room.code,
        "title": "Capitals",
        "phase": "lobby",
        "locked": False,
        "paused": False,
        "of": 2,
    }
    assert shown["you"] == {"score": 0, "rank": 0, "streak": 0}
    assert "roster" not in shown


async def test_host_and_projector_are_shown_who_is_here(room: Room) -> None:
    anna = await room.player("Anna")
    for client in (await room.host(), await room.projector()):
        shown = client.welcomed["room"]
        assert shown["roster"] == [{"id": anna.id, "nickname": "Anna"}]
        assert "you" not in shown
        assert {"player", "token"}.isdisjoint(client.welcomed)


@pytest.mark.parametrize("friendly_names", [False, True])
async def test_the_same_key_is_the_same_seat(
    open_room: Opening, second: RunningServer, *, friendly_names: bool
) -> None:
    """The network went between a join and its welcome; the page says it again, elsewhere."""
    room = await open_room(settings=RoomSettings(friendly_names=friendly_names, max_players=1))
    key = secrets.token_urlsafe()
    first = await room.player("Anna", key=key)
    first.socket.transport.abort()
    again = await room.at(second).player("Anna", key=key)
    assert again.welcomed["player"] == first.welcomed["player"]
    assert again.token == first.token
    host = await room.host()
    assert host.welcomed["room"]["roster"] == [first.welcomed["player"]]


async def test_a_key_is_for_one_user_and_one_room(open_room: Opening, redis: Redis) -> None:
    """On a shared device the next pupil's page may still have the last one's key."""
    room, other = await open_room(), await open_room()
    key = secrets.token_urlsafe()
    guest = await room.player("Anna", key=key)
    for where, token in (
        (room, await signed_in(redis, "student")),
        (room, await signed_in(redis, "student")),
        (other, None),
    ):
        client = await where.connect(token=token)
        await client.send("join", nickname="Anna", key=key)
        if where is room:
            await client.refused("nickname_taken", "join")
            await client.send("join", nickname=f"Anna {len(room.clients)}", key=key)
        await client.hears("welcome")
        assert client.id != guest.id
        assert client.token.partition(".")[2] != guest.token.partition(".")[2]


async def test_a_kicked_guest_does_not_come_back_by_the_key(room: Room) -> None:
    host, anna = await room.host(), await room.connect()
    key = secrets.token_urlsafe()
    await anna.send("join", nickname="Anna", key=key)
    await anna.hears("welcome")
    await host.send("kick", player=anna.id)
    assert await anna.closed() == 4000
    again = await room.connect()
    await again.send("join", nickname="Another", key=key)
    assert await again.closed() == 4000


@pytest.mark.parametrize("key", ["short", "x" * 65, "sixteen letters!", "ümlaut-ümlaut-ümlaut", 1])
async def test_a_key_is_of_a_bounded_form(room: Room, key: object) -> None:
    client = await room.connect()
    await client.raw(json.dumps({"type": "join", "nickname": "Anna", "key": key}))
    await client.refused("bad_message", "join")


async def test_a_student_has_one_seat_however_often_they_join(room: Room, redis: Redis) -> None:
    token = await signed_in(redis, "student")
    first = await joined(room, token, "Siti")
    second = await joined(room, token, "Siti again")
    assert second.welcomed["player"] == first.welcomed["player"]
    assert second.token != first.token
    assert await first.closed() == 4409


async def test_a_kicked_student_does_not_come_back_by_joining_anew(
    room: Room, redis: Redis
) -> None:
    token = await signed_in(redis, "student")
    host, siti = await room.host(), await joined(room, token, "Siti")
    await host.send("kick", player=siti.id)
    await siti.hears("kicked")
    again = await room.connect(token=token)
    await again.send("join", nickname="Somebody else")
    await again.hears("kicked")
    assert await again.closed() == 4000


async def test_a_teacher_may_try_a_room_in_several_tabs(room: Room) -> None:
    one, two = await joined(room, room.token, "Tab 1"), await joined(room, room.token, "Tab 2")
    assert one.id != two.id
    await one.quiet()


async def test_a_room_with_friendly_names_gives_them(open_room: Opening) -> None:
    room = await open_room(settings=RoomSettings(friendly_names=True))
    names = {(await joined(room, None)).welcomed["player"]["nickname"] for _ in range(5)}
    assert len(names) == 5
    assert all(names)


async def test_what_a_message_asked_right_after_the_first_is_done_in_turn(room: Room) -> None:
    client = await room.connect()
    await client.send("join", nickname="Anna")
    await client.send("ping", sent_at=1)
    await client.send("answer", question=0, response="a")
    assert (await client.hears("welcome", "pong", "error"))["type"] == "welcome"
    assert (await client.hears("pong", "error"))["type"] == "pong"
    await client.refused("wrong_phase", "answer")


async def test_a_projector_is_no_player(room: Room, rooms: Rooms) -> None:
    await room.projector()
    await room.host()
    assert (await rooms.view(room.session)).players == {}


async def test_an_address_without_the_host_leaves_the_last_seats_to_others(
    open_room: Opening,
) -> None:
    settings = RoomSettings(max_players=20)
    where_the_host_is, elsewhere = [await open_room(settings=settings) for _ in range(2)]
    for room in (where_the_host_is, elsewhere):
        await room.host()
    for number in range(20):
        await where_the_host_is.player(f"Pupil {number}")
    for number in range(19):
        await elsewhere.player(f"Stranger {number}", address="127.0.0.2")
    late = await elsewhere.connect(address="127.0.0.2")
    await late.send("join", nickname="Stranger 20")
    await late.refused("room_full", "join")
    await elsewhere.player("Pupil")
