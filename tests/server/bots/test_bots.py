"""Bots play a room as people do, and say in one line why they cannot."""

import asyncio
import itertools
from random import Random

import pytest

from game.errors import Unavailable
from game.live.rooms import Rooms
from game.rules.questions import Question, freeze
from game.rules.rooms import RoomSettings
from server.bots import BotsError, Progress, play
from server.bots import bot as bot_module
from server.bots.behaviour import Behaviour
from server.bots.bot import Bot, Ending
from server.client import retries
from server.demo.content import QUIZZES
from tests.server.live.client import Client
from tests.server.live.conftest import Opening, Room, capital

GAME_WITHIN_S = 60.0


def every_kind() -> tuple[Question, ...]:
    """The demo quiz with short times, so that the bots' thinking does not last."""
    drafts = {draft.type: draft for draft in QUIZZES[0].questions}
    return tuple(freeze(draft, Random(1)) for draft in drafts.values())


async def host_game(host: Client, questions: int) -> list[dict[str, object]]:
    """Starts and goes on until the game is finished; all reveals."""
    reveals = []
    for _ in range(questions):
        await host.send("next")
        while (message := await hears_for_long(host))["type"] != "reveal":
            pass
        reveals.append(message)
    await host.send("next")
    return reveals


async def hears_for_long(host: Client) -> dict[str, object]:
    async with asyncio.timeout(GAME_WITHIN_S):
        while True:
            try:
                return await host.next()
            except TimeoutError:
                continue


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bots that hardly think and never lose their connection."""
    monkeypatch.setattr(Behaviour, "think_s", lambda *_: 0.05)
    monkeypatch.setattr(bot_module, "DROPS_SHARE", 0.0)


@pytest.fixture
def forgetful(hasty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bots that lose their connection in every question."""
    del hasty
    monkeypatch.setattr(bot_module, "DROPS_SHARE", 1.0)
    monkeypatch.setattr(retries, "FIRST_WAIT_S", 0.01)


async def joined(host: Client, players: int) -> None:
    await host.hears("lobby", players=players)


@pytest.mark.usefixtures("hasty")
async def test_bots_play_every_kind_of_question_to_the_end(open_room: Opening) -> None:
    questions = every_kind()
    room = await open_room(*questions)
    host = await room.host()
    seen: list[Progress] = []
    game = asyncio.create_task(play(room.server.url, room.code, 12, seed=1, report=seen.append))
    await joined(host, 12)
    reveals = await host_game(host, len(questions))
    summary = await game
    assert [reveal["answered"] for reveal in reveals] == [12] * len(questions)
    assert summary.players == 12
    assert summary.endings == {Ending.FINISHED: 12}
    assert summary.answers == 12 * len(questions)
    assert summary.best is not None
    assert summary.best.rank == 1
    assert seen[-1].question == len(questions) - 1


@pytest.mark.usefixtures("hasty")
async def test_bots_know_the_demo_quizzes_well_but_not_perfectly(
    open_room: Opening, rooms: Rooms
) -> None:
    questions = every_kind()[:2]
    room = await open_room(*questions)
    host = await room.host()
    game = asyncio.create_task(play(room.server.url, room.code, 40, seed=3))
    await joined(host, 40)
    await host_game(host, len(questions))
    await game
    standings = [*(await rooms.view(room.session)).standings.values()]
    right = sum(standing.correct for standing in standings)
    assert 0.4 < right / (40 * len(questions)) < 1


@pytest.mark.usefixtures("forgetful")
async def test_bots_that_lose_their_connection_resume_and_answer(open_room: Opening) -> None:
    room = await open_room(capital())
    host = await room.host()
    game = asyncio.create_task(play(room.server.url, room.code, 5, seed=1))
    await joined(host, 5)
    (reveal,) = await host_game(host, 1)
    summary = await game
    assert reveal["answered"] == 5
    assert summary.came_back == 5
    assert summary.endings == {Ending.FINISHED: 5}


@pytest.mark.usefixtures("hasty")
async def test_bots_wait_while_a_question_is_paused(open_room: Opening) -> None:
    room = await open_room(capital(), settings=RoomSettings(lead_in_ms=300))
    host = await room.host()
    game = asyncio.create_task(play(room.server.url, room.code, 3, seed=1))
    await joined(host, 3)
    await host.send("start")
    await host.send("pause")
    await host.hears("paused")
    await host.send("unpause")
    await host.hears("unpaused")
    assert (await host.hears("reveal"))["answered"] == 3
    await host.send("end")
    assert (await game).endings == {Ending.FINISHED: 3}


@pytest.mark.usefixtures("hasty")
async def test_a_kicked_bot_leaves_and_the_others_play_on(open_room: Opening) -> None:
    room = await open_room(capital())
    host = await room.host()
    game = asyncio.create_task(play(room.server.url, room.code, 3, seed=1))
    names: list[str] = []
    while len(names) < 3:
        names += [person["id"] for person in (await host.hears("lobby")).get("joined", [])]
    await host.send("kick", player=names[0])
    await joined(host, 2)
    await host_game(host, 1)
    assert (await game).endings == {Ending.KICKED: 1, Ending.FINISHED: 2}


@pytest.mark.usefixtures("hasty")
async def test_bots_come_back_when_the_server_asks_them_to(
    open_room: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, refused = await open_room(capital()), itertools.count(1)

    def admit() -> None:
        if next(refused) <= 5:
            raise Unavailable("unavailable", "Too many.", 20)

    monkeypatch.setattr(room.server.app.state.live.overload_guard, "admit", admit)
    monkeypatch.setattr(Bot, "repeat_after_s", 1000.0)
    host = await room.host()
    game = asyncio.create_task(play(room.server.url, room.code, 3, seed=1))
    await joined(host, 3)
    await host_game(host, 1)
    assert (await game).endings == {Ending.FINISHED: 3}


async def test_a_wrong_code_is_one_line(room: Room) -> None:
    with pytest.raises(BotsError, match=r"^No room has the code ZZZZZZ\.$"):
        await play(room.server.url, "zzzzzz", 3)


@pytest.mark.parametrize("code", ["", "a/b", "é"])
async def test_what_is_no_code_is_one_line(code: str) -> None:
    with pytest.raises(BotsError, match="not a room's code"):
        await play("http://127.0.0.1:9", code, 3)


async def test_a_server_that_is_not_there_is_one_line() -> None:
    with pytest.raises(BotsError, match="cannot be reached"):
        await play("http://127.0.0.1:9", "ABC234", 3)


async def test_a_full_room_is_one_line(open_room: Opening) -> None:
    room = await open_room(settings=RoomSettings(max_players=2))
    with pytest.raises(BotsError, match="takes no more bots: The room is full"):
        await play(room.server.url, room.code, 4)


async def test_a_finished_game_is_one_line(room: Room) -> None:
    host = await room.host()
    await host.send("end")
    await host.hears("finished")
    with pytest.raises(BotsError, match="is over"):
        await play(room.server.url, room.code, 2)


@pytest.mark.parametrize("url", ["ftp://kuis.example", "http://", ""])
async def test_what_is_no_server_is_one_line(url: str) -> None:
    with pytest.raises(BotsError, match="not the address"):
        await play(url, "ABC234", 3)
