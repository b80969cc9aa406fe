"""Searches of questions over HTTP."""

from typing import Any

import pytest
from sqlalchemy import text

from game.rules.search import SEARCH_MAX
from persistence.repositories import search
from server.actions import search as searches
from server.limits import SEARCH_MS_OF_ACCOUNT
from tests.server.api.bank_samples import add
from tests.server.api.conftest import Person, faults, problem
from tests.server.api.quiz_samples import CAPITAL, Json, write

STRANGE = (
    '"',
    '"open',
    "-",
    "--",
    '-"',
    "-the",
    "or",
    "the of and",
    "yang dan di",
    "?!…",
    "' | & ! :* <->",
    "\\",
    "%_",
    "x or " * (SEARCH_MAX // 5),
    "\N{MUSICAL SYMBOL G CLEF}",
    "\u200b\ufeff",
    "a\tb\nc",
)


async def find(person: Person, q: str, **parameters: Any) -> Json:  # noqa: ANN401  # what httpx takes
    response = await person.client.get("/api/questions", params={"q": q, **parameters})
    assert response.status_code == 200, response.text
    found: Json = response.json()
    return found


async def test_a_question_is_found_by_another_form_of_its_word(teacher: Person) -> None:
    stem = "Buku <b>dibaca</b> & disimpan"
    [question, _] = await add(
        teacher, CAPITAL | {"stem": stem, "language": "id", "explanation": "Ia membaca."}, CAPITAL
    )
    found = await find(teacher, "membaca")
    parts = [("Buku <b>", False), ("dibaca", True), ("</b> & disimpan", False)]
    highlights = {
        "stem": [{"text": part, "is_hit": is_hit} for part, is_hit in parts],
        "explanation": [
            {"text": "Ia ", "is_hit": False},
            {"text": "membaca", "is_hit": True},
            {"text": ".", "is_hit": False},
        ],
    }
    assert found["items"] == [question | {"quiz": None, "highlights": highlights}]
    assert (found["total"], found["is_capped"], found["facets"]) == (1, False, None)


async def test_facets_are_named_like_their_filters(teacher: Person) -> None:
    await add(
        teacher,
        CAPITAL | {"level": "A1", "skill": "reading", "topic": "Asia", "tags": ["x"]},
        CAPITAL | {"level": "A2", "difficulty": 3, "language": "en"},
    )
    found = await find(teacher, "", level="A1", facets=True)
    assert found["total"] == 1
    assert found["items"][0]["highlights"] is None
    facets = {
        name: [(each["value"], each["count"]) for each in values]
        for name, values in found["facets"].items()
    }
    assert facets == {
        "type": [("multiple_choice", 1)],
        "level": [("A1", 1), ("A2", 1)],
        "skill": [("reading", 1)],
        "topic": [("Asia", 1)],
        "tag": [("x", 1)],
        "difficulty": [],
        "language": [],
    }


async def test_questions_of_quizzes_are_found_with_their_quiz(
    teacher: Person, other_teacher: Person
) -> None:
    quiz = await write(teacher, title="Geography", questions=[CAPITAL | {"stem": "Rivers?"}])
    await add(teacher, CAPITAL | {"stem": "A river"})
    assert [each["quiz"] for each in (await find(teacher, "river"))["items"]] == [None]
    [hit] = (await find(teacher, "river", where="quizzes"))["items"]
    assert hit["quiz"] == {"id": quiz["id"], "title": "Geography"}
    assert hit["id"] == quiz["questions"][0]["id"]
    everywhere = await find(teacher, "river", where="all", facets=True)
    assert everywhere["total"] == 2
    assert everywhere["facets"]["type"] == [{"value": "multiple_choice", "count": 2}]
    for where in ("bank", "quizzes", "all"):
        found = await find(other_teacher, "river", where=where, facets=True)
        assert found["items"] == []
        assert not any(found["facets"].values())


async def test_a_list_says_when_there_may_be_more(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FOUND_MAX", 2)
    await add(teacher, CAPITAL, CAPITAL, CAPITAL)
    found = await find(teacher, "capital", page=2, page_size=2)
    assert (found["items"], found["total"], found["is_capped"]) == ([], 2, True)
    listed = await find(teacher, "")
    assert (listed["total"], listed["is_capped"]) == (3, False)


async def test_whatever_is_typed_is_answered(teacher: Person) -> None:
    await add(teacher, CAPITAL)
    for typed in STRANGE:
        await find(teacher, typed, where="all", facets=True)


@pytest.mark.parametrize(
    ("typed", "code"), [("x" * (SEARCH_MAX + 1), "too_long"), ("a\0b", "bad_character")]
)
async def test_what_cannot_be_searched_is_refused(teacher: Person, typed: str, code: str) -> None:
    refused = await teacher.client.get("/api/questions", params={"q": typed})
    assert faults(refused) == {"q": code}


async def test_a_search_that_takes_too_long_is_unavailable(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(teacher, CAPITAL)
    monkeypatch.setattr(search.Search, "matches", lambda *_: text("pg_sleep(10) IS NULL"))
    monkeypatch.setattr(search, "TIMEOUT_MS", 30)
    refused = await teacher.client.get("/api/questions", params={"q": "capital"})
    assert problem(refused) == (503, "search_too_slow")


async def test_every_search_counts(teacher: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "COUNTED_MIN_MS", SEARCH_MS_OF_ACCOUNT.times)
    assert (await teacher.client.get("/api/questions")).status_code == 200
    for path in (
        "questions?q=river",
        "questions/draw",
        "questions/duplicates",
        "quizzes?search=river",
        "library?search=river",
    ):
        refused = await teacher.client.get(f"/api/{path}")
        assert problem(refused) == (429, "rate_limited"), path
        assert 0 < int(refused.headers["Retry-After"]) <= 60
    for path in ("quizzes", "library", "question-sets"):
        assert (await teacher.client.get(f"/api/{path}")).status_code == 200


async def test_quizzes_are_found_by_words_or_a_part_of_their_title(
    teacher: Person, other_teacher: Person
) -> None:
    await write(teacher, title="Teks bacaan", description="Sungai", language="id", topic="Alam")
    await write(teacher, title="Rivers & reading", language="en")
    expected = {
        "membaca": {"Teks bacaan"},
        "read": {"Rivers & reading"},
        "sungai alam": {"Teks bacaan"},
        "river -read": set[str](),
        "ivers &": {"Rivers & reading"},
        "&": {"Rivers & reading"},
        "": {"Teks bacaan", "Rivers & reading"},
    }
    for typed, titles in expected.items():
        response = await teacher.client.get("/api/quizzes", params={"search": typed})
        assert {quiz["title"] for quiz in response.json()["items"]} == titles, typed
    hidden = await other_teacher.client.get("/api/quizzes", params={"search": "membaca"})
    assert hidden.json()["total"] == 0
