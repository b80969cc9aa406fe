"""Games that were played, and what the API tells of them."""

import asyncio
import contextlib
import csv
import io
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from redis.asyncio import Redis

from game.errors import Refusal
from game.live.rooms import Rooms
from game.rules.rooms import CloseQuestion, End, Next
from persistence import recorder
from persistence.database import SessionFactory
from server.live.service import LiveService
from tests.server.api.conftest import Person
from tests.server.api.quiz_samples import ALL_KINDS, CAPITAL, Json, write
from tests.server.api.test_rooms import open_room

SECONDS = 20.0


EVIL = "=HYPERLINK(1)"


TABLES = ("players", "places", "questions", "answers")


class Played(msgspec.Struct, frozen=True):
    """A game of all kinds: Ani (a student) answers everything right, a guest everything wrong."""

    session: str
    quiz: Json
    final: Json
    host: Person
    ani: Person

    @property
    def path(self) -> str:
        return f"/api/sessions/{self.session}/results"


@pytest.fixture
def rooms(app: Litestar) -> Rooms:
    live: LiveService = app.state.live
    return live.rooms


@pytest.fixture
async def recording(redis: Redis, session_factory: SessionFactory) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(recorder.run(redis, session_factory, stop, consumer="test"))
    yield
    stop.set()
    await task


@pytest.fixture
async def played(recording: None, rooms: Rooms, teacher: Person, student: Person) -> Played:
    del recording
    questions = [*ALL_KINDS[:6], ALL_KINDS[6] | {"stem": EVIL}]
    quiz = await write(teacher, title="Ilmu / Science: 100 %", questions=questions)
    session = (await open_room(teacher, quiz, lead_in_ms=0)).json()["id"]
    ani = await rooms.join(session, nickname="Ani", user=str(student.id), team=None, connection="1")
    guest = await rooms.join(session, nickname=EVIL, user=None, team=None, connection="2")
    kicked = await rooms.join(session, nickname="Rude", user=None, team=None, connection="3")
    for index, question in enumerate((await rooms.view(session)).questions):
        await rooms.command(session, Next())
        view = await rooms.view(session)
        opens_at = view.state.opens_at or 0
        right, wrong = RESPONSES[question.__struct_config__.tag]
        if callable(right):
            right, wrong = right(question), wrong(question)
        await rooms.submit(session, index, ani.player, right, 500, opens_at + 500)
        await rooms.submit(session, index, guest.player, wrong, 1000, opens_at + 1000)
        if index == 0:
            await rooms.submit(session, index, kicked.player, "a", 10, opens_at + 10)
        if index == 1:
            await rooms.kick(session, kicked.player)
        await close(rooms, session, index)
    await rooms.command(session, Next())
    return Played(session, quiz, await results(teacher, session), teacher, student)


RESPONSES: dict[Any, tuple[Any, Any]] = {
    "multiple_choice": ("a", "b"),
    "true_false": (True, False),
    "multiple_select": (("a", "b"), ("c",)),
    "short_answer": ("pramoedya", "Andrea Hirata"),
    "numeric": (3.14, -3.0),
    "ordering": (lambda question: question.key, lambda question: question.key[::-1]),
    "poll": (("a",), ("b",)),
}


@pytest.fixture
async def ended_early(recording: None, rooms: Rooms, teacher: Person, student: Person) -> Played:
    """The host ends a game of three questions after two; nobody answered the second."""
    del recording
    stems = ("Asked?", "Unanswered?", "Secret?")
    quiz = await write(teacher, questions=[CAPITAL | {"stem": stem} for stem in stems])
    session = (await open_room(teacher, quiz, lead_in_ms=0)).json()["id"]
    ani = await rooms.join(session, nickname="Ani", user=str(student.id), team=None, connection="1")
    await rooms.command(session, Next())
    opens_at = (await rooms.view(session)).state.opens_at or 0
    await rooms.submit(session, 0, ani.player, "a", 500, opens_at + 500)
    await close(rooms, session, 0)
    await rooms.command(session, Next())
    await close(rooms, session, 1)
    await rooms.command(session, End())
    return Played(session, quiz, await results(teacher, session), teacher, student)


async def close(rooms: Rooms, session: str, index: int) -> None:
    """The question closes by itself when all have answered: then this asks for nothing more."""
    for _ in range(200):
        state = (await rooms.view(session)).state
        if state.question == index and state.phase.value == "reveal":
            return
        if state.phase.value == "question":
            with contextlib.suppress(Refusal):  # it closed by itself meanwhile
                await rooms.command(session, CloseQuestion())
        await asyncio.sleep(0.02)
    pytest.fail(f"question {index} was not revealed")


async def results(person: Person, session: str) -> Json:
    """When they are complete."""
    async with asyncio.timeout(SECONDS):
        while True:
            found = await recorded(person, session)
            if found["session"]["complete"]:
                return found
            await asyncio.sleep(0.05)


async def recorded(person: Person, session: str) -> Json:
    """The results so far."""
    answer = await person.client.get(f"/api/sessions/{session}/results")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def rows(person: Person, path: str) -> list[list[str]]:
    response = await person.client.get(path)
    assert response.status_code == 200, response.text
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
