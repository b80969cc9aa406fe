"""Quizzes are written, read and changed."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.questions import QuestionDraft
from persistence.database import SessionFactory
from persistence.models import Quiz, User
from persistence.repositories import quizzes
from server.api import long_writes
from tests.server.api.conftest import Person, faults, problem
from tests.server.api.quiz_samples import ALL_KINDS, CAPITAL, UNREADY, Json, write

MORE = ("language", "level", "skill", "topic", "difficulty", "tags")


async def change(person: Person, quiz: Json, **changes: object) -> httpx.Response:
    return await person.client.patch(f"/api/quizzes/{quiz['id']}", json=changes)


async def test_a_quiz_of_all_kinds_is_written_and_read_back(teacher: Person) -> None:
    labels = {"language": "id", "level": "B1", "topic": "Islands"}
    quiz = await write(teacher, questions=ALL_KINDS, description="Mixed", **labels)
    assert quiz["playable"], quiz["problems"]
    assert (quiz["title"], quiz["description"]) == ("Geography", "Mixed")
    assert {name: quiz[name] for name in labels} == labels
    assert (quiz["access"], quiz["published_at"], quiz["source"]) == ("own", None, None)
    assert len(quiz["access_code"]) == 6
    for written, read in zip(ALL_KINDS, quiz["questions"], strict=True):
        assert (read["type"], read["stem"]) == (written["type"], written["stem"])
        assert (read["points"], read["time_limit"]) == (1000, 30)
        assert read["answer_key"] == written.get("answer_key")
        assert read["options"] == written.get("options", {})
        assert {name: read[name] for name in MORE} == {
            name: written.get(name, [] if name == "tags" else None) for name in MORE
        }
        marked = [(choice["text"], choice["is_correct"]) for choice in read["choices"]]
        assert marked == [
            (choice["text"], choice.get("is_correct", False))
            for choice in written.get("choices", [])
        ]
    again = await teacher.client.get(f"/api/quizzes/{quiz['id']}")
    assert again.json() == quiz


async def test_who_is_signed_in_to_an_account_that_is_gone_is_told_so(
    teacher: Person, session_factory: SessionFactory
) -> None:
    """As after PostgreSQL was put back to an older state: Redis still knows the sign-in."""
    async with session_factory.begin() as db:
        await db.execute(delete(User))
    refused = await teacher.client.post("/api/quizzes", json={"title": "Rivers"})
    assert problem(refused) == (401, "not_signed_in")


async def test_what_was_read_can_be_written_back(teacher: Person) -> None:
    quiz = await write(teacher, questions=ALL_KINDS)
    response = await change(teacher, quiz, questions=quiz["questions"])
    assert response.status_code == 200, response.text
    assert response.json()["questions"] == [
        question | {"choices": response.json()["questions"][at]["choices"]}
        for at, question in enumerate(quiz["questions"])
    ]


@pytest.mark.parametrize(
    ("field", "value", "path", "code"),
    [
        ("language", "English", "language", "bad_format"),
        ("level", "D1", "level", "unknown_value"),
        ("skill", "x" * 61, "skill", "too_long"),
        ("skill", " ", "skill", "bad_format"),
        ("topic", "two\nlines", "topic", "bad_format"),
        ("topic", "x" * 101, "topic", "too_long"),
        ("difficulty", 6, "difficulty", "too_large"),
        ("difficulty", "3", "difficulty", "wrong_type"),
        ("tags", [str(n) for n in range(11)], "tags", "too_long"),
        ("tags", ["rivers", "x" * 41], "tags[1]", "too_long"),
        ("tags", [""], "tags[0]", "bad_format"),
        ("hint", "No.", "hint", "unknown_field"),
    ],
)
async def test_what_is_wrong_about_a_question_is_said_by_its_field(
    teacher: Person, field: str, value: object, path: str, code: str
) -> None:
    given = {"title": "Geography", "questions": [CAPITAL | {field: value}]}
    refused = await teacher.client.post("/api/quizzes", json=given)
    assert problem(refused) == (422, "invalid")
    assert [(error["path"], error["code"]) for error in refused.json()["errors"]] == [
        (f"questions[0].{path}", code)
    ]


async def test_a_quiz_that_cannot_be_played_says_why(teacher: Person) -> None:
    quiz = await write(teacher, questions=[CAPITAL, UNREADY])
    assert not quiz["playable"]
    found = {(problem["question"], problem["path"]) for problem in quiz["problems"]}
    assert (1, "stem") in found
    assert (1, "choices") in found
    assert 0 not in {problem["question"] for problem in quiz["problems"]}
    empty = await write(teacher, questions=[])
    assert [problem["code"] for problem in empty["problems"]] == ["no_questions"]


async def test_only_what_is_named_changes(teacher: Person) -> None:
    quiz = await write(teacher, description="Old")
    changed = (await change(teacher, quiz, title="New")).json()
    assert changed == quiz | {"title": "New", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > quiz["updated_at"]


async def test_replaced_questions_keep_their_ids_and_take_their_order(teacher: Person) -> None:
    quiz = await write(teacher, questions=ALL_KINDS[:3])
    first, second, _ = quiz["questions"]
    response = await change(teacher, quiz, questions=[second, CAPITAL, first | {"stem": "Changed"}])
    ids = [question["id"] for question in response.json()["questions"]]
    assert ids[0] == second["id"]
    assert ids[2] == first["id"]
    assert ids[1] not in {question["id"] for question in quiz["questions"]}
    assert response.json()["questions"][2]["stem"] == "Changed"


async def test_a_question_of_another_quiz_is_not_taken_over(
    teacher: Person, other_teacher: Person
) -> None:
    theirs = await write(other_teacher)
    mine = await write(teacher)
    stolen = CAPITAL | {"id": theirs["questions"][0]["id"], "stem": "Mine now"}
    changed = (await change(teacher, mine, questions=[stolen])).json()
    assert changed["questions"][0]["id"] != theirs["questions"][0]["id"]
    left = await other_teacher.client.get(f"/api/quizzes/{theirs['id']}")
    assert left.json() == theirs


async def test_a_stale_change_is_refused(teacher: Person) -> None:
    quiz = await write(teacher)
    await change(teacher, quiz, title="By another tab")
    stale = await change(teacher, quiz, title="By this tab", updated_at=quiz["updated_at"])
    assert problem(stale) == (409, "changed_elsewhere")
    fresh = (await teacher.client.get(f"/api/quizzes/{quiz['id']}")).json()
    assert fresh["title"] == "By another tab"
    kept = await change(teacher, quiz, title="Again", updated_at=fresh["updated_at"])
    assert kept.status_code == 200


async def test_of_two_changes_at_once_one_is_stale(teacher: Person) -> None:
    quiz = await write(teacher)
    answers = await asyncio.gather(
        *(change(teacher, quiz, title=str(n), updated_at=quiz["updated_at"]) for n in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_questions_are_put_in_order(teacher: Person) -> None:
    quiz = await write(teacher, questions=ALL_KINDS)
    ids = [question["id"] for question in quiz["questions"]]
    path = f"/api/quizzes/{quiz['id']}/order"
    ordered = await teacher.client.put(path, json={"questions": ids[::-1]})
    assert [question["id"] for question in ordered.json()["questions"]] == ids[::-1]
    for wrong in (ids[1:], [*ids, ids[0]], [*ids[1:], str(uuid4())]):
        refused = await teacher.client.put(path, json={"questions": wrong})
        assert problem(refused) == (422, "invalid")


async def test_bad_fields_are_named(teacher: Person) -> None:
    def with_question(**changes: object) -> Json:
        return {"title": "T", "questions": [CAPITAL, CAPITAL | changes]}

    wrong: list[tuple[Json, str, str]] = [
        ({"title": ""}, "title", "too_short"),
        ({"title": "   "}, "title", "bad_format"),
        ({"title": "x" * 201}, "title", "too_long"),
        ({"title": "a\0b"}, "title", "bad_character"),
        ({"title": 1}, "title", "wrong_type"),
        ({"title": "T", "description": "x" * 5001}, "description", "too_long"),
        ({"title": "T", "language": "English"}, "language", "bad_format"),
        ({"title": "T", "level": "D1"}, "level", "unknown_value"),
        ({"title": "T", "topic": " "}, "topic", "bad_format"),
        ({"title": "T", "colour": 1}, "colour", "unknown_field"),
        ({}, "title", "required"),
        (with_question(type="essay"), "questions[1].type", "unknown_value"),
        (with_question(stem="x" * 2001), "questions[1].stem", "too_long"),
        (with_question(stem="\0"), "questions[1].stem", "bad_character"),
        (with_question(points=2001), "questions[1].points", "too_large"),
        (with_question(points=-1), "questions[1].points", "too_small"),
        (with_question(points="100"), "questions[1].points", "wrong_type"),
        (with_question(time_limit=4), "questions[1].time_limit", "too_small"),
        (with_question(time_limit=301), "questions[1].time_limit", "too_large"),
        (with_question(media="javascript:alert(1)"), "questions[1].media", "bad_format"),
        (with_question(media="ftp://a.b"), "questions[1].media", "bad_format"),
        (with_question(media="https://a b"), "questions[1].media", "bad_format"),
        (with_question(choices=[{}] * 9), "questions[1].choices", "too_long"),
        (with_question(choices=[{"text": "x" * 256}]), "questions[1].choices[0].text", "too_long"),
        (with_question(id="5"), "questions[1].id", "invalid"),
        (with_question(answer_key={"x": 1}), "questions[1].answer_key.x", "unknown_field"),
        (with_question(options={"multiple": 1}), "questions[1].options.multiple", "wrong_type"),
    ]
    for body, path, code in wrong:
        assert faults(await teacher.client.post("/api/quizzes", json=body)) == {path: code}, body


async def test_codes_are_unique_when_many_quizzes_are_written_at_once(teacher: Person) -> None:
    quizzes = await asyncio.gather(*(write(teacher, questions=[]) for _ in range(20)))
    assert len({quiz["access_code"] for quiz in quizzes}) == 20


async def test_long_quizzes_are_stored_one_after_the_other(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a short one does not wait for them."""
    create, under_way, most = quizzes.create, 0, 0
    short_is_done = asyncio.Event()

    async def watched(  # what `create` takes
        session: AsyncSession,
        teacher_id: UUID,
        *,
        questions: list[QuestionDraft],
        **named: Any,  # noqa: ANN401
    ) -> Quiz:
        nonlocal under_way, most
        if len(questions) > 1:
            under_way += 1
            most = max(most, under_way)
            await short_is_done.wait()
        quiz = await create(session, teacher_id, questions=questions, **named)
        if len(questions) > 1:
            under_way -= 1
        return quiz

    monkeypatch.setattr(quizzes, "create", watched)

    async def write(questions: int) -> int:
        body = {"title": "Quiz", "questions": [CAPITAL] * questions}
        return (await teacher.client.post("/api/quizzes", json=body)).status_code

    long = [asyncio.create_task(write(long_writes.LONG + 1)) for _ in range(3)]
    async with asyncio.timeout(20):
        while not under_way:  # noqa: ASYNC110  # they are on their way
            await asyncio.sleep(0.01)
        assert await write(1) == 201
        short_is_done.set()
        assert await asyncio.gather(*long) == [201] * 3
    assert most == 1
