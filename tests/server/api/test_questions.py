"""The question bank over HTTP."""

import pytest
from sqlalchemy import delete

from persistence.database import SessionFactory
from persistence.models import User
from server.api.questions.schemas import QuestionChange, QuestionInput
from tests.server.api.bank_samples import add, listed
from tests.server.api.conftest import Person, faults, problem
from tests.server.api.quiz_samples import ALL_KINDS, CAPITAL, UNREADY, Json, write


async def test_questions_of_all_kinds_are_added_and_read_back(teacher: Person) -> None:
    added = await add(teacher, *ALL_KINDS)
    for written, question in zip(ALL_KINDS, added, strict=True):
        assert question["problems"] == []
        expected = {name: question[name] for name in written if name != "choices"}
        assert expected == {name: written[name] for name in written if name != "choices"}
        texts = [choice["text"] for choice in question["choices"]]
        assert texts == [choice["text"] for choice in written.get("choices", [])]
        again = await teacher.client.get(f"/api/questions/{question['id']}")
        assert again.json() == question
    assert await listed(teacher) == [question["stem"] for question in reversed(ALL_KINDS)]


async def test_a_question_may_be_unfinished_and_says_what_is_missing(teacher: Person) -> None:
    [question] = await add(teacher, UNREADY)
    found = {(problem["path"], problem["code"]) for problem in question["problems"]}
    assert ("stem", "missing") in found


async def test_questions_of_quizzes_are_not_in_the_bank(teacher: Person) -> None:
    quiz = await write(teacher)
    assert await listed(teacher) == []
    response = await teacher.client.get(f"/api/questions/{quiz['questions'][0]['id']}")
    assert problem(response) == (404, "not_in_bank")


@pytest.mark.parametrize(
    ("filters", "stems"),
    [
        ({"type": "poll"}, ["three"]),
        ({"type": ["poll", "numeric"]}, ["three", "two"]),
        ({"level": "A1"}, ["one"]),
        ({"level": ["A1", "B2"]}, ["two", "one"]),
        ({"skill": "reading"}, ["two", "one"]),
        ({"topic": "Rivers of Java"}, ["one"]),
        ({"tag": "a"}, ["two", "one"]),
        ({"tag": ["a", "b"]}, ["one"]),
        ({"difficulty": [1, 2]}, ["two", "one"]),
        ({"language": "id"}, ["two"]),
        ({"language": "id", "level": "A1"}, []),
        ({"set": "0199e1f0-0000-7000-8000-000000000000"}, []),
        ({"archived": True}, []),
    ],
)
async def test_filters(teacher: Person, filters: Json, stems: list[str]) -> None:
    shared = {"language": "en", "skill": "reading"}
    await add(
        teacher,
        CAPITAL
        | shared
        | {"stem": "one", "level": "A1", "topic": "Rivers of Java", "tags": ["b", "a"]}
        | {"difficulty": 1},
        {"type": "numeric", "stem": "two", "level": "B2", "language": "id", "tags": ["a"]}
        | {"skill": "reading", "difficulty": 2},
        {"type": "poll", "stem": "three"},
    )
    assert await listed(teacher, **filters) == stems


@pytest.mark.parametrize(
    "filters",
    [
        {"type": "essay"},
        {"level": ["A1", "D1"]},
        {"difficulty": 6},
        {"language": "English"},
        {"language": "en-1"},
        {"tag": [str(number) for number in range(21)]},
        {"set": "mine"},
        {"archived": "perhaps"},
    ],
)
async def test_filters_that_mean_nothing_are_refused(teacher: Person, filters: Json) -> None:
    response = await teacher.client.get("/api/questions", params=filters)
    assert response.status_code == 422, response.text


async def test_fields_that_are_left_out_of_a_change_stay(teacher: Person) -> None:
    [question] = await add(teacher, CAPITAL | {"tags": ["asia"], "level": "A2"})
    response = await teacher.client.patch(
        f"/api/questions/{question['id']}", json={"level": None, "topic": "Capitals"}
    )
    changed = response.json()
    assert changed["updated_at"] > question["updated_at"]
    stays = question | {"updated_at": changed["updated_at"]}
    assert changed == stays | {"level": None, "topic": "Capitals"}


async def test_the_kind_is_changed_with_its_choices_and_key(teacher: Person) -> None:
    [question] = await add(teacher, CAPITAL)
    change = {"type": "numeric", "choices": [], "answer_key": {"value": 3, "tolerance": 0}}
    response = await teacher.client.patch(f"/api/questions/{question['id']}", json=change)
    changed = response.json()
    assert {name: changed[name] for name in change} == change
    assert changed["problems"] == []


async def test_a_change_of_an_outdated_copy_is_refused(teacher: Person) -> None:
    [question] = await add(teacher, CAPITAL)
    path, known = f"/api/questions/{question['id']}", {"updated_at": question["updated_at"]}
    assert (await teacher.client.patch(path, json={"stem": "New?"} | known)).status_code == 200
    refused = await teacher.client.patch(path, json={"stem": "Newer?"} | known)
    assert problem(refused) == (409, "changed_elsewhere")


async def test_a_change_is_checked_field_by_field(teacher: Person) -> None:
    [question] = await add(teacher, CAPITAL)
    change = {"points": 9999, "stem": None, "teacher_id": str(teacher.id)}
    refused = await teacher.client.patch(f"/api/questions/{question['id']}", json=change)
    assert faults(refused) == {
        "points": "too_large",
        "stem": "wrong_type",
        "teacher_id": "unknown_field",
    }


def test_every_field_of_a_question_can_be_changed() -> None:
    written = set(QuestionInput.__struct_fields__) - {"id", "source_id"}
    assert set(QuestionChange.__struct_fields__) == written | {"updated_at"}


async def test_a_copy_remembers_only_a_question_of_the_same_teacher(
    teacher: Person, other_teacher: Person
) -> None:
    [own], [foreign] = await add(teacher, CAPITAL), await add(other_teacher, CAPITAL)
    asked = [CAPITAL | {"source_id": source["id"]} for source in (own, foreign)]
    quiz = await write(teacher, questions=asked)
    assert [question["source_id"] for question in quiz["questions"]] == [own["id"], None]
    kept = await teacher.client.patch(
        f"/api/quizzes/{quiz['id']}", json={"questions": quiz["questions"]}
    )
    assert [question["source_id"] for question in kept.json()["questions"]] == [own["id"], None]
    back = await add(
        teacher, *[CAPITAL | {"source_id": question["id"]} for question in quiz["questions"]]
    )
    assert [question["source_id"] for question in back] == [
        question["id"] for question in quiz["questions"]
    ]


async def test_who_is_signed_in_to_an_account_that_is_gone_is_told_so(
    teacher: Person, session_factory: SessionFactory
) -> None:
    async with session_factory.begin() as db:
        await db.execute(delete(User))
    refused = await teacher.client.post("/api/questions", json=CAPITAL)
    assert problem(refused) == (401, "not_signed_in")
