"""Questions of the bank and question sets that tests of the API write."""

from collections.abc import Sequence
from typing import Any

import httpx

from tests.server.api.conftest import Person
from tests.server.api.quiz_samples import CAPITAL, Json


def capital(stem: str, **fields: object) -> Json:
    return CAPITAL | {"stem": stem} | fields


async def add(person: Person, *questions: Json) -> list[Json]:
    added = []
    for question in questions:
        response = await person.client.post("/api/questions", json=question)
        assert response.status_code == 201, response.text
        added.append(response.json())
    return added


async def listed(person: Person, **filters: Any) -> list[str]:  # noqa: ANN401  # what httpx takes
    """The stems of the questions that match."""
    response = await person.client.get("/api/questions", params=filters)
    assert response.status_code == 200, response.text
    assert response.json()["total"] == len(response.json()["items"])
    return [question["stem"] for question in response.json()["items"]]


async def add_set(person: Person, title: str, questions: Sequence[Json] = ()) -> str:
    response = await person.client.post("/api/question-sets", json={"title": title})
    assert response.status_code == 201, response.text
    set_id: str = response.json()["id"]
    if questions:
        await change(person, "add_to_set", questions, set_id=set_id)
    return set_id


async def change(person: Person, do: str, questions: Sequence[Json], **more: object) -> Json:
    """Make one change; the answer."""
    response = await try_changes(person, {"do": do, "questions": ids(questions), **more})
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


async def undo(person: Person, changed: Json) -> Json:
    response = await try_changes(person, *changed["undo"])
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


async def try_changes(person: Person, *changes: Json) -> httpx.Response:
    return await person.client.post("/api/questions/changes", json={"changes": changes})


def ids(questions: Sequence[Json]) -> list[str]:
    return [question["id"] for question in questions]
