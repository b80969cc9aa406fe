"""Homework over HTTP: giving it, working on it, and its results."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from sqlalchemy import func, select, update

from game.rules.homework import differences
from persistence.database import SessionFactory
from persistence.models import QuestionAttempt, QuizAttempt, QuizParticipation, QuizSession
from persistence.orphaned_sessions import end_orphaned_sessions
from persistence.repositories.homework import records
from persistence.repositories.viewers import OPERATOR
from tests.server.api.conftest import Person, connect, faults, problem
from tests.server.api.homework.conftest import Guest, Worker, end, give, pass_deadline
from tests.server.api.quiz_samples import ALL_KINDS, CAPITAL, UNREADY, write


def measured() -> tuple[float, float]:
    """How many answers were acknowledged, and how many requests were in batches."""
    answered = REGISTRY.get_sample_value("kuis_homework_answers_total", {"outcome": "answered"})
    return answered or 0, REGISTRY.get_sample_value("kuis_homework_batch_requests_sum") or 0


async def count(session_factory: SessionFactory, table: type) -> int:
    async with session_factory() as db:
        return await db.scalar(select(func.count()).select_from(table)) or 0


async def test_a_homework_is_given_found_by_its_code_and_shown_to_its_teacher(
    teacher: Person, client: httpx.AsyncClient
) -> None:
    given = await give(teacher, attempts=3, timed=True)
    assert (given["phase"], given["questions"], given["students"]) == ("open", 7, [])
    assert given["code"][0].isdigit()
    summary = (await client.get(f"/api/assigned/{given['code'].lower()}")).json()
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
        return await teacher.client.post(f"/api/quizzes/{quiz}/homework", json=body)

    assert problem(await gives(unready["id"], closes_at=soon)) == (409, "quiz_not_playable")
    assert problem(await gives(archived["id"], closes_at=soon)) == (409, "quiz_archived")
    good = (await write(teacher))["id"]
    assert faults(await gives(good, closes_at=past)) == {"closes_at": "in_the_past"}
    assert faults(await gives(good, closes_at=soon, opens_at=soon)) == {"closes_at": "out_of_range"}
    assert "closes_at" in faults(await gives(good, closes_at="2030-01-01T00:00:00"))
    assert faults(await gives(good, closes_at=soon, settings={"attempts": 11})) == {
        "settings.attempts": "too_large"
    }


async def test_a_student_answers_every_kind_and_is_recorded(
    teacher: Person, guest: Guest, session_factory: SessionFactory
) -> None:
    given = await give(teacher, shuffle_questions=True, shuffle_choices=True)
    ani = await guest(given["code"], "Ani")
    await ani.start()
    assert await ani.answer_all() | {"now": 0} == ani.run | {"now": 0}
    assert (ani.run["finished"], ani.run["answered"], ani.run["question"]) == (True, 7, None)
    results = (await ani.results()).json()
    assert (results["score"], results["correct"], results["correct_of"]) == (6000, 6, 6)
    assert (results["place"], results["students"], results["final"]) == (1, 1, False)
    assert {each["feedback"]["correct"] for each in results["questions"]} == {True, None}
    [student] = (await teacher.client.get(f"/api/homework/{given['id']}")).json()["students"]
    assert (student["nickname"], student["finished"], student["score"]) == ("Ani", True, 6000)
    host = (await teacher.client.get(f"/api/sessions/{given['id']}/results")).json()
    assert host["players"][0]["score"] == 6000
    assert [each["correct"] for each in host["players"][0]["answers"]] == [True] * 6 + [None]
    assert await count(session_factory, QuestionAttempt) == 7


async def test_nothing_of_a_key_is_said_before_the_settings_allow_it(
    teacher: Person, guest: Guest
) -> None:
    for feedback in ("at_end", "after_deadline", "after_question"):
        given = await give(teacher, feedback=feedback, shuffle_choices=True)
        ani = await guest(given["code"], "Ani")
        seen = [await ani.start()]
        assert problem(await ani.results()) == (409, "results_later")
        for _ in ALL_KINDS:
            before = ani.run
            seen.append(await ani.answer_right())
            assert (ani.run["feedback"] is not None) is (feedback == "after_question")
            if ani.run["feedback"]:
                assert ani.run["feedback"]["points"] in (0, 1000)
            assert before["feedback"] is None
            seen.append(await ani.go_on())
        if feedback != "after_question":
            told = msgspec.json.encode(seen).decode()
            assert "is_correct" not in told
            assert "Pramoedya" not in told.replace('"response":"Pramoedya"', "")
        allowed = await ani.results()
        if feedback == "after_deadline":
            assert problem(allowed) == (409, "results_later")
            await end(teacher, given)
            allowed = await ani.results()
            assert allowed.json()["final"] is True
        assert allowed.json()["score"] == 6000


async def test_the_same_answer_again_is_one_row_and_another_is_refused(
    teacher: Person, guest: Guest, session_factory: SessionFactory
) -> None:
    given = await give(teacher, [CAPITAL, CAPITAL | {"stem": "Again?"}])
    ani = await guest(given["code"], "Ani")
    await ani.start()
    before = measured()
    answers = [ani.ask("answer", position=0, response="a") for _ in range(20)]
    done = await asyncio.gather(*answers)
    answered, batched = (now - then for now, then in zip(measured(), before, strict=True))
    assert (answered, batched) == (20, 20)
    assert {each.status_code for each in done} == {200}
    assert {each.json()["answered"] for each in done} == {1}
    assert await count(session_factory, QuestionAttempt) == 1
    other = await ani.ask("answer", position=0, response="b")
    assert problem(other) == (409, "already_answered")
    await asyncio.gather(*(ani.ask("next", position=0) for _ in range(5)))
    assert (await ani.look())["question"]["question"] == 1
    late = await ani.ask("answer", position=0, response="a")
    assert late.status_code == 200, "an answer whose acknowledgement was lost"
    assert problem(await ani.ask("answer", position=0, response="c")) == (409, "already_answered")
    both = await asyncio.gather(*(ani.ask("answer", position=1, response=r) for r in "ab"))
    assert sorted(each.status_code for each in both) == [200, 409]
    assert await count(session_factory, QuestionAttempt) == 2


async def test_a_passed_question_takes_no_answer(teacher: Person, guest: Guest) -> None:
    given = await give(teacher, [CAPITAL] * 2)
    ani = await guest(given["code"], "Ani")
    await ani.start()
    await ani.go_on()
    assert problem(await ani.ask("answer", position=0, response="a")) == (409, "too_late")
    assert problem(await ani.ask("answer", position=9, response="a")) == (404, "no_such_question")
    assert problem(await ani.ask("answer", position=1, response="x")) == (400, "bad_response")
    assert problem(await ani.ask("next", position=2)) == (409, "not_open_yet")
    finished = (await ani.ask("finish")).json()
    assert finished["finished"] is True
    assert problem(await ani.ask("answer", position=1, response="a")) == (409, "run_finished")


async def test_work_goes_on_on_another_device(
    teacher: Person, student: Person, guest: Guest, app: Litestar
) -> None:
    given = await give(teacher, attempts=2)
    phone = Worker(student.client, given["code"])
    await phone.start()
    await phone.answer_right()
    headers = {"Authorization": student.client.headers["Authorization"]}
    async with connect(app, headers=headers) as laptop:
        there = Worker(laptop, given["code"])
        assert (await there.start())["id"] == phone.run["id"]
        assert there.run["response"] == phone.run["response"]
        await there.answer_all()
    summary = (await student.client.get(f"/api/assigned/{given['code']}")).json()
    assert summary["own"]["nickname"] == "Some Body"
    assert [each["finished"] for each in summary["own"]["attempts"]] == [True]
    assert summary["own"]["attempts_left"] == 1
    ani = await guest(given["code"], "Ani")
    await ani.start()
    async with connect(app, headers={"Homework-Token": ani.client.headers["Homework-Token"]}) as c:
        assert (await Worker(c, given["code"]).start())["id"] == ani.run["id"]
    async with connect(app) as stranger:
        thief = Worker(stranger, given["code"])
        thief.run = ani.run
        assert problem(await thief.ask("answer", position=0, response="a")) == (404, "no_such_run")
        thief.run = phone.run
        assert problem(await thief.results()) == (404, "no_such_run")
        starting = await stranger.post(f"/api/assigned/{given['code']}/runs", json={})
        assert problem(starting) == (400, "token_missing")


async def test_names_of_guests_are_those_of_rooms_and_accounts_get_a_number(
    teacher: Person, student: Person, other_teacher: Person, guest: Guest
) -> None:
    given = await give(teacher)
    await (await guest(given["code"], "Ani")).start()
    for name, code in (
        ("ani", "nickname_taken"),
        ("", "nickname_invalid"),
        ("fuck", "nickname_invalid"),
    ):
        other = await guest(given["code"], name)
        refused = await other.client.post(
            f"/api/assigned/{given['code']}/runs", json={"nickname": name}
        )
        assert problem(refused)[1] == code
    for person, name in ((student, "Some Body"), (other_teacher, "Some Body 2")):
        await Worker(person.client, given["code"]).start()
        summary = (await person.client.get(f"/api/assigned/{given['code']}")).json()
        assert summary["own"]["nickname"] == name


async def test_a_homework_may_be_for_accounts_only_and_not_open_yet(
    teacher: Person, student: Person, guest: Guest
) -> None:
    given = await give(teacher, guests=False)
    ani = await guest(given["code"], "Ani")
    address = f"/api/assigned/{given['code']}/runs"
    refused = await ani.client.post(address, json={"nickname": "Ani"})
    assert problem(refused) == (403, "sign_in_required")
    await Worker(student.client, given["code"]).start()
    quiz = await write(teacher)
    opens, closes = ((datetime.now(UTC) + timedelta(days=d)).isoformat() for d in (1, 2))
    later = await teacher.client.post(
        f"/api/quizzes/{quiz['id']}/homework", json={"opens_at": opens, "closes_at": closes}
    )
    assert later.json()["phase"] == "scheduled"
    early = await student.client.post(f"/api/assigned/{later.json()['code']}/runs", json={})
    assert problem(early) == (409, "homework_not_open")


@pytest.mark.parametrize(
    ("counts", "score", "shown"), [("best", 6000, 1), ("last", 2000, 2), ("mean", 4000, 2)]
)
async def test_which_attempt_counts(  # noqa: PLR0913, PLR0917  # fixtures and parameters
    teacher: Person,
    guest: Guest,
    session_factory: SessionFactory,
    counts: str,
    score: int,
    shown: int,
) -> None:
    given = await give(teacher, attempts=3, counts=counts)
    ani, budi = await guest(given["code"], "Ani"), await guest(given["code"], "Budi")
    for right in (7, 2):
        await ani.start()
        await ani.answer_all(right)
    await budi.start()
    await budi.answer_all(5)
    await ani.start()  # a third attempt without an answer does not count
    host = (await teacher.client.get(f"/api/sessions/{given['id']}/results")).json()
    assert [each["rank"] for each in host["players"]] == [1, 2], "the places so far"
    first = host["players"][0]
    assert first["nickname"] == ("Ani" if score > 5000 else "Budi")
    attempts = {each["nickname"]: each["attempts"] for each in host["players"]}
    assert attempts == {"Ani": 3, "Budi": 1}
    await end(teacher, given)
    host = (await teacher.client.get(f"/api/sessions/{given['id']}/results")).json()
    async with session_factory() as db:
        record = await records.read(db, OPERATOR, UUID(given["id"]))
    assert [*differences(record)] == [], "kuis verify"
    by_name = {each["nickname"]: each for each in host["players"]}
    assert by_name["Ani"]["score"] == score
    assert by_name["Ani"]["counting_attempt"] == shown
    assert by_name["Budi"]["score"] == 5000
    assert by_name["Ani"]["rank"] == (1 if score > 5000 else 2)
    assert len([each for each in by_name["Ani"]["answers"] if each]) == (7 if shown == 1 else 2)
    refused = await ani.client.post(f"/api/assigned/{given['code']}/runs", json={})
    assert problem(refused) == (409, "homework_closed")


async def test_the_deadline_hands_in_what_was_answered(
    teacher: Person,
    student: Person,
    guest: Guest,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = await give(teacher, feedback="after_deadline")
    ani, done = await guest(given["code"], "Ani"), Worker(student.client, given["code"])
    await ani.start()
    await ani.answer_right()
    await ani.go_on()
    await done.start()
    await done.answer_all()
    assert await pass_deadline(session_factory, monkeypatch, days=6) == 0
    assert await pass_deadline(session_factory, monkeypatch) == 1
    assert await pass_deadline(session_factory, monkeypatch) == 0, "closed once"
    refused = await ani.ask("answer", position=1, response=True)
    assert problem(refused) == (409, "run_finished")
    assert (await ani.look())["finished"] is True
    assert (await ani.look())["closed"] is True
    host = (await teacher.client.get(f"/api/sessions/{given['id']}/results")).json()
    assert host["session"]["complete"] is True
    assert [(p["rank"], p["nickname"], p["answered"]) for p in host["players"]] == [
        (1, "Some Body", 7),
        (2, "Ani", 1),
    ]
    own = (await student.client.get(f"/api/sessions/{given['id']}/results")).json()
    assert [each["nickname"] for each in own["players"]] == ["Some Body"]
    [past] = (await student.client.get("/api/me/history")).json()["items"]
    assert (past["session"], past["rank"], past["score"]) == (given["id"], 1, 6000)
    assert (await ani.results()).json()["final"] is True
    assert await count(session_factory, QuizAttempt) == 2


async def test_a_teacher_moves_the_deadline_and_closes_twice(
    teacher: Person, other_teacher: Person, guest: Guest
) -> None:
    given = await give(teacher)
    address = f"/api/homework/{given['id']}"
    later = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    changed = await teacher.client.patch(address, json={"closes_at": later})
    assert changed.json()["closes_at"] > given["closes_at"]
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    assert faults(await teacher.client.patch(address, json={"closes_at": past}))
    refused = await other_teacher.client.patch(address, json={"closes_at": later})
    assert problem(refused) == (404, "no_such_homework")
    ani = await guest(given["code"], "Ani")
    assert (await ani.start())["closes_at"] // 1000 == int(
        datetime.fromisoformat(later).timestamp()
    )
    await end(teacher, given)
    await end(teacher, given)
    assert (await teacher.client.get(address)).json()["phase"] == "closed"
    refused = await teacher.client.patch(address, json={"closes_at": later})
    assert problem(refused) == (409, "homework_closed")
    assert (await ani.look())["finished"] is True


async def test_answers_that_race_with_the_end_are_recorded_or_refused(
    teacher: Person, guest: Guest, session_factory: SessionFactory
) -> None:
    given = await give(teacher, [CAPITAL])
    students = [await guest(given["code"], f"Student {n}") for n in range(12)]
    await asyncio.gather(*(each.start() for each in students))
    ending = asyncio.create_task(end(teacher, given))
    asking = (each.ask("answer", position=0, response="a") for each in students)
    answers = await asyncio.gather(*asking)
    await ending
    taken = [each for each in answers if each.status_code == 200]
    assert {problem(each)[1] for each in answers if each not in taken} <= {
        "run_finished",
        "homework_closed",
    }
    async with session_factory() as db:
        answered = await db.scalar(select(func.sum(QuizAttempt.answered_questions)))
    assert answered == await count(session_factory, QuestionAttempt) == len(taken)
    assert await count(session_factory, QuizAttempt) == 12


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
    assert problem(await ani.ask("next", position=0)) == (404, "no_such_run")
    assert await count(session_factory, QuestionAttempt) == 0


async def test_homework_goes_on_without_the_accounts_of_student_and_teacher(
    teacher: Person,
    student: Person,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = await give(teacher)
    work = Worker(student.client, given["code"])
    await work.start()
    await work.answer_right()
    async with session_factory.begin() as db:
        seat = (await db.scalars(select(QuizParticipation))).one()
        seat.user_id = None  # as the removal of the account does
    assert problem(await work.ask("next", position=0)) == (404, "no_such_run")
    assert await pass_deadline(session_factory, monkeypatch) == 1
    async with session_factory() as db:
        [result] = await db.scalars(select(QuizAttempt))
    assert (result.session_id, result.rank, result.user_id) == (UUID(given["id"]), 1, None)


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


async def test_questions_of_homework_are_not_corrected(teacher: Person) -> None:
    given = await give(teacher)
    await end(teacher, given)
    refused = await teacher.client.post(
        f"/api/sessions/{given['id']}/corrections", json={"question": 0, "action": "void"}
    )
    assert problem(refused) == (409, "homework_not_corrected")
