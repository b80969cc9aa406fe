"""The bytes of a quiz: bounded at every way in, and what is there already can be reduced."""

import pytest

from persistence.repositories.questions import in_quizzes
from tests.server.api.bank_samples import add, add_set, capital, ids
from tests.server.api.conftest import Person, problem
from tests.server.api.quiz_samples import CAPITAL, Json, write

TOO_LARGE = (409, "quiz_too_large")
LONG = CAPITAL | {"explanation": "x" * 1200}
TWO_BYTES = 1200
"""Two of `CAPITAL` fit, three do not, and not even one that is `LONG`."""


async def test_a_quiz_is_bounded_however_its_questions_come(
    teacher: Person, other_teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = await write(teacher, questions=[LONG] * 3)
    published = await teacher.client.put(
        f"/api/quizzes/{large['id']}/publication", json={"language": "en"}
    )
    assert published.status_code == 200
    monkeypatch.setattr(in_quizzes, "BYTES_MAX", TWO_BYTES)
    quiz = await write(teacher)
    path = f"/api/quizzes/{quiz['id']}"
    bank = await add(teacher, capital("one", explanation="x" * 1200), capital("two"))
    set_id = await add_set(teacher, "Both", bank)
    posts: list[tuple[Person, str, Json]] = [
        (teacher, "/api/quizzes", {"title": "New", "questions": [LONG]}),
        (teacher, "/api/questions/copy-to-quiz", {"questions": ids(bank), "quiz_id": quiz["id"]}),
        (teacher, "/api/questions/copy-to-quiz", {"set_id": set_id, "title": "Of a set"}),
        (teacher, f"/api/quizzes/{large['id']}/copy", {}),
        (other_teacher, f"/api/library/{large['id']}/copy", {}),
    ]
    for person, address, body in posts:
        assert problem(await person.client.post(address, json=body)) == TOO_LARGE, address
    changed = await teacher.client.patch(path, json={"questions": [CAPITAL, LONG]})
    assert problem(changed) == TOO_LARGE
    one = {"questions": ids(bank[1:]), "quiz_id": quiz["id"]}
    assert (await teacher.client.post("/api/questions/copy-to-quiz", json=one)).status_code == 201
    again = await teacher.client.post("/api/questions/copy-to-quiz", json=one)
    assert problem(again) == TOO_LARGE, "question by question"


async def test_a_quiz_from_before_the_bound_can_be_read_and_reduced(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiz = await write(teacher, questions=[CAPITAL] * 3)
    path = f"/api/quizzes/{quiz['id']}"
    monkeypatch.setattr(in_quizzes, "BYTES_MAX", 1)
    assert len((await teacher.client.get(path)).json()["questions"]) == 3
    three: list[Json] = [{**CAPITAL, "id": each["id"]} for each in quiz["questions"]]
    for questions, status in (
        ([*three, CAPITAL], 409),
        (three, 200),
        (three[1:], 200),
        (three, 409),
        (three[2:], 200),
    ):
        changed = await teacher.client.patch(path, json={"questions": questions})
        assert changed.status_code == status, (len(questions), changed.text)
    assert (await teacher.client.patch(path, json={"title": "Other"})).status_code == 200
