"""Every close code of the protocol, provoked over a real socket."""

import asyncio
import contextlib
from collections.abc import Callable
from uuid import uuid4

import msgspec
import pytest
from redis.asyncio import Redis
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame

from game.live.rooms import Rooms
from game.rules import rooms as rules
from server.auth.tickets import Tickets
from server.client import frames
from server.limits import JOIN_OF_ROOM, WRONG_CODE_FROM_ADDRESS, Limits
from server.live import code_lookups, dispatcher, protocol, websocket
from server.live.error_codes import CloseCode
from server.live.protocol import Join
from server.serve import web
from server.settings import Settings
from tests.conftest import RunningServer, sign_ins_on
from tests.server.live.client import WAIT_S, Deaf
from tests.server.live.conftest import FAST, Opening, Room, capital

Serve = Callable[[Settings], RunningServer]


async def test_4000_kicked_and_kicked_again_on_resume(room: Room) -> None:
    host, anna, budi = await room.host(), await room.player("Anna"), await room.player("Budi")
    await host.hears("lobby", players=2)
    await host.send("kick", player=anna.id)
    assert (await anna.hears("kicked"))["reason"]
    assert await anna.closed() == CloseCode.KICKED
    assert anna.id in (await host.hears("lobby", players=1))["left"]
    await budi.hears("lobby", players=1)
    again = await room.resumed(anna.token)
    await again.hears("kicked")
    assert await again.closed() == CloseCode.KICKED


async def test_4400_at_the_tenth_bad_frame(room: Room) -> None:
    player = await room.player("Anna")
    for frame in ("{", '{"type": "nonsense"}', b"\x00") * 3:
        await player.raw(frame)
        await player.hears("error")
    await player.quiet()
    await player.raw("{")
    assert await player.closed() == CloseCode.BAD_FRAMES


async def test_4400_for_a_message_in_endless_fragments(room: Room) -> None:
    client = await Deaf.connect(room.room_address)
    client.frame(0x1, b"{", final=False)
    for _ in range(20):
        client.frame(0x0, b"", final=False)
    assert await client.close_code() == CloseCode.BAD_FRAMES
    await client.close()


async def test_a_message_in_a_few_fragments_is_one_message(room: Room) -> None:
    player = await room.player("Anna")
    await player.socket.send(iter(['{"type": "ping",', ' "sent_at"', ": 5}"]))
    await player.hears("pong", sent_at=5)


@pytest.mark.parametrize("token", [None, "", "nonsense", "é"])
async def test_4401_for_a_host_who_is_not_signed_in(room: Room, token: str | None) -> None:
    client = await room.connect()
    await client.send("host", ticket=token)
    assert await client.closed() == CloseCode.NOT_SIGNED_IN


async def test_4401_for_a_revoked_sign_in(room: Room, redis: Redis) -> None:
    await sign_ins_on(redis).revoke_all(room.teacher)
    client = await room.connect(token=room.token)
    await client.send("host")
    assert await client.closed() == CloseCode.NOT_SIGNED_IN


async def test_4401_for_a_ticket_that_was_used_and_one_of_another_room(
    open_room: Opening, redis: Redis
) -> None:
    room, other = await open_room(), await open_room()
    teacher = await sign_ins_on(redis).find(room.token)
    assert teacher is not None
    ticket = await Tickets(redis).issue(room.session, teacher)
    client = await room.connect()
    await client.send("host", ticket=ticket)
    assert (await client.hears("welcome"))["role"] == "host"
    again = await room.connect()
    await again.send("host", ticket=ticket)
    assert await again.closed() == CloseCode.NOT_SIGNED_IN
    elsewhere = await other.connect()
    await elsewhere.send("host", ticket=await Tickets(redis).issue(room.session, teacher))
    assert await elsewhere.closed() == CloseCode.NOT_SIGNED_IN


@pytest.mark.parametrize("role", ["teacher", "student"])
async def test_4403_for_somebody_else(room: Room, redis: Redis, role: str) -> None:
    client = await room.connect(token=await sign_ins_on(redis).create(uuid4(), role, "Pak Budi"))
    await client.send("host")
    assert await client.closed() == CloseCode.NOT_HOST


async def test_a_super_admin_may_host_any_room(room: Room, redis: Redis) -> None:
    client = await room.connect(
        token=await sign_ins_on(redis).create(uuid4(), "super_admin", "Root")
    )
    await client.send("host")
    await client.hears("welcome", role="host")


@pytest.mark.parametrize("code", ["NOSUCH", "x", "%00", "%F0%9F%8E%89", "a" * 500])
async def test_4404_for_a_code_of_no_room(room: Room, code: str) -> None:
    client = await msgspec.structs.replace(room, code=code).connect()
    assert await client.closed() == CloseCode.NO_SUCH_ROOM


async def test_codes_are_matched_without_regard_to_case(room: Room) -> None:
    client = await msgspec.structs.replace(room, code=room.code.lower()).connect()
    await client.send("watch")
    assert (await client.hears("welcome"))["room"]["code"] == room.code
    await client.close()


async def test_4408_for_a_slow_reader_while_the_others_play_on(
    open_room: Opening, rooms: Rooms
) -> None:
    questions = [capital("Read me! " * 10_000) for _ in range(150)]
    room = await open_room(*questions, settings=FAST)
    player = await room.player("Anna")
    deaf = await Deaf.connect(room.room_address)
    deaf.say(Join(nickname="Deaf"))
    await player.hears("lobby", players=2)
    for number in range(len(questions)):
        await rooms.command(room.session, rules.Next())
        await player.hears("question", question=number)
        await rooms.command(room.session, rules.CloseQuestion())
        await player.hears("reveal", question=number)
        if len((await rooms.view(room.session)).players) == 1:
            break  # the deaf one was shut out
    assert await deaf.close_code() == CloseCode.TOO_SLOW
    await player.quiet()
    await deaf.close()


async def test_4409_for_the_older_connection_of_a_player(room: Room) -> None:
    older = await room.player("Anna")
    newer = await room.resumed(older.token)
    assert (await newer.hears("welcome"))["player"]["id"] == older.id
    assert await older.closed() == CloseCode.CONNECTED_ELSEWHERE
    await newer.quiet()


async def test_4409_for_the_older_connection_on_another_process(
    room: Room, second: RunningServer, rooms: Rooms
) -> None:
    older = await room.player("Anna")
    newer = await room.at(second).resumed(older.token)
    await newer.hears("welcome")
    assert await older.closed() == CloseCode.CONNECTED_ELSEWHERE
    await newer.quiet()
    assert list((await rooms.view(room.session)).players) == [older.id]


async def test_4410_to_join_a_room_that_is_over(room: Room) -> None:
    host, player = await room.host(), await room.player("Anna")
    await host.send("end")
    await player.hears("finished")
    client = await room.connect()
    await client.send("join", nickname="Late")
    assert await client.closed() == CloseCode.ROOM_OVER
    for late in (await room.resumed(player.token), await room.host(), await room.projector()):
        await late.quiet()
        assert late.welcomed["room"]["phase"] == "finished"


async def test_4413_for_one_projector_too_many_unless_it_is_the_hosts(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "MAX_PROJECTORS", 2)
    own = await room.connect(token=room.token)
    await own.send("watch")
    await own.hears("welcome")
    first, _ = await room.projector(), await room.projector()
    surplus = await room.connect()
    await surplus.send("watch")
    assert await surplus.closed() == CloseCode.TOO_MANY_PROJECTORS
    another = await room.connect(token=room.token)
    await another.send("watch")
    await another.hears("welcome")
    await first.close()
    await room.projector()


async def test_4409_for_the_oldest_of_too_many_hosts(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "MAX_OWN_SOCKETS", 2)
    hosts = [await room.host() for _ in range(3)]
    assert await hosts[0].closed() == CloseCode.CONNECTED_ELSEWHERE
    for host in hosts[1:]:
        await host.quiet()


async def test_4429_for_a_flood_of_frames(room: Room) -> None:
    player = await room.player("Anna")
    for _ in range(150):
        await player.send("ping", sent_at=1)
    assert await player.closed() == CloseCode.RATE_LIMITED


async def test_who_was_closed_is_not_heard_any_more_and_is_cut_off_for_going_on(
    room: Room,
) -> None:
    client = await Deaf.connect(room.room_address)
    for _ in range(200):
        client.frame(0x9, b"")
    assert await client.close_code() == CloseCode.RATE_LIMITED
    for _ in range(websocket.MAX_RECEIVED_AFTER_CLOSE_BYTES // 100):
        client.frame(0x9, bytes(125))
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):  # as it reads or writes
        assert await asyncio.wait_for(client.reader.read(), WAIT_S) == b""  # rather than pongs
    await client.close()


async def test_little_is_parsed_of_what_comes_after_the_close(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[None] = []
    handle_text = websocket.RoomProtocol.handle_text

    def count(protocol: websocket.RoomProtocol, event: Frame) -> None:
        parsed.append(None)
        handle_text(protocol, event)

    monkeypatch.setattr(websocket.RoomProtocol, "handle_text", count)
    client = await Deaf.connect(room.room_address)
    for _ in range(20_000):
        client.frame(frames.TEXT, b"{")
    assert await client.close_code() == CloseCode.BAD_FRAMES
    for _ in range(
        websocket.MAX_RECEIVED_AFTER_CLOSE_BYTES // 100
    ):  # then the server hangs up: all came
        client.frame(0x9, bytes(125))
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):  # as it reads or writes
        await asyncio.wait_for(client.reader.read(), WAIT_S)
    await client.close()
    smallest = 7  # bytes of a frame with one letter
    most = 2 * websocket.PIECE_BYTES + websocket.MAX_READ_AFTER_CLOSE_BYTES
    assert len(parsed) <= most / smallest


async def test_4429_for_too_many_wrong_codes(
    room: Room, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_lookups, "TURN_MS", 60_000)
    anna = await room.connect()  # so that this process knows the code
    await anna.send("join", nickname="Anna")
    token = (await anna.hears("welcome"))["token"]
    await Limits(redis).hit(WRONG_CODE_FROM_ADDRESS, "127.0.0.1", WRONG_CODE_FROM_ADDRESS.times - 1)
    wrong = msgspec.structs.replace(room, code="ABCDEF")
    assert await (await wrong.connect()).closed() == CloseCode.NO_SUCH_ROOM
    in_turn = await wrong.connect()
    await in_turn.send("watch")
    assert await in_turn.closed() == CloseCode.NO_SUCH_ROOM
    for hello, fields in (("watch", {}), ("resume", {"token": "nobody.nothing"})):
        for guesser in (await wrong.connect(), await room.connect()):
            await guesser.send(hello, **fields)
            assert await guesser.closed() == CloseCode.RATE_LIMITED
    await (await room.resumed(token)).hears("welcome")
    await room.host()  # who is signed in has turns of their own
    room.server.app.state.live.code_lookups._slowed.clear()  # noqa: SLF001  # for other tests


async def test_4429_for_too_many_joins_of_a_room(room: Room, redis: Redis) -> None:
    await Limits(redis).hit(JOIN_OF_ROOM, room.session, JOIN_OF_ROOM.times)
    client = await room.connect()
    await client.send("join", nickname="Anna")
    assert await client.closed() == CloseCode.RATE_LIMITED


async def test_1007_for_a_text_that_is_not_utf8(room: Room) -> None:
    player = await room.player("Anna")
    await player.socket.send(b'{"type": "ping", "sent_at": "\xff"}', text=True)
    assert await player.closed() == CloseCode.NOT_UTF8


async def test_1008_for_a_silent_connection(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HELLO_WITHIN_S", 0.1)
    client = await room.connect()
    assert await client.closed() == CloseCode.SILENT


async def test_who_was_refused_may_think_of_another_nickname(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HELLO_WITHIN_S", 0.2)
    client, silent = await room.connect(), await room.connect()
    await client.send("join", nickname="")
    await client.refused("nickname_invalid", "join")
    assert await silent.closed() == CloseCode.SILENT
    await client.send("join", nickname="Anna")
    await client.hears("welcome")


@pytest.mark.parametrize("size", [4097, 65_536, 1_000_000])
async def test_1009_for_a_large_frame(room: Room, size: int) -> None:
    player = await room.player("Anna")
    await player.raw("x" * size)
    assert await player.closed() == CloseCode.FRAME_TOO_LARGE


async def test_1009_for_a_large_message_in_fragments(room: Room) -> None:
    player = await room.player("Anna")
    await player.socket.send(iter(["x" * 3000, "x" * 3000]))
    assert await player.closed() == CloseCode.FRAME_TOO_LARGE


async def test_a_message_of_4_kib_is_read(room: Room) -> None:
    player = await room.player("Anna")
    ping = '{"type": "ping", "sent_at": 1}'
    await player.raw(ping + " " * (protocol.MAX_FRAME_BYTES - len(ping)))
    await player.hears("pong")


async def test_1011_for_a_peer_that_answers_no_ping(
    open_room: Opening, serve: Serve, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "HEARTBEAT_SECONDS", 0.2)
    room = (await open_room()).at(serve(settings))
    deaf = await Deaf.connect(room.room_address)
    deaf.say(Join(nickname="Deaf"))
    assert await deaf.close_code() == CloseCode.INTERNAL
    await deaf.close()


async def test_1012_when_the_server_stops_and_the_player_goes_on_elsewhere(
    room: Room, second: RunningServer, rooms: Rooms
) -> None:
    host, anna = await room.host(), await room.at(second).player("Anna")
    budi = await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    await anna.send("answer", question=0, response="a")
    await anna.hears("answered")
    second.stop()
    assert await anna.closed() == CloseCode.RESTART
    again = await room.resumed(anna.token)
    welcome = await again.hears("welcome")
    assert welcome["room"]["you"]["response"] == "a"
    assert len((await rooms.view(room.session)).players) == 2  # was never counted as gone
    await budi.hears("question")
    await budi.send("answer", question=0, response="b")
    assert (await again.hears("reveal"))["you"]["correct"] is True


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_403_for_a_foreign_origin(room: Room, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await room.connect(origin=origin)
    assert refused.value.response.status_code == 403
    assert refused.value.response.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_own_origin_may_connect(room: Room) -> None:
    await (await room.connect(origin=room.server.url)).send("watch")


def test_each_close_code_has_its_test_here_or_in_test_outages() -> None:
    names = " ".join(globals()) + " test_1013 test_1006"
    assert [code for code in CloseCode if f"test_{code.value}" not in names] == []
