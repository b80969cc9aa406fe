"""Any frame from anybody: an answer or a close, never a failure, and the room untouched."""

import contextlib
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from game.live.rooms import Rooms
from server.live.codes import CloseCode, ErrorCode
from tests.server.live.client import Client
from tests.server.live.conftest import Room

TYPES = [
    "join",
    "resume",
    "host",
    "watch",
    "answer",
    "ping",
    "start",
    "next",
    "close_question",
    "pause",
    "unpause",
    "lock",
    "unlock",
    "end",
    "extend",
    "kick",
    "welcome",
    "tick",
    "scored",
]
FIELDS = ["nickname", "team", "token", "ticket", "question", "response", "elapsed_ms", "sent_at"]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.just("a"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
messages = st.builds(
    lambda type_, fields: json.dumps({"type": type_, **fields}),
    st.sampled_from(TYPES) | values,
    st.dictionaries(st.sampled_from([*FIELDS, "seconds", "player", "extra"]), values, max_size=4),
)
frames = messages | messages | values.map(json.dumps) | texts | st.binary(max_size=200)

KNOWN = {code.value for code in ErrorCode} - {ErrorCode.UNAVAILABLE}
CLOSES = {None, CloseCode.BAD_FRAMES, CloseCode.NOT_SIGNED_IN}

fuzzed = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


async def speak(client: Client, said: list[str | bytes]) -> None:
    """Says it all; each answer is a known one, and at the end there is a pong or a close."""
    with contextlib.suppress(ConnectionClosed):
        for frame in said:
            await client.raw(frame)
        await client.send("ping", sent_at=0)
        while True:
            message = await client.hears("pong", "error")
            if message.get("sent_at") == 0 or message.get("on") == "ping":
                break
    assert client.socket.close_code in CLOSES
    codes = {message["code"] for message in client.messages if message["type"] == "error"}
    assert codes <= KNOWN


@fuzzed
@given(said=st.lists(frames, max_size=12))
async def test_nothing_said_before_joining_breaks_anything(
    room: Room, rooms: Rooms, said: list[str | bytes]
) -> None:
    before = (await rooms.view(room.session)).state
    await speak(await room.connect(), said)
    assert (await rooms.view(room.session)).state == before


@fuzzed
@given(said=st.lists(frames, max_size=12), number=st.integers(0, 10**9))
async def test_nothing_a_player_says_breaks_anything(
    room: Room, rooms: Rooms, said: list[str | bytes], number: int
) -> None:
    before = (await rooms.view(room.session)).state
    player = await room.connect()
    await player.send("join", nickname=f"Player {number}")
    await player.hears("welcome", "error")
    await speak(player, said)
    assert (await rooms.view(room.session)).state == before


@fuzzed
@given(said=st.lists(frames, max_size=12))
async def test_nothing_a_projector_says_breaks_anything(
    room: Room, rooms: Rooms, said: list[str | bytes]
) -> None:
    before = (await rooms.view(room.session)).state
    await speak(await room.projector(), said)
    assert (await rooms.view(room.session)).state == before


@fuzzed
@given(said=st.lists(frames, max_size=12))
async def test_nothing_a_host_says_fails(room: Room, said: list[str | bytes]) -> None:
    await speak(await room.hosting(), said)
