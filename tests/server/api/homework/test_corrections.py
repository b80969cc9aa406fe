"""Questions of a closed homework that are voided or get another key."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text

from game.rules import homework
from game.rules.session_corrections import Correction, Corrections, apply_to_homework
from persistence.database import SessionFactory
from persistence.repositories.homework import records
from persistence.repositories.viewers import OPERATOR
from tests.server.api.conftest import Person, problem
from tests.server.api.homework.conftest import Guest, Worker, end, give
from tests.server.api.quiz_samples import CAPITAL, Json
from tests.server.api.results.conftest import rows

NOW = datetime.now(UTC)
QUESTIONS = [CAPITAL | {"stem": f"Question {number}?"} for number in range(3)]
RESCORES = ("quiz_attempt_rescores", "question_attempt_rescores", "homework_run_rescores")


async def correct(teacher: Person, given: Json, **body: object) -> Json:
    path = f"/api/sessions/{given['id']}/corrections"
    response = await teacher.client.post(path, json=body)
    assert response.status_code == 200, response.text
    found: Json = response.json()
    return found


async def work(worker: Worker, responses: str) -> None:
    """One attempt: a letter for each question, a dot to leave it out."""
    await worker.start()
    for response in responses:
        if response != ".":
            await worker.answer(response)
        await worker.go_on()


async def agrees(
    teacher: Person, session_factory: SessionFactory, given: Json, holds: Corrections
) -> Json:
    """The results, if they are what the rules make of the record."""
    id_ = UUID(given["id"])
    async with session_factory() as db:
        for corrected in (False, True):
            record = await records.read(db, OPERATOR, id_, corrected=corrected)
            assert [*homework.differences(record)] == []
        record = await records.read(db, OPERATOR, id_)
    scored = homework.rescore(apply_to_homework(holds, record))
    found: Json = (await teacher.client.get(f"/api/sessions/{id_}/results")).json()
    was = {each.player: each for each in record.participants}
    for player in found["players"]:
        number, result = scored.results[player["player"]]
        assert (player["rank"], player["score"], player["counting_attempt"]) == (
            result.rank,
            result.score,
            number,
        )
        for answer in player["answers"]:
            if answer is not None:
                key = (player["player"], number, answer["question"])
                assert (answer["correct"], answer["points"]) == scored.graded[key]
        old = was[player["player"]].result
        assert old is not None
        original = {"score": old.score, "rank": old.rank, "correct": old.correct}
        assert player["original"] == (original if holds else None)
    return found


@pytest.mark.parametrize("counts", ["best", "last", "mean"])
async def test_all_attempts_are_graded_anew_and_another_may_count(
    teacher: Person, student: Person, guest: Guest, session_factory: SessionFactory, counts: str
) -> None:
    given = await give(teacher, QUESTIONS, attempts=2, counts=counts, shuffle_choices=False)
    ani, budi = Worker(student.client, given["code"]), await guest(given["code"], "Budi")
    await work(ani, "aac")
    first = ani.attempt["id"]
    await work(ani, "bb.")
    await work(budi, "ab.")
    path = f"/api/sessions/{given['id']}"
    early = await teacher.client.post(f"{path}/corrections", json={"question": 0, "action": "void"})
    assert problem(early) == (409, "session_running")
    await end(teacher, given)
    played = (await teacher.client.get(f"{path}/results")).json()

    preview = await teacher.client.post(
        f"{path}/corrections/preview", json={"question": 0, "action": "key", "key": "b"}
    )
    assert (await teacher.client.get(f"{path}/results")).json() == played
    assert await correct(teacher, given, question=0, action="key", key="b") == preview.json()
    await correct(teacher, given, question=1, action="key", key="b")
    await correct(teacher, given, question=2, action="void")
    holds = {0: Correction("b", NOW), 1: Correction("b", NOW), 2: Correction(None, NOW)}
    found = await agrees(teacher, session_factory, given, holds)
    mine = next(each for each in found["players"] if each["nickname"] != "Budi")
    assert (mine["score"], mine["counting_attempt"]) == (1000 if counts == "mean" else 2000, 2)
    assert found["questions"][2]["correction"]["voided"]
    at_work = (await teacher.client.get(f"/api/homework/{given['id']}")).json()["students"]
    assert {each["nickname"]: each["score"] for each in at_work} == {
        mine["nickname"]: 2000,
        "Budi": 1000,
    }

    await seen_by_the_student(ani, first, mine)
    [past] = (await student.client.get("/api/me/history")).json()["items"]
    assert (past["score"], past["rank"], past["of"]) == (mine["score"], mine["rank"], 2)
    assert past["original"] == mine["original"]
    header, *lines = await rows(teacher, f"{path}/results.csv?table=places")
    assert header[-3:] == ["Original rank", "Original score", "Original correct"]
    assert [int(line[3]) for line in lines] == [each["score"] for each in found["players"]]

    for question in range(3):
        await correct(teacher, given, question=question, action="undo")
    assert await agrees(teacher, session_factory, given, {}) == played
    async with session_factory() as db:
        for table in RESCORES:
            assert await db.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608


async def seen_by_the_student(ani: Worker, first: str, mine: Json) -> None:
    """Each attempt as it counts, and what it was."""
    last = (await ani.results()).json()
    assert (last["score"], last["correct"], last["correct_of"]) == (2000, 2, 2)
    assert last["original"] == {"score": 0, "correct": 0}
    assert last["place"] == mine["rank"]
    one, _, void = last["questions"]
    assert one["feedback"] | {"explanation": None} == {
        "correct": True,
        "points": 1000,
        "key": "b",
        "also": [],
        "explanation": None,
    }
    assert one["original"] == {"correct": False, "points": 0}
    assert one["correction"]["original_key"] == "a"
    assert (void["correction"]["voided"], void["original"]) == (True, None)
    ani.attempt = {"id": first}
    before = (await ani.results()).json()
    assert (before["score"], before["correct"]) == (0, 0)
    assert before["original"] == {"score": 2000, "correct": 2}
    assert before["questions"][2]["feedback"]["correct"] is None
