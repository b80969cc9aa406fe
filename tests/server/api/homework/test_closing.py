"""Homework over HTTP: the deadline, what counts, and the results."""

import asyncio
import threading
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from game.rules.homework import differences
from persistence import homework_deadlines
from persistence.database import SessionFactory
from persistence.models import QuestionAttempt, QuizAttempt, QuizParticipation
from persistence.repositories.homework import assignments, records
from persistence.repositories.viewers import OPERATOR
from tests.server.api.conftest import Person, problem
from tests.server.api.homework.conftest import Guest, Worker, count, end, give, pass_deadline
from tests.server.api.quiz_samples import CAPITAL
from tests.server.api.results.conftest import rows

JOBS = text("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'compute_question_statistics'")


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
    refused = await ani.client.post(f"/api/sessions/{given['code']}/attempts", json={})
    assert problem(refused) == (409, "homework_closed")
    for table in ("places", "players"):
        header, *lines = await rows(
            teacher, f"/api/sessions/{given['id']}/results.csv?table={table}"
        )
        assert header[-2:] == ["Attempts", "Counting attempt"]
        assert {line[1]: line[-2:] for line in lines} == {
            "Ani": ["3", str(shown)],
            "Budi": ["1", "1"],
        }


async def test_a_student_is_removed_and_comes_back_with_all_answers(
    teacher: Person, guest: Guest
) -> None:
    given = await give(teacher, [CAPITAL] * 2, attempts=2)
    ani, budi = await guest(given["code"], "Ani"), await guest(given["code"], "Budi")
    for student in (ani, budi):
        await student.start()
        await student.answer_right()
    address = f"/api/homework/{given['id']}"
    players = (await teacher.client.get(address)).json()["students"]
    [seat] = [each["player"] for each in players if each["nickname"] == "Ani"]
    removed = f"{address}/students/{seat}"
    assert (await teacher.client.delete(removed)).status_code == 204
    assert (await teacher.client.delete(removed)).status_code == 204, "again"
    shown = (await teacher.client.get(address)).json()["students"]
    assert [each["nickname"] for each in shown] == ["Budi"]
    asked = (ani.put(0, "a"), ani.leave(0))
    assert {problem(await each) for each in asked} == {(404, "no_such_attempt")}
    assert problem(await ani.results()) == (404, "no_such_attempt")
    again = await ani.client.post(
        f"/api/sessions/{given['code']}/attempts", json={"nickname": "Ani"}
    )
    assert problem(again) == (404, "no_such_homework")
    assert (await teacher.client.post(f"{removed}/restore")).status_code == 204
    assert (await ani.look())["answered"] == 1
    await ani.answer_all()
    nobody = f"{address}/students/{given['id']}"
    assert problem(await teacher.client.delete(nobody)) == (404, "no_such_student")
    [seat] = [each["player"] for each in players if each["nickname"] == "Budi"]
    assert (await teacher.client.delete(f"{address}/students/{seat}")).status_code == 204
    await end(teacher, given)
    host = (await teacher.client.get(f"/api/sessions/{given['id']}/results")).json()
    assert [(each["nickname"], each["kicked"]) for each in host["players"]] == [
        ("Ani", False),
        ("Budi", True),
    ]
    assert (await ani.results()).json()["students"] == 1
    assert problem(await teacher.client.delete(removed)) == (409, "homework_closed")


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
    refused = await ani.put(1, response=True)
    assert problem(refused) == (409, "attempt_finished")
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


async def test_answers_that_race_with_the_end_are_recorded_or_refused(
    teacher: Person, guest: Guest, session_factory: SessionFactory
) -> None:
    given = await give(teacher, [CAPITAL])
    students = [await guest(given["code"], f"Student {n}") for n in range(12)]
    await asyncio.gather(*(each.start() for each in students))
    ending = asyncio.create_task(end(teacher, given))
    asking = (each.put(0, "a") for each in students)
    answers = await asyncio.gather(*asking)
    await ending
    taken = [each for each in answers if each.status_code == 200]
    assert {problem(each)[1] for each in answers if each not in taken} <= {
        "attempt_finished",
        "homework_closed",
    }
    async with session_factory() as db:
        answered = await db.scalar(select(func.sum(QuizAttempt.answered_questions)))
    assert answered == await count(session_factory, QuestionAttempt) == len(taken)
    assert await count(session_factory, QuizAttempt) == 12


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
    assert problem(await work.leave(0)) == (404, "no_such_attempt")
    assert await pass_deadline(session_factory, monkeypatch) == 1
    async with session_factory() as db:
        [result] = await db.scalars(select(QuizAttempt))
    assert (result.session_id, result.rank, result.user_id) == (UUID(given["id"]), 1, None)


async def test_many_students_are_closed_in_portions_and_ranked_in_a_thread(
    teacher: Person,
    guest: Guest,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads = set[int]()

    def rank(*given: Any) -> Any:  # noqa: ANN401  # what `ranking` takes and returns
        threads.add(threading.get_ident())
        return ranking(*given)

    ranking = homework_deadlines.ranking
    monkeypatch.setattr(homework_deadlines, "ranking", rank)
    for module in (homework_deadlines, assignments):
        monkeypatch.setattr(module, "ROWS_AT_ONCE", 2)
    given = await give(teacher)
    for number in range(3):
        student = await guest(given["code"], f"Student {number}")
        await student.start()
    async with session_factory() as db:
        before = await db.scalar(JOBS)
    await end(teacher, given)
    host = (await teacher.client.get(f"/api/sessions/{given['id']}/results")).json()
    assert [each["rank"] for each in host["players"]] == [1, 2, 3]
    assert threading.get_ident() not in threads
    async with session_factory() as db:
        assert await db.scalar(JOBS) == before + 1, "its questions are computed once"
