"""Homework over HTTP: students at work."""

import asyncio

import msgspec
from litestar import Litestar

from persistence.database import SessionFactory
from persistence.models import QuestionAttempt
from tests.server.api.conftest import Person, connect, problem
from tests.server.api.homework.conftest import Guest, Worker, answered, batched, count, end, give
from tests.server.api.quiz_samples import ALL_KINDS, CAPITAL


async def test_a_student_answers_every_kind_and_is_recorded(
    teacher: Person, guest: Guest, session_factory: SessionFactory
) -> None:
    given = await give(teacher, shuffle_questions=True, shuffle_choices=True)
    ani = await guest(given["code"], "Ani")
    await ani.start()
    assert await ani.answer_all() | {"now": 0} == ani.attempt | {"now": 0}
    assert [ani.attempt[name] for name in ("finished", "answered", "question")] == [True, 7, None]
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
            before = ani.attempt
            seen.append(await ani.answer_right())
            assert (ani.attempt["feedback"] is not None) is (feedback == "after_question")
            if ani.attempt["feedback"]:
                assert ani.attempt["feedback"]["points"] in (0, 1000)
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
    before, answered_before = batched(), answered()
    answers = [ani.put(0, "a") for _ in range(20)]
    done = await asyncio.gather(*answers)
    assert (answered() - answered_before, batched() - before) == (20, 20)
    assert {each.status_code for each in done} == {200}
    assert {each.json()["answered"] for each in done} == {1}
    assert await count(session_factory, QuestionAttempt) == 1
    other = await ani.put(0, "b")
    assert problem(other) == (409, "already_answered")
    await asyncio.gather(*(ani.leave(0) for _ in range(5)))
    assert (await ani.look())["question"]["question"] == 1
    late = await ani.put(0, "a")
    assert late.status_code == 200, "an answer whose acknowledgement was lost"
    assert problem(await ani.put(0, "c")) == (409, "already_answered")
    both = await asyncio.gather(*(ani.put(1, r) for r in "ab"))
    assert sorted(each.status_code for each in both) == [200, 409]
    assert await count(session_factory, QuestionAttempt) == 2


async def test_a_passed_question_takes_no_answer(teacher: Person, guest: Guest) -> None:
    given = await give(teacher, [CAPITAL] * 2)
    ani = await guest(given["code"], "Ani")
    await ani.start()
    await ani.go_on()
    assert problem(await ani.put(0, "a")) == (409, "too_late")
    assert problem(await ani.put(9, "a")) == (404, "no_such_question")
    assert problem(await ani.put(1, "x")) == (400, "bad_response")
    assert problem(await ani.leave(2)) == (409, "not_open_yet")
    finished = (await ani.finish()).json()
    assert finished["finished"] is True
    assert problem(await ani.put(1, "a")) == (409, "attempt_finished")


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
        assert (await there.start())["id"] == phone.attempt["id"]
        assert there.attempt["response"] == phone.attempt["response"]
        await there.answer_all()
    summary = (await student.client.get(f"/api/sessions/{given['code']}/attempts")).json()
    assert summary["own"]["nickname"] == "Some Body"
    assert [each["finished"] for each in summary["own"]["attempts"]] == [True]
    assert summary["own"]["attempts_left"] == 1
    ani = await guest(given["code"], "Ani")
    await ani.start()
    async with connect(app, headers={"Homework-Token": ani.client.headers["Homework-Token"]}) as c:
        assert (await Worker(c, given["code"]).start())["id"] == ani.attempt["id"]
    async with connect(app) as stranger:
        thief = Worker(stranger, given["code"])
        thief.attempt = ani.attempt
        starting = await stranger.post(f"/api/sessions/{given['code']}/attempts", json={})
        assert problem(starting) == (401, "not_signed_in")
        for attempt in (ani.attempt, phone.attempt):
            thief.attempt = attempt
            stranger.headers.pop("Homework-Token", None)
            assert problem(await thief.put(0, "a")) == (401, "not_signed_in")
            assert problem(await thief.results()) == (401, "not_signed_in")
            stranger.headers["Homework-Token"] = "s" * 32
            assert problem(await thief.put(0, "a")) == (404, "no_such_attempt")
            assert problem(await thief.results()) == (404, "no_such_attempt")


async def test_two_devices_start_at_the_same_instant(
    teacher: Person, student: Person, guest: Guest
) -> None:
    given = await give(teacher, [CAPITAL], attempts=2)
    address = f"/api/sessions/{given['code']}/attempts"
    guests = [await guest(given["code"], f"Guest {number}") for number in range(4)]
    for who in (*guests, Worker(student.client, given["code"])):
        for _ in range(2):
            starts = (who.client.post(address, json={"nickname": who.name}) for _ in range(4))
            answers = await asyncio.gather(*starts)
            assert {each.status_code for each in answers} == {200}, [each.text for each in answers]
            assert len({each.json()["id"] for each in answers}) == 1
            who.attempt = answers[0].json()
            await who.finish()
        refused = await asyncio.gather(*(who.client.post(address, json={}) for _ in range(4)))
        assert {problem(each) for each in refused} == {(409, "no_attempts_left")}


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
            f"/api/sessions/{given['code']}/attempts", json={"nickname": name}
        )
        assert problem(refused)[1] == code
    for person, name in ((student, "Some Body"), (other_teacher, "Some Body 2")):
        await Worker(person.client, given["code"]).start()
        summary = (await person.client.get(f"/api/sessions/{given['code']}/attempts")).json()
        assert summary["own"]["nickname"] == name
