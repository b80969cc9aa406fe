"""Homework over HTTP: what teachers do with it."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import update

from persistence.database import SessionFactory
from persistence.models import QuestionAttempt, QuizSession
from persistence.orphaned_sessions import end_orphaned_sessions
from tests.server.api.conftest import Person, faults, problem
from tests.server.api.homework.conftest import Guest, Worker, count, end, give, give_quiz
from tests.server.api.quiz_samples import UNREADY, write


async def test_a_homework_is_given_found_by_its_code_and_shown_to_its_teacher(
    teacher: Person, client: httpx.AsyncClient
) -> None:
    given = await give(teacher, attempts=3, timed=True)
    assert (given["phase"], given["questions"], given["students"]) == ("open", 7, [])
    assert given["code"][0].isdigit()
    summary = (await client.get(f"/api/sessions/{given['code'].lower()}/attempts")).json()
    assert (summary["id"], summary["title"], summary["own"]) == (given["id"], "Geography", None)
    assert summary["settings"]["attempts"] == 3
    room = (await client.get(f"/api/rooms/{given['code']}")).json()
    assert (room["mode"], room["phase"], room["title"]) == ("self_paced", "lobby", "Geography")
    assert (await client.get(f"/api/rooms/{given['code']}/qr.svg")).status_code == 200
    [listed] = (await teacher.client.get("/api/sessions?mode=self_paced")).json()["items"]
    assert (listed["id"], listed["phase"], listed["mode"]) == (given["id"], "running", "self_paced")
    assert (await teacher.client.get("/api/sessions?mode=live")).json()["items"] == []
    one = (await teacher.client.get(f"/api/sessions/{given['id']}")).json()
    assert (one["url"], one["settings"]) == (given["url"], None)
    [quiz] = (await teacher.client.get("/api/quizzes")).json()["items"]
    assert (quiz["open_session"], quiz["sessions_count"]) == (None, 1)


async def test_what_cannot_be_given(teacher: Person) -> None:
    unready, archived = await write(teacher, questions=[UNREADY]), await write(teacher)
    await teacher.client.post(f"/api/quizzes/{archived['id']}/archive")
    soon, past = ((datetime.now(UTC) + timedelta(hours=h)).isoformat() for h in (1, -1))

    async def gives(quiz: str, **body: object) -> httpx.Response:
        body["mode"] = "self_paced"
        return await teacher.client.post(f"/api/quizzes/{quiz}/sessions", json=body)

    assert problem(await gives(unready["id"], closes_at=soon)) == (409, "quiz_not_playable")
    assert problem(await gives(archived["id"], closes_at=soon)) == (409, "quiz_archived")
    good = (await write(teacher))["id"]
    assert faults(await gives(good, closes_at=past)) == {"closes_at": "in_the_past"}
    assert faults(await gives(good, closes_at=soon, opens_at=soon)) == {"closes_at": "out_of_range"}
    assert "closes_at" in faults(await gives(good, closes_at="2030-01-01T00:00:00"))
    assert faults(await gives(good)) == {"closes_at": "required"}
    assert faults(await gives(good, closes_at=soon, attempts=11, settings={})) == {
        "attempts": "too_large",
        "settings": "unknown_field",
    }
    address = f"/api/quizzes/{good}/sessions"
    room = await teacher.client.post(address, json={"mode": "live", "closes_at": soon})
    assert faults(room) == {"closes_at": "unknown_field"}
    neither = await teacher.client.post(address, json={"mode": "homework", "closes_at": soon})
    assert faults(neither) == {"mode": "unknown_value"}


async def test_a_homework_may_be_for_accounts_only_and_not_open_yet(
    teacher: Person, student: Person, guest: Guest
) -> None:
    given = await give(teacher, guests=False)
    ani = await guest(given["code"], "Ani")
    address = f"/api/sessions/{given['code']}/attempts"
    refused = await ani.client.post(address, json={"nickname": "Ani"})
    assert problem(refused) == (403, "sign_in_required")
    await Worker(student.client, given["code"]).start()
    quiz = await write(teacher)
    opens, closes = ((datetime.now(UTC) + timedelta(days=d)).isoformat() for d in (1, 2))
    later = await give_quiz(teacher, quiz["id"], opens_at=opens, closes_at=closes)
    assert later["phase"] == "scheduled"
    assert later["settings"]["feedback"] == "after_deadline", "nobody can try as a guest"
    early = await student.client.post(f"/api/sessions/{later['id']}/attempts")
    assert problem(early) == (409, "homework_not_open")


async def test_a_teacher_moves_the_deadline_and_closes_twice(
    teacher: Person, other_teacher: Person, guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = await give(teacher)
    address = f"/api/homework/{given['id']}"
    ani = await guest(given["code"], "Ani")
    await ani.start()
    later = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    changed = await teacher.client.patch(address, json={"closes_at": later})
    assert changed.json() == (await teacher.client.get(address)).json(), "students as well"
    assert changed.json()["closes_at"] > given["closes_at"]
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    assert faults(await teacher.client.patch(address, json={"closes_at": past}))
    refused = await other_teacher.client.patch(address, json={"closes_at": later})
    assert problem(refused) == (404, "no_such_homework")
    assert (await ani.look())["closes_at"] // 1000 == int(datetime.fromisoformat(later).timestamp())
    await end(teacher, given)
    await end(teacher, given)
    assert (await teacher.client.get(address)).json()["phase"] == "closed"
    refused = await teacher.client.patch(address, json={"closes_at": later})
    assert problem(refused) == (409, "homework_closed")
    seen = await ani.look()
    assert seen["finished"] is True
    assert seen["closes_at"] <= seen["now"], "when it was closed"
    monkeypatch.setattr("game.rules.homework.runs.GRACE_MS", -1)
    for refused in (await ani.leave(1), await ani.put(0, "a"), await ani.put(6, "a")):
        assert problem(refused) == (409, "homework_closed")


async def test_a_quiz_is_purged_only_after_its_homework(
    teacher: Person, guest: Guest, session_factory: SessionFactory
) -> None:
    given = await give(teacher)
    ani = await guest(given["code"], "Ani")
    await ani.start()
    quiz = f"/api/quizzes/{given['quiz_id']}"
    await teacher.client.post(f"{quiz}/archive")
    await ani.answer_right()
    purging = await teacher.client.delete(quiz, params={"purge": True})
    assert problem(purging) == (409, "quiz_in_play")
    await end(teacher, given)
    assert (await teacher.client.delete(quiz, params={"purge": True})).status_code == 204
    assert problem(await ani.leave(0)) == (404, "no_such_attempt")
    assert await count(session_factory, QuestionAttempt) == 0


async def test_a_homework_is_not_taken_for_a_room_that_vanished(
    teacher: Person, redis: Redis, session_factory: SessionFactory
) -> None:
    given = await give(teacher)
    async with session_factory.begin() as db:
        long_ago = datetime.now(UTC) - timedelta(days=2)
        await db.execute(update(QuizSession).values(created_at=long_ago))
    assert await end_orphaned_sessions(redis, session_factory) == 0
    shown = (await teacher.client.get(f"/api/homework/{given['id']}")).json()
    assert shown["phase"] == "open"
