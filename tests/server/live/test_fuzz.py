"""Any frame from anybody: an answer or a close, never a failure, and nothing else touched.

`make fuzz` asks for many more examples of each.
"""

import contextlib
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from game.live.rooms import Rooms
from server.live.error_codes import CloseCode, ErrorCode
from tests.server.live.client import Client
from tests.server.live.conftest import Opening, Room

pytestmark = pytest.mark.slow

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
    "show",
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
NASTY: list[str | bytes] = [
    '{"type": "answer", "question": 0, "response": NaN}',
    '{"type": "answer", "question": 0, "response": -Infinity}',
    '{"type": "answer", "question": 0, "response": 1e400}',
    '{"type": "answer", "question": 1' + "0" * 400 + ', "response": "a"}',
    '{"type": "ping", "sent_at": 1' + "0" * 300 + "}",
    '{"type": "answer", "question": 0, "response": ' + "[" * 1900 + "]" * 1900 + "}",
    '{"a":' * 600 + "1" + "}" * 600,
    '{"type": "join", "type": "watch", "nickname": "Twice"}',
    '{"type": "join", "nickname": "\\ud83d"}',
    '{"type": "join", "nickname": "' + "\\u0000" * 24 + '"}',
    "\ufeff{}",
    "\0",
    b"\0" * 4096,
]
frames = (
    messages
    | messages
    | values.map(json.dumps)
    | texts
    | st.binary(max_size=200)
    | st.sampled_from(NASTY)
)

KNOWN = {code.value for code in ErrorCode} - {ErrorCode.UNAVAILABLE}
CLOSES = {None, CloseCode.BAD_FRAMES, CloseCode.NOT_SIGNED_IN}

fuzzed = settings(
    max_examples=int(os.environ.get("KUIS_FUZZ_EXAMPLES", "20")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
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
    await speak(await room.host(), said)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"x" * 65_536, CloseCode.FRAME_TOO_LARGE),
        (b'{"type": "join", "nickname": "' + b"\xff" * 20 + b'"}', CloseCode.NOT_UTF8),
        (b"\xed\xa0\x80", CloseCode.NOT_UTF8),
    ],
    ids=["large", "no text", "surrogate"],
)
@pytest.mark.parametrize("role", ["player", "host", "watch"])
async def test_what_ends_a_connection_ends_no_other(
    room: Room, frame: bytes, code: CloseCode, role: str
) -> None:
    anna = await room.player("Anna")
    entering = {"player": lambda: room.player("B"), "host": room.host, "watch": room.projector}
    client = await entering[role]()
    await client.socket.send(frame, text=True)
    assert await client.closed() == code
    await anna.quiet()


# A whole game in which everybody says what may be said, in any order and any number of times.

Say = tuple[str, dict[str, object]]
HOSTS_SAY = ("start", "next", "close_question", "pause", "unpause", "lock", "unlock")
hosts: st.SearchStrategy[Say] = st.sampled_from(HOSTS_SAY).map(lambda type_: (type_, {}))
rare: st.SearchStrategy[Say] = st.one_of(
    st.just(("end", {})),
    st.integers(1, 300).map(lambda seconds: ("extend", {"seconds": seconds})),
    st.sampled_from(["answer", "places"]).map(lambda view: ("show", {"view": view})),
    st.sampled_from(["Anna", "Budi", "elsewhere", "nobody", ""]).map(
        lambda name: ("kick", {"player": name})
    ),
)
answers: st.SearchStrategy[Say] = st.builds(
    lambda question, response: ("answer", {"question": question, "response": response}),
    st.integers(-1, 3),
    st.sampled_from(["a", "b", "c", "z", "", 1, True, None, ["a"]]),
)
hellos: st.SearchStrategy[Say] = st.one_of(
    st.sampled_from(["Anna", "elsewhere", "nobody"]).map(lambda name: ("resume", {"token": name})),
    st.just(("join", {"nickname": "Anna"})),
    st.just(("host", {"ticket": "nonsense"})),
    st.just(("watch", {})),
    st.just(("ping", {"sent_at": 1})),
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["host", "host", "Anna", "Budi", "projector"]),
        hosts | hosts | answers | answers | answers | hellos | rare,
    ),
    max_size=25,
)


@fuzzed
@given(said=steps)
async def test_in_any_order_nothing_that_was_answered_is_lost_and_no_other_room_hears_of_it(
    open_room: Opening, rooms: Rooms, said: list[tuple[str, Say]]
) -> None:
    other, room = await open_room(), await open_room()
    elsewhere = await other.player("Elsewhere")
    await (await other.host()).send("start")
    await elsewhere.hears("question")
    before, heard = await rooms.view(other.session), len(elsewhere.frames)
    anna, budi = await room.player("Anna"), await room.player("Budi")
    people = {
        "Anna": anna,
        "Budi": budi,
        "host": await room.host(),
        "projector": await room.projector(),
    }
    ids = {"Anna": anna.id, "Budi": budi.id, "elsewhere": elsewhere.id}
    tokens = {"Anna": anna.token, "elsewhere": elsewhere.token}

    for speaker, (type_, fields) in said:
        meant = dict(fields)
        if type_ == "kick":
            meant["player"] = ids.get(str(fields["player"]), fields["player"])
        if type_ == "resume":
            meant["token"] = tokens.get(str(fields["token"]), fields["token"])
        with contextlib.suppress(ConnectionClosed):
            await people[speaker].send(type_, **meant)
    await people["host"].send("end")
    for client in people.values():
        with contextlib.suppress(ConnectionClosed):
            await client.quiet()
            assert client.socket.close_code in {None, CloseCode.KICKED}
        codes = {message["code"] for message in client.messages if message["type"] == "error"}
        assert codes <= KNOWN

    view = await rooms.view(room.session)
    for player in (anna, budi):
        stored = {each["question"] for each in player.messages if each["type"] == "answered"}
        if player.id not in view.kicked:
            standing = view.standings.get(player.id)
            assert (standing.answered if standing else 0) == len(stored)
    await elsewhere.quiet()
    assert await rooms.view(other.session) == before
    new = {message["type"] for message in elsewhere.messages[heard:]}
    assert new <= {"pong", "lobby"}
