"""Old snapshot + messages = fresh snapshot, for each role, as on the wire."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable

import pytest

from game.errors import Refusal
from game.live.rooms import Rooms
from game.rules import rooms as rules
from game.rules.questions import Choice, MultipleChoice, Numeric, NumericKey, Poll
from game.rules.rooms import RoomSettings
from server.live.error_codes import CloseCode
from tests.server.live.client import WAIT_S, Client, Message
from tests.server.live.conftest import Opening, Room, capital
from tests.server.live.reducer import after, state

QUESTIONS = (
    capital(),
    Poll(stem="Tea or coffee?", choices=(Choice("a", "Tea"), Choice("b", "Coffee"))),
    Numeric(stem="2 + 2?", key=NumericKey(4)),
)
RESPONSES: tuple[tuple[object, ...], ...] = (("a", "b"), (["a"], ["a", "b"]), (4, 5.5))


class Follower:
    """A client that folds what it hears into what it was first shown."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.state = state(client.welcomed["room"])
        self._folded = len(client.frames)
        self.sent: object = None

    def fold(self) -> None:
        for message in self.client.messages[self._folded :]:
            self.state = after(self.state, message, self.sent)
        self._folded = len(self.client.frames)


@pytest.mark.parametrize("seed", range(12))
async def test_what_was_told_gives_what_would_be_shown(
    open_room: Opening, rooms: Rooms, seed: int
) -> None:
    dice = random.Random(seed)
    settings = RoomSettings(lead_in_ms=0, auto_advance=seed % 2 == 1, auto_advance_ms=60_000)
    room = await open_room(*QUESTIONS, settings=settings)
    host = Follower(await room.host())
    projector = Follower(await room.projector())
    anna, budi = Follower(await room.player("Anna")), Follower(await room.player("Budi"))
    guests: list[Client] = []
    for _ in range(25):
        await _something(dice, room, rooms, (anna, budi), guests)
        await _settle(room, rooms, (host, projector, anna, budi))
    await _settle(room, rooms, (anna, budi), exactly=True)
    for player in (anna, budi):
        fresh = await room.resumed(player.client.token)
        await fresh.hears("welcome")
        await player.client.closed()  # connected again elsewhere: now all that was told was read
        player.fold()
        assert player.state == state(fresh.welcomed["room"])
    await _agree(host, await room.host())
    await _agree(projector, await room.projector())


async def test_an_answer_is_shown_for_its_own_question_only(open_room: Opening) -> None:
    """A kick moves places, so everybody is shown the room afresh in the middle of a question."""
    room = await open_room()
    host, anna, budi = await room.host(), await room.player("Anna"), await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    await anna.send("answer", question=0, response="b")
    await anna.hears("answered")
    await host.send("close_question")
    await anna.hears("reveal")
    await host.send("next")
    await anna.hears("question", question=1)
    await host.send("kick", player=budi.id)
    again = await anna.hears("welcome")
    assert again["room"]["question"]["question"] == 1
    assert "response" not in again["room"]["you"]


async def test_pictures_are_shown_with_their_question_and_choices(open_room: Opening) -> None:
    choices = (Choice("a", "Red", "/pictures/red"), Choice("b", "Blue"))
    room = await open_room(
        MultipleChoice(stem="Which flag?", media="/pictures/flag", choices=choices, key="a")
    )
    host, anna = await room.host(), await room.player("Anna")
    await host.send("start")
    again = await room.resumed(anna.token)
    await again.hears("welcome")
    for shown in (await anna.hears("question"), again.welcomed["room"]["question"]):
        assert shown["media"] == "/pictures/flag"
        assert shown["choices"] == [
            {"id": "a", "text": "Red", "media": "/pictures/red"},
            {"id": "b", "text": "Blue"},
        ]


async def test_only_host_and_projector_are_shown_a_new_code(room: Room, rooms: Rooms) -> None:
    """Whoever was removed would come back with it."""
    host, projector, anna = await room.host(), await room.projector(), await room.player("Anna")
    await rooms.take_code(room.session, "234567")
    await rooms.recode(room.session, "234567")
    for staff in (host, projector):
        await staff.hears("code_changed", code="234567")
    again = await room.resumed(anna.token)
    await again.hears("welcome")
    assert again.welcomed["room"]["code"] == room.code
    assert await anna.closed() == CloseCode.CONNECTED_ELSEWHERE
    assert not any("234567" in frame for frame in (*anna.frames, *again.frames))
    assert (await room.host()).welcomed["room"]["code"] == "234567"


async def _something(
    dice: random.Random,
    room: Room,
    rooms: Rooms,
    answering: tuple[Follower, Follower],
    guests: list[Client],
) -> None:
    """One thing that can happen in a room, or is refused in it."""
    commands: tuple[rules.HostCommand, ...] = (
        rules.Next(),
        rules.Next(),
        rules.CloseQuestion(),
        rules.Pause(),
        rules.Unpause(),
        rules.Lock(),
        rules.Unlock(),
        rules.Extend(5),
        rules.Show(rules.View.PLACES),
        rules.Show(rules.View.ANSWER),
    )
    match dice.choice(
        ("command", "command", "command", "answer", "answer", "join", "leave", "kick", "readmit")
    ):
        case "command":
            await _try(rooms.command(room.session, dice.choice(commands)))
        case "answer":
            await _answer(dice, room, rooms, dice.choice(answering))
        case "join":
            client = await room.connect()
            await client.send("join", nickname=f"Guest {len(guests)}")
            if (await client.hears("welcome", "error"))["type"] == "welcome":
                guests.append(client)
        case "leave" if guests:
            await guests.pop().close()
        case "kick" if guests:
            await _try(rooms.kick(room.session, guests.pop().id))
        case "readmit":
            removed = (await rooms.view(room.session)).removed
            await _try(rooms.readmit(room.session, next(iter(removed), "nobody")))


async def _answer(dice: random.Random, room: Room, rooms: Rooms, player: Follower) -> None:
    question = (await rooms.view(room.session)).state.question
    if question is None:
        return
    response = dice.choice(RESPONSES[question])
    await player.client.send("answer", question=question, response=response)
    if (await player.client.hears("answered", "error"))["type"] == "answered":
        player.sent = response
    player.fold()


async def _try(work: Awaitable[None]) -> None:
    with contextlib.suppress(Refusal):
        await work


async def _settle(
    room: Room, rooms: Rooms, followers: tuple[Follower, ...], *, exactly: bool = False
) -> None:
    """Everybody has heard what has happened; exactly: also what is coalesced."""
    async with asyncio.timeout(2 * WAIT_S):
        for follower in followers:
            while (
                not (await _facts(room, rooms, exactly=exactly)).items() <= follower.state.items()
            ):
                with contextlib.suppress(TimeoutError):  # the facts may have changed meanwhile
                    async with asyncio.timeout(0.2):
                        await follower.client.next()
                follower.fold()


async def _facts(room: Room, rooms: Rooms, *, exactly: bool) -> Message:
    view = await rooms.view(room.session)
    facts: Message = {"phase": view.phase.value}
    if exactly:
        facts |= {"players": len(view.players), "locked": view.state.locked}
    return facts


async def _agree(follower: Follower, fresh: Client) -> None:
    """Reads on until the follower's state is the fresh one; what is coalesced may take a second."""
    expected = state(fresh.welcomed["room"])
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(WAIT_S):
            while follower.state != expected:
                await follower.client.next()
                follower.fold()
    assert follower.state == expected
