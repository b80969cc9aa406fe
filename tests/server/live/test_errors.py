"""Every error code of the protocol, provoked over a real socket; the connection stays."""

import asyncio
import json

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from game.live.keys import RoomKeys
from game.live.room_view import RoomView
from game.rules.rooms import RoomSettings
from server.limits import NEW_CODES_OF_ROOM
from server.live.error_codes import ErrorCode
from tests.server.live.client import WAIT_S, Client
from tests.server.live.conftest import FAST, Opening, Room, capital


async def opened(room: Room) -> tuple[Client, Client]:
    """A host and a player in an open question."""
    host, player = await room.host(), await room.player("Anna")
    await room.player("Budi")  # who does not answer, so that the question stays open
    await host.send("start")
    await player.hears("question")
    return host, player


@pytest.mark.parametrize(
    ("frame", "on"),
    [
        ("", None),
        ("not JSON", None),
        ("[]", None),
        ("null", None),
        ('"ping"', None),
        ("{}", None),
        ('{"type": 7}', None),
        ('{"type": "answer"}', "answer"),
        ('{"type": "answer", "question": "0", "response": "a"}', "answer"),
        ('{"type": "answer", "question": 1e300, "response": "a"}', "answer"),
        ('{"type": "answer", "question": 0, "response": NaN}', None),
        ('{"type": "answer", "question": 0, "response": 1e999}', "answer"),
        ('{"type": "answer", "question": 0, "response": "a", "elapsed_ms": -1}', "answer"),
        ('{"type": "ping", "sent_at": "now"}', "ping"),
        ('{"type": "ping", "sent_at": 1, "extra": 1}', "ping"),
        ('{"type": "extend", "seconds": 301}', "extend"),
        ('{"type": "join", "nickname": "\\ud800"}', None),
        ("[" * 4000, None),
        ('{"type": "answer", "question": 0, "response": ' + "[" * 3000, None),
        (b"{}", None),
    ],
)
async def test_bad_message(room: Room, frame: str | bytes, on: str | None) -> None:
    player = await room.player("Anna")
    await player.raw(frame)
    await player.refused("bad_message", on)
    await player.quiet()


async def test_bad_message_for_a_player_to_kick_who_is_not_there(room: Room) -> None:
    host = await room.host()
    await host.send("kick", player="nobody")
    await host.refused("bad_message", "kick")


@pytest.mark.parametrize("team", ["\0", "a\0b", "x" * 25, "\u202e", "\u200b", "\uffff", "f u c k"])
async def test_bad_message_for_a_team_that_no_result_should_show(room: Room, team: str) -> None:
    client = await room.connect()
    await client.send("join", nickname="Anna", team=team)
    await client.refused("bad_message", "join")
    await client.send("join", nickname="Anna", team=" ")
    await client.hears("welcome")


@pytest.mark.parametrize("type_", ["", "Join", "start_question", "welcome", "a" * 1000, "🎉"])
async def test_unknown_type(room: Room, type_: str) -> None:
    player = await room.player("Anna")
    await player.raw(json.dumps({"type": type_}))
    await player.refused("unknown_type", type_[:40] or None)


@pytest.mark.parametrize("type_", ["start", "next", "pause", "end", "ping", "answer", "kick"])
async def test_not_joined_before_the_first_message(room: Room, type_: str) -> None:
    fields: dict[str, dict[str, object]] = {
        "ping": {"sent_at": 1},
        "answer": {"question": 0, "response": "a"},
        "kick": {"player": "x"},
    }
    client = await room.connect()
    await client.send(type_, **fields.get(type_, {}))
    await client.refused("not_joined", type_)
    await client.send("join", nickname="Anna")
    await client.hears("welcome")


@pytest.mark.parametrize("token", ["", "x", "x.y", "\u0000", "é" * 90])
async def test_not_joined_with_a_token_of_nobody(room: Room, token: str) -> None:
    client = await room.resumed(token)
    await client.refused("not_joined", "resume")
    await client.send("join", nickname="Anna")
    await client.hears("welcome")


async def test_not_joined_with_a_token_of_another_room(open_room: Opening) -> None:
    one, another = await open_room(), await open_room()
    player = await one.player("Anna")
    client = await another.resumed(player.token)
    await client.refused("not_joined", "resume")


async def test_not_allowed_to_answer_as_host_or_projector(room: Room) -> None:
    for client in (await room.host(), await room.projector()):
        await client.send("answer", question=0, response="a")
        await client.refused("not_allowed", "answer")


@pytest.mark.parametrize("nickname", ["", "   ", "x" * 25, "\u200b", "a\u202eb", "\u0000", "\n"])
async def test_nickname_invalid(room: Room, nickname: str) -> None:
    client = await room.connect()
    await client.send("join", nickname=nickname)
    await client.refused("nickname_invalid", "join")
    await client.send("join", nickname="Anna")
    await client.hears("welcome")


@pytest.mark.parametrize("nickname", ["Anna", "ANNA", " anna ", "\uff21nna"])
async def test_nickname_taken(room: Room, nickname: str) -> None:
    await room.player("Anna")
    client = await room.connect()
    await client.send("join", nickname=nickname)
    await client.refused("nickname_taken", "join")
    await client.send("join", nickname="Anna 2")
    await client.hears("welcome")


async def test_room_full(open_room: Opening) -> None:
    room = await open_room(settings=RoomSettings(max_players=2))
    first, _ = await room.player("Anna"), await room.player("Budi")
    client = await room.connect()
    await client.send("join", nickname="Citra")
    await client.refused("room_full", "join")
    await (await room.resumed(first.token)).hears("welcome")


async def test_room_locked(room: Room) -> None:
    host, player = await room.host(), await room.player("Anna")
    await host.send("lock")
    await host.hears("lobby", locked=True)
    await player.hears("lobby", locked=True)
    client = await room.connect()
    await client.send("join", nickname="Budi")
    await client.refused("room_locked", "join")
    await (await room.resumed(player.token)).hears("welcome")
    await host.send("unlock")
    await host.hears("lobby", locked=False)
    await client.send("join", nickname="Budi")
    await client.hears("welcome")


@pytest.mark.parametrize("command", ["close_question", "pause", "unpause", "extend"])
async def test_wrong_phase_for_a_command(room: Room, command: str) -> None:
    host = await room.host()
    await host.send(command, **({"seconds": 10} if command == "extend" else {}))
    await host.refused("wrong_phase", command)


async def test_wrong_phase_to_answer_in_the_lobby(room: Room) -> None:
    player = await room.player("Anna")
    await player.send("answer", question=0, response={"not": "a response"})
    await player.refused("wrong_phase", "answer")


async def test_wrong_phase_to_answer_while_paused(room: Room) -> None:
    host, player = await opened(room)
    await host.send("pause")
    await player.hears("paused", question=0)
    await player.send("answer", question=0, response="a")
    await player.refused("wrong_phase", "answer")
    await host.send("unpause")
    await player.hears("unpaused")
    await player.send("answer", question=0, response="a")
    await player.hears("answered")


async def test_wrong_phase_to_join_late_when_that_is_off(open_room: Opening) -> None:
    room = await open_room(settings=RoomSettings(lead_in_ms=0, late_join=False))
    await opened(room)
    client = await room.connect()
    await client.send("join", nickname="Late")
    await client.refused("wrong_phase", "join")


async def test_a_wrong_question_costs_the_same_with_any_number_of_players(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, player = await opened(room)

    async def whole(session: str) -> RoomView:
        raise AssertionError(f"all players of {session} were read")

    monkeypatch.setattr(room.server.app.state.live.rooms, "view", whole)
    await player.send("answer", question=1, response="a")
    await player.refused("not_open_yet", "answer")
    await player.send("answer", question=2, response="a")
    await player.refused("no_such_question", "answer")


@pytest.mark.parametrize("question", [-1, 2, 2**53, -(2**53)])
async def test_no_such_question(room: Room, question: int) -> None:
    _, player = await opened(room)
    await player.send("answer", question=question, response="a")
    await player.refused("no_such_question", "answer")


async def test_not_open_yet_in_the_lead_in(open_room: Opening) -> None:
    room = await open_room(settings=RoomSettings(lead_in_ms=10_000))
    _, player = await opened(room)
    await player.send("answer", question=0, response="a")
    await player.refused("not_open_yet", "answer")


async def test_not_open_yet_for_a_later_question(room: Room) -> None:
    _, player = await opened(room)
    await player.send("answer", question=1, response="a")
    await player.refused("not_open_yet", "answer")


async def test_too_late_after_the_close(room: Room) -> None:
    host, player = await opened(room)
    await host.send("close_question")
    await player.hears("reveal")
    await player.send("answer", question=0, response="a", elapsed_ms=0)
    await player.refused("too_late", "answer")


async def test_a_refused_answer_names_its_question(room: Room) -> None:
    """Over a slow network the refusal may come when the next question is shown."""
    host, player = await opened(room)
    await host.send("close_question")
    await player.hears("reveal")
    await host.send("next")
    await player.hears("question")
    await player.send("answer", question=0, response="a")
    assert (await player.refused("too_late", "answer"))["question"] == 0
    await player.send("answer", question=1, response=["not", "one"])
    assert (await player.refused("bad_response", "answer"))["question"] == 1
    await player.send("start")
    assert "question" not in await player.refused("not_allowed", "start")


async def test_already_answered(room: Room) -> None:
    _, player = await opened(room)
    await player.send("answer", question=0, response="a")
    await player.hears("answered")
    await player.send("answer", question=0, response="b")
    await player.refused("already_answered", "answer")
    await player.send("answer", question=0, response="a")
    await player.hears("answered")


@pytest.mark.parametrize("response", [None, "", "e", "A", True, 0, ["a"], {"a": 1}, 10**400])
async def test_bad_response(room: Room, response: object) -> None:
    _, player = await opened(room)
    await player.raw(json.dumps({"type": "answer", "question": 0, "response": response}))
    await player.refused("bad_response", "answer")
    await player.send("answer", question=0, response="a")
    await player.hears("answered")


async def test_rate_limited_and_not_for_ever(open_room: Opening) -> None:
    room = await open_room(capital(), settings=FAST)
    player = await room.player("Anna")
    for _ in range(40):
        await player.send("ping", sent_at=1)
    await player.refused("rate_limited")
    async with asyncio.timeout(WAIT_S):
        while (await player.hears("pong", "error")).get("sent_at") != 2:
            await asyncio.sleep(0.05)  # the allowance comes back with time
            await player.send("ping", sent_at=2)


def test_each_error_code_has_its_test_here_or_in_test_outages() -> None:
    names = " ".join(globals()) + " test_unavailable"
    assert [code for code in ErrorCode if f"test_{code}" not in names] == []


async def test_a_fault_of_ours_in_redis_is_logged(room: Room, redis: Redis) -> None:
    await redis.set(RoomKeys(room.session).names, "what no script expects")
    client = await room.connect()
    with capture_logs() as logs:
        await client.send("join", nickname="Anna")
        await client.refused("unavailable", "join")
    assert [log["on"] for log in logs if log["event"] == "live.failed"] == ["join"]


async def test_rate_limited_after_many_new_codes(room: Room) -> None:
    host = await room.host()
    for _ in range(NEW_CODES_OF_ROOM.times):
        await host.send("new_code")
        await host.refused("unavailable", "new_code")  # there is no PostgreSQL here
    await host.send("new_code")
    refusal = await host.refused("rate_limited", "new_code")
    assert 0 < refusal["retry_ms"] <= 60_000
    await host.send("lock")
    await host.hears("lobby")


async def test_nobody_absent_long(room: Room) -> None:
    host = await room.host()
    player = await room.player("Anna")
    await player.close()
    await host.send("clear_absent")
    await host.refused("nobody_absent_long", "clear_absent")
