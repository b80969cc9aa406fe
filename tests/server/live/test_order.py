"""Frames out of order, twice, or late: each is answered as its turn in the room demands."""

import asyncio
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from game.errors import Refusal
from game.rules import rooms as rules
from game.rules.rooms.states import current_question
from server.live.error_codes import CloseCode
from tests.server.live.client import Client, Message
from tests.server.live.conftest import FAST, Opening, Room, capital
from tests.server.live.slow_network import link_to

QUESTIONS = (capital(), capital("Of Vietnam?", "b"), capital("Of Thailand?", "d"))
WAY_S = 0.15

Frame = tuple[str, dict[str, object]]

any_order = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


async def say(client: Client, said: Sequence[Frame]) -> None:
    """All of it at once: none waits for what becomes of the one before."""
    await asyncio.gather(*(client.send(type_, **fields) for type_, fields in said))


def replies(client: Client, *types: str) -> list[Message]:
    return [message for message in client.messages if message["type"] in types]


# One connection says who it is and answers, in any order.

answers = st.tuples(st.integers(0, 3), st.sampled_from("ab")).map(
    lambda drawn: ("answer", {"question": drawn[0], "response": drawn[1]})
)
NEW: Frame = ("join", {"nickname": "Anna", "key": "a-key-of-sixteen-letters"})
UNKNOWN: Frame = ("resume", {"token": "nobody"})
COMMAND: Frame = ("start", {})
said_by_a_player: st.SearchStrategy[list[Frame]] = st.lists(
    answers | answers | st.sampled_from([NEW, NEW, UNKNOWN, COMMAND]), max_size=10
)


def _expected(said: Sequence[Frame]) -> list[tuple[str, object]]:
    """The replies of a room with three questions in which the first one is open."""
    is_in, stored = False, None
    expected: list[tuple[str, object]] = []
    for type_, fields in said:
        if not is_in:
            is_in = type_ == "join"
            expected.append(("welcome", None) if is_in else ("not_joined", type_))
        elif type_ != "answer":
            expected.append(("not_allowed", type_))
        elif fields["question"] == 0:
            stored = stored or fields["response"]
            is_same = stored == fields["response"]
            expected.append(("answered", 0) if is_same else ("already_answered", type_))
        else:
            code = "no_such_question" if fields["question"] == 3 else "not_open_yet"
            expected.append((code, type_))
    return expected


def _told(message: Message) -> tuple[str, object]:
    match message["type"]:
        case "error":
            return message["code"], message["on"]
        case "answered":
            return "answered", message["question"]
        case _:
            return message["type"], None


@any_order
@given(said=said_by_a_player)
async def test_what_a_player_says_in_any_order_is_done_in_that_order(
    open_room: Opening, said: list[Frame]
) -> None:
    room = await open_room(*QUESTIONS)
    host, _ = await room.host(), await room.player("Keeps the question open")
    await host.send("start")
    await host.hears("question")
    anna = await room.connect()
    await say(anna, said)
    expected = _expected(said)
    while len(told := replies(anna, "welcome", "answered", "error")) < len(expected):
        await anna.next()
    assert list(map(_told, told)) == expected
    await host.send("close_question")
    revealed = await host.hears("reveal")
    assert revealed["answered"] == (("answered", 0) in expected)


# The host's commands, in any order and again and again.

COMMANDS: dict[str, rules.HostCommand] = {
    "start": rules.Start(),
    "next": rules.Next(),
    "close_question": rules.CloseQuestion(),
    "pause": rules.Pause(),
    "unpause": rules.Unpause(),
    "lock": rules.Lock(),
    "end": rules.End(),
}
TOLD = {
    rules.QuestionOpened: "question",
    rules.Paused: "paused",
    rules.Unpaused: "unpaused",
    rules.Revealed: "reveal",
    rules.Finished: "finished",
}
often = [name for name in COMMANDS if name != "end"]
said_by_a_host: st.SearchStrategy[list[str]] = st.lists(
    st.sampled_from([*often, *often, "end"]), max_size=15
)


def _by_the_rules(said: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is told to everybody, and which commands are refused."""
    state = rules.opened(len(QUESTIONS), FAST, now=0)
    told, refused = [], []
    for name in said:
        try:
            state, events = rules.apply(state, COMMANDS[name], 0, QUESTIONS)
        except Refusal:
            refused.append(name)
            continue
        if state.phase is rules.Phase.SCORING:
            command = rules.Scored(current_question(state).question)
            state, scored = rules.apply(state, command, 0, QUESTIONS)
            events += scored
        told += [TOLD[type(event)] for event in events if type(event) in TOLD]
    return told, refused


@any_order
@given(said=said_by_a_host)
async def test_what_a_host_says_in_any_order_is_done_in_that_order(
    open_room: Opening, said: list[str]
) -> None:
    room = await open_room(*QUESTIONS)
    host, anna = await room.host(), await room.player("Anna")
    await say(host, [(name, {}) for name in said])
    told, refused = _by_the_rules(said)
    for client in (host, anna):
        while len(replies(client, *TOLD.values())) < len(told):
            await client.next()
        assert [each["type"] for each in replies(client, *TOLD.values())] == told
    while len(replies(host, "error")) < len(refused):
        await host.next()
    errors = replies(host, "error")
    assert [(each["code"], each["on"]) for each in errors] == [
        ("wrong_phase", name) for name in refused
    ]


# What comes late, over a long way.


async def test_an_answer_that_comes_when_the_next_question_is_open_counts_for_neither(
    open_room: Opening,
) -> None:
    room = await open_room(*QUESTIONS)
    async with link_to(room, WAY_S) as (far, _):
        anna = await far.player("Anna")
        host = await room.host()
        await host.send("start")
        await anna.hears("question", question=0)
        await say(host, [("close_question", {}), ("next", {})])
        await anna.send("answer", question=0, response="a")
        await anna.hears("question", question=1)
        await anna.refused("too_late", "answer")
        await anna.send("answer", question=1, response="b")
        await anna.hears("answered", question=1)
        own = (await anna.hears("reveal"))["you"]
    assert (own["response"], own["correct"], own["streak"]) == ("b", True, 1)


async def test_of_two_connections_the_older_ones_late_answer_does_not_count(room: Room) -> None:
    """The phone changed its network: what it said on the old one is still on its way."""
    async with link_to(room, WAY_S) as (far, _):
        before = await far.player("Anna")
        host, _ = await room.host(), await room.player("Keeps the question open")
        await host.send("start")
        await before.hears("question")
        await before.send("answer", question=0, response="b")
        anna = await room.resumed(before.token)
        await anna.send("answer", question=0, response="a")
        await anna.hears("answered")
        assert await before.closed() == CloseCode.CONNECTED_ELSEWHERE
        assert not replies(before, "answered")
    await host.send("close_question")
    assert (await anna.hears("reveal"))["you"]["response"] == "a"
    assert (await host.hears("reveal"))["answered"] == 1
