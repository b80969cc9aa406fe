"""What strangers cost: requests for homework that are not theirs are few, and codes no guesses."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar
from redis.asyncio import Redis
from sqlalchemy import Engine, event

from persistence.repositories.homework import assignments
from server.actions import playable
from server.actions.homework import results, start, work
from server.api.homework import students
from server.limits import WRONG_CODE_FROM_ADDRESS, Limit, Limits
from server.live import code_lookups
from tests.server.api.conftest import Person, connect, problem
from tests.server.api.homework.conftest import Guest, Worker, batched, give
from tests.server.api.quiz_samples import CAPITAL, write


async def test_strangers_take_few_places_and_hinder_nobody_behind_their_address(
    app: Litestar, teacher: Person, guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "NEW_ATTEMPTS_FROM_ADDRESS", Limit("test-new-attempts", 3, 60))
    given = await give(teacher)
    ani = await guest(given["code"], "Ani")
    await ani.start()
    before = batched()

    async def ask(stranger: httpx.AsyncClient, attempt: object) -> tuple[int, str]:
        return problem(await stranger.get(f"/api/attempts/{attempt}"))

    async with connect(app, headers={"Homework-Token": secrets.token_hex(16)}) as stranger:
        ids = [ani.attempt["id"], *(uuid4() for _ in range(5))]
        asked = [await ask(stranger, each) for each in ids]
    assert asked == [(404, "no_such_attempt")] * 3 + [(429, "rate_limited")] * 3
    assert batched() - before == 3
    async with connect(app) as nobody:
        assert await ask(nobody, ani.attempt["id"]) == (401, "not_signed_in")
    assert batched() - before == 3, "without a token nothing is asked"
    for _ in range(5):
        await ani.look()
    budi = await guest(given["code"], "Budi")
    await budi.start()
    assert (await budi.answer_right())["is_answered"] is True


async def test_a_student_and_an_address_ask_only_so_often(
    teacher: Person, student: Person, guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(students, "HOMEWORK_REQUESTS_OF_STUDENT", Limit("test-student", 3, 60))
    given = await give(teacher)
    address = f"/api/sessions/{given['code']}/attempts"
    ani = await guest(given["code"], "Ani")
    for client in (ani.client, student.client):
        for _ in range(3):
            assert (await client.get(address)).status_code == 200
        refused = await client.get(address)
        assert problem(refused) == (429, "rate_limited")
        assert 1 <= int(refused.headers["retry-after"]) <= 60


async def test_codes_of_homework_cannot_be_found_by_trying(
    app: Litestar, teacher: Person, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_lookups, "TURN_MS", 60_000)
    given = await give(teacher)
    used_up = WRONG_CODE_FROM_ADDRESS.times - 1
    await Limits(redis).hit(WRONG_CODE_FROM_ADDRESS, "127.0.0.1", cost=used_up)
    wrong, right = (f"/api/sessions/{code}/attempts" for code in ("2ABCDE", given["code"]))
    async with connect(app) as client:
        assert problem(await client.get(wrong)) == (404, "no_such_room")
        assert (await client.get(right)).status_code == 200  # the first turn
        for asking in (client.get(right), client.get(wrong), client.post(right)):
            assert problem(await asking) == (429, "rate_limited")


async def test_strangers_with_many_names_keep_nobody_out(
    app: Litestar, teacher: Person, student: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "MAX_STUDENTS", 5)
    monkeypatch.setattr(start, "MAX_GUESTS", 4)
    monkeypatch.setattr(start, "HOMEWORK_LAST_GUESTS", Limit("test-last-guests", 1, 60))
    given = await give(teacher, [CAPITAL])

    async def begin(name: str, host: str) -> tuple[int, str]:
        browser = httpx.ASGITransport(app, client=(host, 5))  # type: ignore[arg-type]
        headers = {"Homework-Token": secrets.token_hex(16)}
        address = f"http://testserver/api/sessions/{given['code']}/attempts"
        async with httpx.AsyncClient(transport=browser, headers=headers) as client:
            answer = await client.post(address, json={"nickname": name})
        return (200, "") if answer.is_success else problem(answer)

    stranger, school, begun, full = "192.0.2.7", "192.0.2.8", (200, ""), (409, "homework_full")
    asked = [await begin(f"Stranger {number}", stranger) for number in range(5)]
    assert asked == [begun] * 3 + [full] * 2, "one of the last two places"
    asked = [await begin(name, school) for name in ("Ani", "Budi")]
    assert asked == [begun, full], "the other one"
    await Worker(student.client, given["code"]).start()
    shown = await teacher.client.get(f"/api/homework/{given['id']}")
    [seat] = [
        each["player"] for each in shown.json()["students"] if each["nickname"] == "Stranger 0"
    ]
    await teacher.client.delete(f"/api/homework/{given['id']}/students/{seat}")
    assert await begin("Stranger 5", stranger) == full
    assert await begin("Citra", "192.0.2.9") == begun


async def test_the_questions_are_read_once_however_many_students_come(
    teacher: Person, guest: Guest
) -> None:
    statements: list[str] = []

    def note(*event: Any) -> None:  # noqa: ANN401  # what SQLAlchemy passes
        statements.append(event[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        given = await give(teacher)
        for name in ("Ani", "Budi", "Citra"):
            student = await guest(given["code"], name)
            await student.client.get(f"/api/sessions/{given['code']}/attempts")
            await student.start()
        await teacher.client.get(f"/api/homework/{given['id']}")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    read = [each for each in statements if re.search(r"quiz_sessions\.questions\b", each)]
    assert len(read) == 1


async def test_a_quiz_of_more_than_a_megabyte_is_not_played(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playable, "BYTES_MAX", 100)
    quiz = await write(teacher)
    closes_at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    address = f"/api/quizzes/{quiz['id']}/sessions"
    body = {"mode": "self_paced", "closes_at": closes_at}
    given = await teacher.client.post(address, json=body)
    assert problem(given) == (409, "quiz_too_large")
    opened = await teacher.client.post(address, json={})
    assert problem(opened) == (409, "quiz_too_large")


async def test_places_are_computed_once_when_a_class_finishes(
    teacher: Person, guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "PLACES_SHARE", 1e-9)
    given = await give(teacher, [CAPITAL])
    read: list[object] = []
    student_runs = assignments.student_runs

    async def noted(*args: Any) -> Any:  # noqa: ANN401  # as it is
        read.append(args)
        return await student_runs(*args)

    monkeypatch.setattr(assignments, "student_runs", noted)
    places = []
    for name in ("Ani", "Budi", "Citra"):
        student = await guest(given["code"], name)
        await student.start()
        await student.answer_all()
        places.append((await student.results()).json()["place"])
    assert places == [1, None, None], "the page asks again"
    assert len(read) == 1
