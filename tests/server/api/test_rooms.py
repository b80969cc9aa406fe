"""Opening rooms over HTTP, what their codes show to anybody, and their QR codes."""

import asyncio
import threading
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx
import pytest
from litestar import Litestar
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import func, select

from game.live.rooms import Rooms
from game.rules.quizzes import QUESTIONS_MAX
from game.rules.rooms import Lock, Start
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories import quiz_sessions, quizzes
from server.actions.sessions import open_room as opening
from server.api import rooms as rooms_api
from server.limits import ROOMS_OF_TEACHER, WRONG_CODE_FROM_ADDRESS, Limits
from server.live import code_lookups
from server.live.service import LiveService
from tests.persistence.locks import until_it_waits
from tests.server.api.conftest import Person, connect, faults, problem
from tests.server.api.quiz_samples import ALL_KINDS, UNREADY, Json, write

BALLAST_BYTES = 30_000_000  # beside which it is of no account what Redis frees meanwhile


@pytest.fixture
def rooms(app: Litestar) -> Rooms:
    live: LiveService = app.state.live
    return live.rooms


async def open_room(person: Person, quiz: Json, **settings: object) -> httpx.Response:
    body = {"settings": settings} if settings else None
    return await person.client.post(f"/api/quizzes/{quiz['id']}/sessions", json=body)


async def test_a_room_is_opened_under_the_quizs_code(teacher: Person, rooms: Rooms) -> None:
    quiz = await write(teacher, questions=ALL_KINDS)
    response = await open_room(teacher, quiz, streak_bonus=True, double_points=[0, 6])
    assert response.status_code == 201
    opened = response.json()
    assert opened == {
        "id": opened["id"],
        "mode": "live",
        "code": quiz["access_code"],
        "title": "Geography",
        "url": f"/host/{opened['id']}",
    }
    view = await rooms.view(opened["id"])
    assert (view.host, view.title) == (str(teacher.id), "Geography")
    assert view.state.settings.streak_bonus
    assert view.state.settings.double_points == (0, 6)
    assert [question.source for question in view.questions] == [
        question["id"] for question in quiz["questions"]
    ]


async def test_a_second_room_of_a_quiz_gets_a_code_of_its_own(teacher: Person) -> None:
    quiz = await write(teacher)
    first, second = [(await open_room(teacher, quiz)).json() for _ in range(2)]
    assert first["code"] == quiz["access_code"]
    assert second["code"] != first["code"]
    assert second["code"][0].isdigit()


async def test_rooms_opened_at_once_all_open(teacher: Person) -> None:
    quiz = await write(teacher)
    opened = await asyncio.gather(*(open_room(teacher, quiz) for _ in range(8)))
    assert {response.status_code for response in opened} == {201}
    assert len({response.json()["code"] for response in opened}) == 8


async def test_a_teacher_has_only_so_many_rooms_open_at_once(
    teacher: Person,
    other_teacher: Person,
    monkeypatch: pytest.MonkeyPatch,
    session_factory: SessionFactory,
) -> None:
    monkeypatch.setattr(opening, "MAX_OPEN_ROOMS", 2)
    quiz, others = await write(teacher), await write(other_teacher)
    opened = await asyncio.gather(*(open_room(teacher, quiz) for _ in range(5)))
    assert sorted(response.status_code for response in opened) == [201, 201, 409, 409, 409]
    refused = next(response for response in opened if response.status_code == 409)
    assert problem(refused) == (409, "too_many_rooms")
    assert "End one" in refused.json()["detail"]
    assert (await open_room(other_teacher, others)).status_code == 201
    room = next(response for response in opened if response.status_code == 201).json()
    async with session_factory.begin() as db:
        await quiz_sessions.end_at_last_sign_of_life(db, [UUID(room["id"])])
    assert (await open_room(teacher, quiz)).status_code == 201


async def test_a_teacher_opens_only_so_many_rooms_a_minute(
    teacher: Person, other_teacher: Person, redis: Redis
) -> None:
    quiz, others = await write(teacher), await write(other_teacher)
    await Limits(redis).hit(ROOMS_OF_TEACHER, str(teacher.id), ROOMS_OF_TEACHER.times)
    refused = await open_room(teacher, quiz)
    assert problem(refused) == (429, "rate_limited")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert (await open_room(other_teacher, others)).status_code == 201


async def test_no_room_is_opened_when_memory_is_nearly_full(teacher: Person, redis: Redis) -> None:
    quiz = await write(teacher)
    await redis.setrange("ballast", BALLAST_BYTES, "x")
    used = (await redis.info("memory"))["used_memory"]
    await redis.config_set("maxmemory", int(used / 0.85))
    try:
        refused = await open_room(teacher, quiz)
    finally:
        await redis.config_set("maxmemory", 0)
    assert problem(refused) == (503, "memory_full")
    assert "End a room" in refused.json()["detail"]
    assert (await open_room(teacher, quiz)).json()["code"] == quiz["access_code"]


async def test_a_quiz_that_is_being_purged_is_not_opened(
    teacher: Person, session_factory: SessionFactory
) -> None:
    quiz = await write(teacher)
    async with session_factory.begin() as db:
        found = await quizzes.get(db, teacher.signed_in, UUID(quiz["id"]), for_update=True)
        await quizzes.purge(db, found)
        opening = asyncio.create_task(open_room(teacher, quiz))
        await until_it_waits(db)
    assert problem(await opening) == (404, "no_such_quiz")


async def test_a_quiz_that_is_not_ready_is_not_opened(teacher: Person) -> None:
    quiz = await write(teacher, questions=[ALL_KINDS[0], UNREADY])
    refused = await open_room(teacher, quiz)
    assert problem(refused) == (409, "quiz_not_playable")
    paths = {error["path"] for error in refused.json()["errors"]}
    assert "questions[1].stem" in paths


async def test_settings_that_do_not_fit_are_named(teacher: Person) -> None:
    quiz = await write(teacher)
    wrong: list[tuple[str, object, str, str]] = [
        ("lead_in_ms", 10_001, "settings.lead_in_ms", "out_of_range"),
        ("double_points", [1], "settings.double_points[0]", "out_of_range"),
        ("double_points", [0] * (QUESTIONS_MAX + 1), "settings.double_points", "too_long"),
        ("max_players", 0, "settings.max_players", "out_of_range"),
        ("colour", "red", "settings.colour", "unknown_field"),
        ("late_join", "yes", "settings.late_join", "wrong_type"),
    ]
    for name, value, path, code in wrong:
        assert faults(await open_room(teacher, quiz, **{name: value})) == {path: code}


async def test_nothing_is_left_of_a_room_that_redis_did_not_take(
    teacher: Person,
    rooms: Rooms,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quiz = await write(teacher)

    async def fail(**_: object) -> None:
        raise RedisConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(rooms, "open", fail)
        assert problem(await open_room(teacher, quiz)) == (503, "unavailable")
    async with session_factory() as db:
        assert await db.scalar(select(func.count()).select_from(QuizSession)) == 0
    assert (await open_room(teacher, quiz)).json()["code"] == quiz["access_code"]


async def test_a_code_that_redis_still_holds_is_left_alone(
    teacher: Person, session_factory: SessionFactory
) -> None:
    quiz = await write(teacher)
    first = (await open_room(teacher, quiz)).json()
    async with session_factory.begin() as db:  # as if it had been purged while it ran
        await db.delete(await db.get_one(QuizSession, UUID(first["id"])))
    second = await open_room(teacher, quiz)
    assert second.status_code == 201
    assert second.json()["code"] != first["code"]


async def test_a_phone_sees_what_it_may_know(
    client: httpx.AsyncClient, teacher: Person, rooms: Rooms
) -> None:
    quiz = await write(teacher)
    opened = (await open_room(teacher, quiz, lead_in_ms=0)).json()
    path = f"/api/rooms/{opened['code'].lower()}"
    await rooms.join(opened["id"], nickname="Ani", user=None, team=None, connection="1")
    expected = {
        "code": opened["code"],
        "title": "Geography",
        "players": 1,
        "mode": "live",
        "locked": False,
        "friendly_names": False,
    }
    assert (await client.get(path)).json() == expected | {"phase": "lobby"}
    await rooms.command(opened["id"], Lock())
    await rooms.command(opened["id"], Start())
    response = await client.get(path)
    assert response.json() == expected | {"phase": "question", "locked": True}
    assert "Jakarta" not in response.text


async def test_a_wrong_code_leads_nowhere(client: httpx.AsyncClient) -> None:
    for code in ("ABCDEF", "abc", "%00", "A" * 500, "I1O0LU", "🦊"):
        assert problem(await client.get(f"/api/rooms/{code}")) == (404, "no_such_room")
        assert problem(await client.get(f"/api/rooms/{code}/qr.svg")) == (404, "no_such_room")


async def test_past_the_limit_right_codes_and_wrong_ones_wait_alike(
    app: Litestar, teacher: Person, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_lookups, "TURN_MS", 60_000)
    opened = (await open_room(teacher, await write(teacher))).json()
    right, wrong = f"/api/rooms/{opened['code']}", "/api/rooms/ABCDEF"
    left = 3
    used_up = WRONG_CODE_FROM_ADDRESS.times - left
    await Limits(redis).hit(WRONG_CODE_FROM_ADDRESS, "127.0.0.1", cost=used_up)
    async with connect(app) as client:
        for _ in range(left):
            assert (await client.get(right)).status_code == 200
            assert (await client.get(wrong)).status_code == 404
        assert (await client.get(right)).status_code == 200  # the first turn
        for path in (right, wrong, f"{right}/qr.svg"):
            refused = await client.get(path)
            assert problem(refused) == (429, "rate_limited")
            assert refused.headers["retry-after"] == "5"
    assert (await teacher.client.get(right)).status_code == 200  # turns of their own
    assert problem(await teacher.client.get(wrong)) == (429, "rate_limited")
    elsewhere = httpx.ASGITransport(app, client=("192.0.2.7", 5))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=elsewhere, base_url="http://testserver") as client:
        assert (await client.get(right)).status_code == 200


async def test_the_qr_code_is_an_image_that_stands_alone(
    client: httpx.AsyncClient, teacher: Person
) -> None:
    opened = (await open_room(teacher, await write(teacher))).json()
    response = await client.get(f"/api/rooms/{opened['code']}/qr.svg")
    assert response.headers["content-type"].startswith("image/svg+xml")
    root = ET.fromstring(response.content)  # noqa: S314  # our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "viewBox" in root.attrib


async def test_drawing_a_qr_code_keeps_nobody_else_waiting(
    client: httpx.AsyncClient, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever knows a code can ask for one in ever new addresses."""
    opened = (await open_room(teacher, await write(teacher))).json()
    drawn_in: list[int] = []

    def draw(_: str) -> bytes:
        drawn_in.append(threading.get_ident())
        return b""

    monkeypatch.setattr(rooms_api, "qr_svg", draw)
    await client.get(f"/api/rooms/{opened['code']}/qr.svg", headers={"Host": "another.example"})
    assert drawn_in
    assert threading.get_ident() not in drawn_in


async def test_a_started_room_can_be_opened_again_beside_it(teacher: Person, rooms: Rooms) -> None:
    quiz = await write(teacher)
    first = (await open_room(teacher, quiz, lead_in_ms=0)).json()
    await rooms.command(first["id"], Start())
    second = (await open_room(teacher, quiz)).json()
    assert (await rooms.summary(second["id"])).phase.value == "lobby"
    assert (await rooms.summary(first["id"])).phase.value == "question"
