"""Lists are searched, sorted and narrowed down by the server."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import update

from game.errors import Unavailable
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories import pagination, search
from server.actions.search import Searches
from tests.server.api.bank_samples import add, add_set
from tests.server.api.conftest import Person, faults, problem
from tests.server.api.quiz_samples import CAPITAL, write


async def titles(person: Person, query: str) -> list[str]:
    response = await person.client.get(f"/api/quizzes?{query}")
    assert response.status_code == 200, response.text
    return [quiz["title"] for quiz in response.json()["items"]]


@pytest.fixture
async def library(teacher: Person, other_teacher: Person) -> Person:
    for title in ("Rivers of Java", "capitals", "100 % rivers", "Zebra"):
        await write(teacher, title=title)
    await write(other_teacher, title="Rivers of somebody else")
    return teacher


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("RIVERS", ["100 % rivers", "Rivers of Java"]),
        ("%25", ["100 % rivers"]),
        ("_", []),
        ("", ["100 % rivers", "capitals", "Rivers of Java", "Zebra"]),
    ],
)
async def test_titles_are_searched_as_text(library: Person, search: str, found: list[str]) -> None:
    assert await titles(library, f"sort=title&search={search}") == found


async def test_the_total_is_of_what_was_found(library: Person) -> None:
    response = await library.client.get("/api/quizzes?search=rivers&page_size=1")
    assert (len(response.json()["items"]), response.json()["total"]) == (1, 2)


async def test_words_are_looked_for_before_parts(teacher: Person) -> None:
    for title in ("A cat", "Education", "Cats"):
        await write(teacher, title=title)
    assert await titles(teacher, "sort=title&search=cat") == ["A cat", "Cats"]
    assert await titles(teacher, "sort=title&search=duca") == ["Education"]


async def test_only_in_the_newest_titles_parts_are_looked_for(
    library: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PARTS_MAX", 2)
    assert await titles(library, "search=ebr") == ["Zebra"]
    assert await titles(library, "search=apital") == []


async def test_only_so_many_are_counted(library: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = (await library.client.get("/api/quizzes?page_size=1")).json()
    assert (counted["total"], counted["is_capped"]) == (4, False)
    monkeypatch.setattr(pagination, "COUNTED_MAX", 3)
    for path in ("quizzes", "library", "questions", "sessions", "question-sets"):
        for quiz in (await library.client.get("/api/quizzes")).json()["items"]:
            if path == "library":
                publication = {"language": "en"}
                await library.client.put(f"/api/quizzes/{quiz['id']}/publication", json=publication)
            elif path == "sessions":
                await library.client.post(f"/api/quizzes/{quiz['id']}/sessions")
            elif path == "questions":
                await add(library, CAPITAL)
            elif path == "question-sets":
                await add_set(library, "A")
        beyond = (await library.client.get(f"/api/{path}?page=4&page_size=1")).json()
        assert (len(beyond["items"]), beyond["total"], beyond["is_capped"]) == (1, 3, True), path


async def test_lists_take_turns(library: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise Unavailable("still_busy", "Wait.")

    monkeypatch.setattr(Searches, "list_turn", refuse)
    cards = "cards/queue", "cards/forecast", "cards/statistics"
    for path in ("quizzes", "library", *cards):
        assert problem(await library.client.get(f"/api/{path}")) == (503, "still_busy"), path


async def test_the_latest_change_comes_first(library: Person) -> None:
    (oldest,) = (await library.client.get("/api/quizzes?search=Java")).json()["items"]
    await library.client.patch(f"/api/quizzes/{oldest['id']}", json={"description": "changed"})
    assert (await titles(library, "sort=updated"))[0] == "Rivers of Java"
    assert (await titles(library, "sort=created"))[-1] == "Rivers of Java"


async def test_what_was_played_last_comes_first(
    library: Person, session_factory: SessionFactory
) -> None:
    for title in ("Java", "capitals", "Java"):
        (quiz,) = (await library.client.get(f"/api/quizzes?search={title}")).json()["items"]
        room = (await library.client.post(f"/api/quizzes/{quiz['id']}/sessions")).json()
        async with session_factory.begin() as db:
            started = {"started_at": datetime.now(UTC)}
            await db.execute(update(QuizSession).filter_by(id=UUID(room["id"])).values(**started))
    in_order = await titles(library, "sort=played")
    assert (in_order[:2], len(in_order)) == (["Rivers of Java", "capitals"], 4)
    assert in_order[2:] == [each for each in await titles(library, "") if each not in in_order[:2]]
    for size in (1, 3):
        pages = [
            await titles(library, f"sort=played&page={page}&page_size={size}")
            for page in range(1, 5)
        ]
        assert [title for page in pages for title in page] == in_order
    assert await titles(library, "sort=played&search=rivers") == [
        title for title in in_order if "ivers" in title
    ]


async def test_a_search_finds_the_newest(library: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for quiz in (await library.client.get("/api/quizzes")).json()["items"][::-1]:
        publication = {"language": "en"}
        await library.client.put(f"/api/quizzes/{quiz['id']}/publication", json=publication)
    monkeypatch.setattr(search, "FOUND_MAX", 1)
    for path in ("quizzes", "library"):
        for typed in ("rivers", "iver"):
            found = (await library.client.get(f"/api/{path}?search={typed}&sort=title")).json()
            assert [each["title"] for each in found["items"]] == ["100 % rivers"], (path, typed)
            assert (found["total"], found["is_capped"]) == (1, True)


async def test_what_one_page_shows_is_not_counted(
    library: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(pagination, "count_all", fail)
    for query in ("page_size=5", "page=2&page_size=3"):
        assert (await library.client.get(f"/api/quizzes?{query}")).json()["total"] == 4
    empty = (await library.client.get("/api/question-sets")).json()
    assert (empty["items"], empty["total"]) == ([], 0)


@pytest.mark.parametrize("query", ["sort=random", "search=%00", "search=" + "x" * 201])
async def test_other_wishes_are_refused(library: Person, query: str) -> None:
    assert len(faults(await library.client.get(f"/api/quizzes?{query}"))) == 1


async def test_open_rooms_are_listed_alone(teacher: Person) -> None:
    quiz = await write(teacher)
    rooms = [
        (await teacher.client.post(f"/api/quizzes/{quiz['id']}/sessions")).json()["id"]
        for _ in range(2)
    ]
    response = await teacher.client.get("/api/sessions?running=true")
    assert [room["id"] for room in response.json()["items"]] == rooms[::-1]
