"""The search of questions and quizzes together, over HTTP."""

from typing import Any

import pytest

from persistence.repositories import search
from tests.server.api.bank_samples import add
from tests.server.api.conftest import Person, faults
from tests.server.api.quiz_samples import CAPITAL, Json, write


async def find(person: Person, q: str, **parameters: Any) -> Json:  # noqa: ANN401  # what httpx takes
    response = await person.client.get("/api/search", params={"q": q, **parameters})
    assert response.status_code == 200, response.text
    found: Json = response.json()
    return found


def values(found: Json, facet: str) -> dict[str, int]:
    return {each["value"]: each["count"] for each in found["facets"][facet]}


async def test_questions_and_quizzes_are_in_one_list_the_best_first(teacher: Person) -> None:
    in_quiz = CAPITAL | {"stem": "Siapa membaca?", "language": "id", "level": "B1"}
    quiz = await write(teacher, title="Baca, baca, baca", questions=[in_quiz])
    await teacher.client.patch(f"/api/quizzes/{quiz['id']}", json={"language": "id", "level": "A2"})
    [bank, _] = await add(
        teacher, CAPITAL | {"stem": "Buku dibaca", "language": "id", "level": "A2"}, CAPITAL
    )
    found = await find(teacher, "membaca")
    assert [(hit["kind"], hit["id"], hit["title"], hit["quiz_id"]) for hit in found["items"]] == [
        ("question", quiz["questions"][0]["id"], "Siapa membaca?", quiz["id"]),
        ("quiz", quiz["id"], "Baca, baca, baca", None),
        ("question", bank["id"], "Buku dibaca", None),
    ]
    ranks = [hit["rank"] for hit in found["items"]]
    assert ranks == sorted(ranks, reverse=True)
    assert found["items"][-1]["highlight"] == [
        {"text": "Buku ", "is_hit": False},
        {"text": "dibaca", "is_hit": True},
    ]
    assert (found["total"], found["is_capped"]) == (3, False)
    assert values(found, "kind") == {"question": 2, "quiz": 1}
    assert values(found, "level") == {"A2": 2, "B1": 1}
    assert values(found, "type") == {"multiple_choice": 2}


async def test_filters_and_kinds_narrow_a_search(teacher: Person) -> None:
    await write(teacher, title="Rivers", questions=[CAPITAL | {"stem": "Rivers of Java"}])
    await add(teacher, CAPITAL | {"stem": "A river", "level": "A2", "skill": "reading"})

    async def kinds(**parameters: str) -> list[str]:
        found = await find(teacher, "river", **parameters)
        assert sum(values(found, "kind").values()) == found["total"] == len(found["items"])
        return sorted(hit["kind"] for hit in found["items"])

    assert await kinds() == ["question", "question", "quiz"]
    assert await kinds(**{"in": "quizzes"}) == ["quiz"]
    assert await kinds(**{"in": "questions"}) == ["question", "question"]
    assert await kinds(level="A2") == ["question"]
    assert await kinds(skill="reading") == ["question"]
    assert await kinds(**{"in": "quizzes", "skill": "reading"}) == []
    response = await teacher.client.get("/api/search", params={"in": "answers"})
    assert faults(response) == {"in": "unknown_value"}
    response = await teacher.client.get("/api/search", params={"type": "essay"})
    assert faults(response) == {"type": "unknown_value"}


async def test_a_search_has_pages_and_ends(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(teacher, *(CAPITAL | {"stem": f"River {place}"} for place in range(5)))
    pages = [await find(teacher, "river", page=page, page_size=2) for page in (1, 2, 3, 4)]
    assert [len(page["items"]) for page in pages] == [2, 2, 1, 0]
    assert len({hit["id"] for page in pages for hit in page["items"]}) == 5
    monkeypatch.setattr(search, "FOUND_MAX", 4)
    capped = await find(teacher, "river")
    assert (capped["total"], capped["is_capped"]) == (4, True)


async def test_only_what_the_teacher_sees_is_found(teacher: Person, other_teacher: Person) -> None:
    quiz = await write(teacher, title="River", questions=[CAPITAL | {"stem": "River"}])
    await add(teacher, CAPITAL | {"stem": "River"})
    assert (await find(other_teacher, "river"))["total"] == 0
    share = {"email": other_teacher.email}
    response = await teacher.client.post(f"/api/quizzes/{quiz['id']}/shares", json=share)
    assert response.status_code < 300, response.text
    found = await find(other_teacher, "river")
    assert sorted(hit["kind"] for hit in found["items"]) == ["question", "quiz"]
