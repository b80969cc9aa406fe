"""What a game does to the numbers that operators see."""

import asyncio
from collections.abc import Callable

import pytest
from prometheus_client.registry import REGISTRY

from game.live.rooms import Rooms
from game.rules import rooms as rules
from server.live import hub as hubs
from server.live import websocket
from server.live.protocol import Join
from tests.conftest import RunningServer
from tests.server.live.client import WAIT_S, Deaf
from tests.server.live.conftest import Opening, Room, capital


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


class Watched:
    """How far a number has moved since."""

    def __init__(self, name: str, **labels: str) -> None:
        self._now: Callable[[], float] = lambda: value(name, **labels)
        self._before = self._now()
        self._what = f"{name} {labels}"

    async def moved(self, by: float) -> None:
        try:
            async with asyncio.timeout(WAIT_S):
                while self._now() - self._before != by:  # noqa: ASYNC110  # another thread
                    await asyncio.sleep(0.02)
        except TimeoutError:
            pytest.fail(f"{self._what} moved by {self._now() - self._before}, not {by}")

    def has_moved(self) -> bool:
        return self._now() > self._before


async def test_rooms_and_sockets_by_role(
    open_room: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "LINGER_S", 0.05)
    rooms = Watched("kuis_rooms")
    sockets = {role: Watched("kuis_sockets", role=role) for role in ("player", "host", "watch")}
    room = await open_room()
    clients = [await room.player("Anna"), await room.player("Budi")]
    clients += [await room.host(), await room.projector()]
    await rooms.moved(1)
    for role, by in (("player", 2), ("host", 1), ("watch", 1)):
        await sockets[role].moved(by)
    for client in clients:
        await client.close()
    for watched in (rooms, *sockets.values()):
        await watched.moved(0)


async def test_joins_by_what_became_of_them(room: Room) -> None:
    joined, taken = (
        Watched("kuis_joins_total", outcome=outcome) for outcome in ("joined", "nickname_taken")
    )
    anna = await room.player("Anna")
    again = await room.connect()
    await again.send("join", nickname="Anna")
    await again.refused("nickname_taken", "join")
    await (await room.resumed(anna.token)).hears("welcome")
    await joined.moved(1)
    await taken.moved(1)


async def test_answers_by_what_became_of_them_and_in_batches(room: Room) -> None:
    stored, refused = (
        Watched("kuis_answers_total", outcome=outcome) for outcome in ("answered", "bad_response")
    )
    batches = Watched("kuis_answer_batch_answers_count")
    committed = Watched("kuis_answer_batch_answers_sum")
    fanned_out = Watched("kuis_fan_out_seconds_count")
    host, anna, budi = await room.host(), await room.player("Anna"), await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    await anna.send("answer", question=0, response="nothing")
    await anna.refused("bad_response", "answer")
    for player in (anna, budi):
        await player.send("answer", question=0, response="a")
        await player.hears("answered")
    await stored.moved(2)
    await refused.moved(1)
    await committed.moved(2)
    assert batches.has_moved()
    assert fanned_out.has_moved()


async def test_how_late_a_deadline_was(open_room: Opening) -> None:
    room = await open_room(capital(time_limit=1))
    fired, late = (Watched(f"kuis_deadline_lateness_seconds_{part}") for part in ("count", "sum"))
    host, anna = await room.host(), await room.player("Anna")
    await host.send("start")
    await anna.hears("reveal")
    async with asyncio.timeout(WAIT_S):
        while not fired.has_moved():  # noqa: ASYNC110  # another thread
            await asyncio.sleep(0.02)
    assert late.has_moved()


async def test_sockets_closed_because_they_fell_behind(
    open_room: Opening, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "MAX_UNSENT_BYTES", 1024)
    closed = Watched("kuis_sockets_closed_slow_total")
    questions = [capital("Read me! " * 10_000)] * 150
    room = await open_room(*questions)
    deaf = await Deaf.connect(room.room_address)
    deaf.say(Join(nickname="Deaf"))
    host = await room.host()
    for number in range(len(questions)):
        await rooms.command(room.session, rules.Next())
        await host.hears("question", question=number)
        if closed.has_moved():
            break
        await rooms.command(room.session, rules.CloseQuestion())
    await closed.moved(1)
    await deaf.close()


async def test_how_late_the_loop_is(server: RunningServer) -> None:
    del server  # it looks by itself
    looks = Watched("kuis_event_loop_lag_seconds_count")
    async with asyncio.timeout(WAIT_S):
        while not looks.has_moved():  # noqa: ASYNC110  # another thread
            await asyncio.sleep(0.02)
