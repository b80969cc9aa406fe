"""Quizzes are listed, copied, archived and deleted; others' quizzes do not exist."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx

from tests.server.api.conftest import Person, faults, problem
from tests.server.api.quiz_samples import ALL_KINDS, UNREADY, write


async def titles(person: Person, query: str = "") -> list[str]:
    response = await person.client.get(f"/api/quizzes?{query}")
    return [item["title"] for item in response.json()["items"]]


async def test_a_copy_is_a_quiz_of_its_own(teacher: Person) -> None:
    quiz = await write(teacher, questions=ALL_KINDS)
    response = await teacher.client.post(f"/api/quizzes/{quiz['id']}/copy")
    assert response.status_code == 201
    copied = response.json()
    assert copied["title"] == "Geography (2)"
    assert copied["access_code"] != quiz["access_code"]
    stems = [question["stem"] for question in copied["questions"]]
    assert stems == [question["stem"] for question in ALL_KINDS]
    ids = {question["id"] for question in copied["questions"]}
    assert ids.isdisjoint(question["id"] for question in quiz["questions"])
    named = await teacher.client.post(f"/api/quizzes/{quiz['id']}/copy", json={"title": "Mine"})
    assert named.json()["title"] == "Mine"
    third = await teacher.client.post(f"/api/quizzes/{copied['id']}/copy", json={})
    assert third.json()["title"] == "Geography (3)"


async def test_a_copy_of_a_long_title_still_fits(teacher: Person) -> None:
    quiz = await write(teacher, title="x" * 200)
    copied = (await teacher.client.post(f"/api/quizzes/{quiz['id']}/copy")).json()
    assert copied["title"] == "x" * 196 + " (2)"


async def test_deleting_archives_and_restoring_brings_back(teacher: Person) -> None:
    quiz = await write(teacher)
    path = f"/api/quizzes/{quiz['id']}"
    assert (await teacher.client.delete(path)).status_code == 204
    assert await titles(teacher) == []
    assert await titles(teacher, "archived=true") == ["Geography"]
    assert (await teacher.client.get(path)).json()["archived_at"] is not None
    refused = await teacher.client.post(f"{path}/sessions")
    assert problem(refused) == (409, "quiz_archived")
    assert (await teacher.client.post(f"{path}/restore")).json()["archived_at"] is None
    assert (await teacher.client.post(f"{path}/archive")).json()["archived_at"] is not None


async def test_purging_removes_for_good(teacher: Person) -> None:
    quiz = await write(teacher)
    path = f"/api/quizzes/{quiz['id']}"
    assert (await teacher.client.delete(f"{path}?purge=true")).status_code == 204
    assert problem(await teacher.client.get(path)) == (404, "no_such_quiz")


async def test_a_quiz_in_play_is_not_purged(teacher: Person) -> None:
    quiz = await write(teacher)
    path = f"/api/quizzes/{quiz['id']}"
    await teacher.client.post(f"{path}/sessions")
    assert problem(await teacher.client.delete(f"{path}?purge=true")) == (409, "quiz_in_play")


async def test_the_list_tells_what_can_be_done_next(teacher: Person) -> None:
    ready = await write(teacher, title="Ready")
    await write(teacher, title="Unready", questions=[UNREADY])
    opened = (await teacher.client.post(f"/api/quizzes/{ready['id']}/sessions")).json()
    page = (await teacher.client.get("/api/quizzes")).json()
    assert (page["total"], page["page"], page["page_size"]) == (2, 1, 20)
    unready, listed = page["items"]
    assert (listed["title"], listed["playable"], listed["question_count"]) == ("Ready", True, 1)
    assert listed["open_session"] == {"id": opened["id"], "code": opened["code"]}
    assert listed["sessions_count"] == 1
    assert (unready["title"], unready["playable"], unready["open_session"]) == (
        "Unready",
        False,
        None,
    )


async def test_lists_come_in_pages(teacher: Person) -> None:
    for n in range(5):
        await write(teacher, title=str(n))
    assert await titles(teacher, "page=1&page_size=2") == ["4", "3"]
    assert await titles(teacher, "page=3&page_size=2") == ["0"]
    beyond = (await teacher.client.get("/api/quizzes?page=4&page_size=2")).json()
    assert beyond == {"items": [], "total": 5, "page": 4, "page_size": 2, "is_capped": False}


async def test_a_page_that_cannot_be_is_named(teacher: Person) -> None:
    wrong: Mapping[str, tuple[str, str]] = {
        "page=0": ("page", "too_small"),
        "page=x": ("page", "wrong_type"),
        "page=99999999999999999999": ("page", "too_large"),
        "page_size=101": ("page_size", "too_large"),
    }
    for query, (path, code) in wrong.items():
        assert faults(await teacher.client.get(f"/api/quizzes?{query}")) == {path: code}


async def test_others_quizzes_do_not_exist(teacher: Person, other_teacher: Person) -> None:
    quiz = await write(teacher)
    path = f"/api/quizzes/{quiz['id']}"
    asked = other_teacher.client
    answers = [
        await asked.get(path),
        await asked.patch(path, json={"title": "Mine"}),
        await asked.delete(path),
        await asked.delete(f"{path}?purge=true"),
        await asked.post(f"{path}/copy"),
        await asked.post(f"{path}/archive"),
        await asked.post(f"{path}/restore"),
        await asked.put(f"{path}/order", json={"questions": []}),
        await asked.post(f"{path}/sessions"),
    ]
    assert {problem(answer) for answer in answers} == {(404, "no_such_quiz")}
    assert await titles(other_teacher) == []
    assert (await teacher.client.get(path)).json() == quiz


async def test_an_administrator_sees_all(teacher: Person, sign_up: Any) -> None:  # noqa: ANN401  # a fixture
    quiz = await write(teacher)
    admin = await sign_up("super_admin")
    assert (await admin.client.get(f"/api/quizzes/{quiz['id']}")).json() == quiz


async def test_quizzes_are_for_teachers(client: httpx.AsyncClient, student: Person) -> None:
    assert problem(await client.get("/api/quizzes")) == (401, "not_signed_in")
    assert problem(await client.post("/api/quizzes", content=b"{")) == (401, "not_signed_in")
    assert problem(await student.client.get("/api/quizzes")) == (403, "teachers_only")
    path = f"/api/quizzes/{uuid4()}"
    for method in ("GET", "PATCH", "DELETE"):
        assert problem(await student.client.request(method, path)) == (403, "teachers_only")


async def test_an_id_that_is_none_leads_nowhere(teacher: Person) -> None:
    for id_ in ("x", "0", "..", "%00", "a" * 300):
        assert problem(await teacher.client.get(f"/api/quizzes/{id_}"))[0] == 404
        assert problem(await teacher.client.post(f"/api/sessions/{id_}/end"))[0] == 404
