"""The page's reducer: an old snapshot and the events since make what a fresh snapshot says."""

import json
from typing import Any

import pytest
from playwright.async_api import Page

from server.client.retries import RETRYABLE_ERRORS
from server.live.error_codes import RETRYABLE_CLOSES, CloseCode, ErrorCode
from tests.e2e.school import Json, Teacher
from tests.server.live.client import Client
from tests.web.modules import run

ONE: Json = {
    "type": "multiple_choice",
    "stem": "Which planet is the largest?",
    "time_limit": 120,
    "choices": [{"text": "Saturn"}, {"text": "Jupiter", "is_correct": True}],
}
REDUCE = "return JSON.stringify(given.reduce(m.reduce, m.START));"

Message = dict[str, Any]  # Any: JSON


async def reduced(page: Page, events: list[Message]) -> Json:
    state: Json = json.loads(await run(page, "sessions/room-state.js", REDUCE, events))
    return state


def comparable(room: Json) -> Json:
    """Without the moment at which it was read, and with people in one order."""
    rest = {key: value for key, value in room.items() if key != "now"}
    if "roster" in rest:
        rest["roster"] = sorted(rest["roster"], key=lambda person: str(person["id"]))
    return rest


class Seat:
    """Somebody in the room, with what they were told and what their page did itself."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.events: list[Message] = [client.welcomed]

    async def hears(self, *types: str, **fields: object) -> None:
        read = len(self.client.frames)
        await self.client.hears(*types, **fields)
        await self.client.quiet()
        self.events += [json.loads(frame) for frame in self.client.frames[read:]]


async def fresh(teacher: Teacher, seat: Seat, page: Page) -> None:
    """Compares with what somebody who comes now is told, and goes on from there."""
    client = await teacher.connect(teacher.token)
    role = seat.client.welcomed["role"]
    if role == "player":
        await client.send("resume", token=seat.client.token)
    else:
        await client.send(role)
    told = await client.hears("welcome")
    state = await reduced(page, seat.events)
    assert comparable(state["room"]) == comparable(told["room"])
    told.setdefault("token", seat.client.welcomed.get("token"))
    seat.client, seat.events = client, [told]


async def test_events_make_what_a_fresh_snapshot_says(teacher: Teacher, blank: Page) -> None:
    await teacher.open(await teacher.write([ONE, ONE]), auto_advance=True, auto_advance_ms=60_000)
    host, wall = Seat(await teacher.host()), Seat(await teacher.projector())
    ana, budi = Seat(await teacher.player("Ana")), await teacher.player("Budi")

    async def all_hear(*types: str, **fields: object) -> None:
        for seat in (host, wall, ana):
            await seat.hears(*types, **fields)
            await fresh(teacher, seat, blank)

    await all_hear("lobby", players=2)
    await host.client.send("lock")
    await all_hear("lobby", locked=True)
    await host.client.send("start")
    await all_hear("question", question=0)
    await ana.client.send("answer", question=0, response="b")
    ana.events.append({"type": "sent", "question": 0, "response": "b"})
    await ana.hears("answered")
    await fresh(teacher, ana, blank)
    for seat in (host, wall):
        await seat.hears("tally", answered=1)
        await fresh(teacher, seat, blank)
    for command, heard in [("extend", "extended"), ("pause", "paused"), ("unpause", "unpaused")]:
        await host.client.send(command, **({"seconds": 10} if command == "extend" else {}))
        await all_hear(heard)
    await host.client.send("close_question")
    await all_hear("reveal")
    for view in ("places", "answer", "places"):
        await host.client.send("show", view=view)
        for seat in (host, wall):
            await seat.hears("shown", view=view)
            await fresh(teacher, seat, blank)
    for command, heard in [("pause", "paused"), ("unpause", "unpaused"), ("next", "question")]:
        await host.client.send(command)
        await all_hear(heard)
    await budi.close()
    await all_hear("lobby", players=1)
    await host.client.send("end")
    await all_hear("finished")


ROOM: Json = {
    "code": "KQ7M2X",
    "title": "Moons",
    "phase": "question",
    "locked": False,
    "paused": False,
    "players": 2,
    "of": 2,
    "now": 0,
    "question": {**ONE, "question": 1, "of": 2, "kind": "multiple_choice"},
    "you": {"score": 0, "rank": 0, "streak": 0},
}
WELCOME: Message = {"type": "welcome", "role": "player", "room": ROOM}
SENT: Message = {"type": "sent", "question": 1, "response": "a"}


def refusal(code: str, **fields: int) -> Message:
    return {"type": "error", "code": code, "message": "", "on": "answer", **fields}


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([SENT], "sending"),
        ([SENT, {"type": "answered", "question": 1, "at": 0}], "stored"),
        ([SENT, {"type": "answered", "question": 0, "at": 0}], "sending"),
        ([SENT, {"type": "link", "link": "lost"}, WELCOME], "sending"),
        ([SENT, refusal("too_late")], "refused"),
        ([SENT, refusal("too_late", question=1)], "refused"),
        ([SENT, refusal("too_late", question=0)], "sending"),
        ([SENT, refusal("bad_response", question=0)], "sending"),
        ([SENT, refusal("unavailable")], "sending"),
        ([SENT, refusal("not_open_yet")], "sending"),
        (
            [SENT, {"type": "answered", "question": 1, "at": 0}, refusal("already_answered")],
            "stored",
        ),
    ],
)
async def test_an_answer_is_on_its_way_until_it_is_stored_or_refused(
    blank: Page, events: list[Message], status: str
) -> None:
    state = await reduced(blank, [WELCOME, *events])
    assert state["mine"]["status"] == status


async def test_what_comes_late_or_twice_takes_no_answer_back(blank: Page) -> None:
    """Over a slow network the page says an answer several times, and hears of each."""
    about_the_one_before: list[Message] = [
        {"type": "answered", "question": 0, "at": 0},
        refusal("too_late"),
        refusal("already_answered"),
    ]
    told: list[Message] = [
        {"type": "answered", "question": 1, "at": 0},
        {"type": "question", **ROOM["question"], "now": 0},
        WELCOME,
    ]
    for late in about_the_one_before:
        for at in range(len(told) + 2):
            events = [WELCOME, SENT, *told, *told]
            events.insert(1 + at, late)
            state = await reduced(blank, events)
            assert state["mine"] == {"question": 1, "response": "a", "status": "stored"}, events
        state = await reduced(blank, [WELCOME, late, SENT])
        assert (state["mine"]["status"], state["refusal"]) == ("sending", "")


async def test_a_late_refusal_is_not_shown_on_the_next_question(blank: Page) -> None:
    for events in (
        [WELCOME],
        [WELCOME, SENT],
        [WELCOME, SENT, {"type": "answered", "question": 1, "at": 0}],
    ):
        before = await reduced(blank, events)
        assert await reduced(blank, [*events, refusal("too_late", question=0)]) == before


async def test_an_answer_that_does_not_fit_may_be_given_anew(blank: Page) -> None:
    refused = [WELCOME, SENT, refusal("bad_response")]
    state = await reduced(blank, refused)
    assert (state["mine"], state["refusal"]) == (None, "bad_response")
    state = await reduced(blank, [*refused, SENT])
    assert (state["mine"]["status"], state["refusal"]) == ("sending", "")


async def test_the_answer_of_one_question_is_not_that_of_the_next(blank: Page) -> None:
    question = {**ROOM["question"], "type": "question", "question": 2, "now": 0}
    state = await reduced(blank, [WELCOME, SENT, question])
    assert state["mine"] is None


async def test_a_stored_answer_comes_back_with_the_snapshot(blank: Page) -> None:
    room = {**ROOM, "you": {**ROOM["you"], "response": "b"}}
    state = await reduced(blank, [{**WELCOME, "room": room}])
    assert state["mine"] == {"question": 1, "response": "b", "status": "stored"}


async def test_waiting_before_a_reconnect_grows_and_differs(blank: Page) -> None:
    waits = await run(
        blank,
        "sessions/socket.js",
        """const least = [0, 1, 2, 3, 20].map((tries) => m.waitBefore(tries, 0, () => 0));
        const most = [0, 1, 2, 3, 20].map((tries) => m.waitBefore(tries, 0, () => 1));
        return [...least, ...most, m.waitBefore(0, 4429, () => 0)];""",
    )
    assert waits == [200] * 5 + [600, 1000, 1800, 3400, 10_200] + [5000]


async def test_a_page_gives_up_after_the_codes_that_the_protocol_calls_final(blank: Page) -> None:
    final = await run(blank, "sessions/close-codes.js", "return [...m.FINAL_CODES]")
    assert set(final) == set(CloseCode) - RETRYABLE_CLOSES


async def test_a_page_and_a_client_repeat_after_the_same_refusals(blank: Page) -> None:
    """This is about the first message. Only an answer can come too early."""
    passing = await run(blank, "sessions/socket.js", "return [...m.PASSING]")
    assert set(passing) == RETRYABLE_ERRORS - {ErrorCode.NOT_OPEN_YET}
