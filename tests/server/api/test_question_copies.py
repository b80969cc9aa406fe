"""Copies of questions between quizzes and the bank."""

import asyncio
from typing import Self
from uuid import UUID

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.questions import Kind, QuestionDraft
from persistence.database import SessionFactory
from persistence.repositories import quizzes
from persistence.repositories.questions import bank, in_quizzes
from server.api.questions import ManyQuestionsController
from server.api.questions.many_schemas import CopyFromQuizRequest, CopyToQuizRequest
from tests.server.api.bank_samples import (
    add,
    add_set,
    capital,
    change,
    ids,
)
from tests.server.api.conftest import Person, problem
from tests.server.api.quiz_samples import ALL_KINDS, CAPITAL, Json, write

NOWHERE = "0199e1f0-0000-7000-8000-000000000000"


async def test_a_quiz_is_made_of_copies_that_remember_their_source(teacher: Person) -> None:
    questions = await add(teacher, *ALL_KINDS)
    asked = {"questions": ids(questions), "title": "Mixed"}
    made = await teacher.client.post("/api/questions/copy-to-quiz", json=asked)
    assert made.json() | {"quiz_id": ""} == {"quiz_id": "", "added": 7, "question_count": 7}
    quiz = (await teacher.client.get(f"/api/quizzes/{made.json()['quiz_id']}")).json()
    assert quiz["playable"]
    assert [question["source_id"] for question in quiz["questions"]] == ids(questions)
    assert [question["stem"] for question in quiz["questions"]] == [
        question["stem"] for question in questions
    ]
    await change(teacher, "archive", questions)
    await change(teacher, "delete", questions)
    quiz = (await teacher.client.get(f"/api/quizzes/{quiz['id']}")).json()
    assert [question["source_id"] for question in quiz["questions"]] == [None] * 7


async def test_questions_are_added_to_the_end_of_a_quiz(teacher: Person) -> None:
    quiz = await write(teacher)
    questions = await add(teacher, capital("two"), capital("three"))
    asked = {"questions": ids(questions), "quiz_id": quiz["id"]}
    added = await teacher.client.post("/api/questions/copy-to-quiz", json=asked)
    assert added.json() == {"quiz_id": quiz["id"], "added": 2, "question_count": 3}
    after = (await teacher.client.get(f"/api/quizzes/{quiz['id']}")).json()
    assert after["questions"][0] == quiz["questions"][0]
    assert [question["stem"] for question in after["questions"][1:]] == ["two", "three"]
    assert after["updated_at"] > quiz["updated_at"]


@pytest.mark.parametrize(
    "asked",
    [
        {"questions": [NOWHERE]},
        {"title": "New"},
        {"questions": [NOWHERE], "set_id": NOWHERE, "title": "New"},
        {"questions": [NOWHERE], "quiz_id": NOWHERE, "title": "New"},
        {"questions": [], "title": "New"},
    ],
)
async def test_what_to_copy_and_where_to_must_be_clear(teacher: Person, asked: Json) -> None:
    refused = await teacher.client.post("/api/questions/copy-to-quiz", json=asked)
    assert problem(refused) == (422, "invalid")


async def test_a_quiz_is_not_made_of_an_empty_set(teacher: Person) -> None:
    asked = {"set_id": await add_set(teacher, "Empty"), "title": "New"}
    refused = await teacher.client.post("/api/questions/copy-to-quiz", json=asked)
    assert problem(refused) == (409, "set_empty")


async def test_a_question_that_is_being_changed_is_copied_as_it_is_then(
    teacher: Person, session_factory: SessionFactory
) -> None:
    """Choices are read after their questions, so a copy would else mix two states."""
    quiz = await write(teacher)
    [question] = await add(teacher, capital("before"))
    of_quiz = {"quiz_id": quiz["id"]}
    of_bank = {"questions": [question["id"]], "title": "New"}
    owner, one_now = teacher.signed_in, [QuestionDraft(type=Kind.POLL, stem="after")]

    async with session_factory.begin() as db:
        found = await quizzes.get(db, owner, UUID(quiz["id"]), for_update=True)
        await in_quizzes.replace(db, found, one_now)
        await bank.change(
            db, await bank.get(db, owner, UUID(question["id"]), for_update=True), *one_now
        )
        copying = [
            asyncio.create_task(teacher.client.post(f"/api/questions/copy-{name}", json=asked))
            for name, asked in (("from-quiz", of_quiz), ("to-quiz", of_bank))
        ]
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        async with asyncio.timeout(20):
            while (  # noqa: ASYNC110  # only PostgreSQL knows
                await db.scalar(waiting) < 2 and not all(each.done() for each in copying)
            ):
                await asyncio.sleep(0.01)
    from_quiz, to_quiz = [(await each).json() for each in copying]

    shown = await teacher.client.get(f"/api/questions/{from_quiz['added'][0]}")
    assert (shown.json()["stem"], shown.json()["choices"]) == ("after", [])
    made = (await teacher.client.get(f"/api/quizzes/{to_quiz['quiz_id']}")).json()
    assert [(each["stem"], each["choices"]) for each in made["questions"]] == [("after", [])]


async def test_who_waits_for_a_turn_holds_no_connection(
    app: Litestar, teacher: Person, session_factory: SessionFactory
) -> None:
    """Else those who write might not get one."""
    quiz = await write(teacher)
    set_id = await add_set(teacher, "A", await add(teacher, CAPITAL))
    of_set = CopyToQuizRequest(set_id=UUID(set_id), title="B")
    of_quiz = CopyFromQuizRequest(quiz_id=UUID(quiz["id"]))
    handlers = ManyQuestionsController
    for copy, data in ((handlers.copy_to_quiz, of_set), (handlers.copy_from_quiz, of_quiz)):
        async with session_factory() as db:
            writing = Turn(db)
            await copy.fn(None, data, teacher.signed_in, db, writing, app.state.limits)
            assert writing.is_over


class Turn:
    """Stands for `Turns`, and sees whether a transaction runs when the turn comes."""

    def __init__(self, db: AsyncSession) -> None:
        self._db = db
        self.is_over = False

    def of(self, _: UUID) -> Self:
        return self

    async def __aenter__(self) -> None:
        assert not self._db.in_transaction()

    async def __aexit__(self, *_: object) -> None:
        self.is_over = True


async def test_questions_of_a_quiz_are_copied_into_the_bank(teacher: Person) -> None:
    quiz = await write(teacher, questions=ALL_KINDS)
    [there] = await add(teacher, CAPITAL)
    asked = {"quiz_id": quiz["id"], "skip_duplicates": True}
    copied = (await teacher.client.post("/api/questions/copy-from-quiz", json=asked)).json()
    assert copied["left_out"] == [0]
    for question_id, original in zip(copied["added"], quiz["questions"][1:], strict=True):
        copy = (await teacher.client.get(f"/api/questions/{question_id}")).json()
        assert (copy["stem"], copy["source_id"]) == (original["stem"], original["id"])
    one = {"quiz_id": quiz["id"], "questions": ids(quiz["questions"][:1])}
    again = (await teacher.client.post("/api/questions/copy-from-quiz", json=one)).json()
    assert len(again["added"]) == 1
    strange = {"quiz_id": quiz["id"], "questions": [there["id"]]}
    refused = await teacher.client.post("/api/questions/copy-from-quiz", json=strange)
    assert problem(refused) == (404, "not_in_quiz")
