"""Expensive work is done for a few clients at once; the others wait, and all get a response."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
from litestar import Litestar

from game.errors import NotFound, RateLimited
from persistence.repositories import decks, notes
from server.api import results
from server.api.deck_turns import DECKS_AT_ONCE
from server.api.results import EXPORTS_AT_ONCE
from server.auth import passwords
from server.auth.passwords import Passwords
from server.limits import (
    COPIES_OF_TEACHER,
    DECK_DOWNLOADS,
    DECK_IMPORTS,
    DECK_PICTURE_IMPORTS,
    DOWNLOADS_OF_TEACHER,
    IMPORTS_OF_TEACHER,
    PICTURE_IMPORTS_OF_TEACHER,
    STORED_BYTES_OF_ACCOUNT,
    Limit,
    Limits,
)
from tests.server.api.conftest import Person, SignUp, problem
from tests.server.api.quiz_samples import CAPITAL, Json, write

AIKEN = "Capital?\nA. Jakarta\nB. Hanoi\nANSWER: A\n"
NOWHERE = "/api/sessions/01890a5d-ac96-774b-bcce-b302099a8057"


class Crowd(msgspec.Struct):
    """Who is in it at the same time; each stays until the loop has turned often."""

    inside: int = 0
    most: int = 0

    async def visit(self) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        for _ in range(50):
            await asyncio.sleep(0)
        self.inside -= 1


async def test_only_so_many_files_are_made_at_once(
    sign_up: SignUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several teachers, each of whom waits for the own ones."""
    crowd = Crowd()

    async def read(*_: object) -> None:
        await crowd.visit()
        raise NotFound("not_found", "There is no such session.")

    monkeypatch.setattr(results, "read_results", read)
    teachers = [await sign_up("teacher") for _ in range(EXPORTS_AT_ONCE + 1)]
    asked = [
        teacher.client.get(f"{NOWHERE}/results.{file}")
        for teacher in teachers
        for file in ("csv", "xlsx") * 2
    ]
    for answer in await asyncio.gather(*asked):
        assert problem(answer) == (404, "not_found")
    assert crowd.most == EXPORTS_AT_ONCE


async def test_only_so_many_decks_are_locked_at_once(
    sign_up: SignUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits holds no connection to PostgreSQL, which others would lack."""
    crowd = Crowd()

    async def find(*_: object, **__: object) -> None:
        await crowd.visit()
        raise NotFound("no_such_deck", "There is no such deck.")

    for each in (decks, notes):
        monkeypatch.setattr(each, "get", find)
    monkeypatch.setattr(decks, "by_share_code", find)
    deck, note = f"/api/decks/{uuid4()}", f"/api/notes/{uuid4()}"
    changes: list[tuple[str, str, Json]] = [
        ("POST", f"{deck}/questions", {}),
        ("DELETE", f"{deck}/questions/{uuid4()}", {}),
        ("PATCH", deck, {"title": "T"}),
        ("DELETE", deck, {}),
        ("POST", "/api/decks/shared/abc/subscription", {}),
        ("POST", f"{deck}/subscription", {}),
        ("DELETE", f"{deck}/subscription", {}),
        ("POST", f"{deck}/notes", {"notes": [{"front": "a", "back": "b"}]}),
        ("PATCH", note, {"front": "a"}),
        ("DELETE", note, {}),
    ]
    people = [await sign_up("teacher") for _ in range(DECKS_AT_ONCE + 1)]
    asked = [
        person.client.request(method, path, json=body)
        for person in people
        for method, path, body in changes
    ]
    for answer in await asyncio.gather(*asked):
        assert problem(answer) == (404, "no_such_deck")
    assert crowd.most == DECKS_AT_ONCE


@pytest.mark.parametrize(
    ("limit", "route"),
    [
        (IMPORTS_OF_TEACHER, "POST /api/imports"),
        (PICTURE_IMPORTS_OF_TEACHER, "POST /api/imports/pictures"),
        (DOWNLOADS_OF_TEACHER, "GET /api/quizzes/{id}/export?format=csv"),
        (DOWNLOADS_OF_TEACHER, "GET /api/quizzes/{id}/export/losses?format=csv"),
        (DECK_IMPORTS, "POST /api/decks/imports"),
        (DECK_IMPORTS, "POST /api/decks/imports/preview"),
        (DECK_DOWNLOADS, "GET /api/decks/{id}/file?format=csv"),
        (DECK_DOWNLOADS, "GET /api/decks/{id}/file/losses?format=csv"),
        (DECK_PICTURE_IMPORTS, "POST /api/decks/imports/pictures"),
        (COPIES_OF_TEACHER, "POST /api/quizzes/{id}/copy"),
        (COPIES_OF_TEACHER, "POST /api/library/{id}/copy"),
        (COPIES_OF_TEACHER, "POST /api/questions/import"),
        (COPIES_OF_TEACHER, "POST /api/questions/copy-from-quiz"),
        (COPIES_OF_TEACHER, "POST /api/questions/copy-to-quiz"),
    ],
)
async def test_dear_requests_of_a_teacher_are_counted(
    app: Litestar, teacher: Person, other_teacher: Person, limit: Limit, route: str
) -> None:
    limits: Limits = app.state.limits
    await limits.hit(limit, str(teacher.id), cost=limit.times * limits.scale)
    method, path = route.format(id=uuid4()).split()
    assert problem(await teacher.client.request(method, path)) == (429, "rate_limited")
    assert (await other_teacher.client.request(method, path)).status_code != 429


async def test_a_teacher_stores_only_so_much_in_whatever_way(
    app: Litestar, teacher: Person, other_teacher: Person
) -> None:
    longer = CAPITAL | {"explanation": "On Java. " * 20}
    quiz, theirs = await write(teacher), await write(other_teacher)
    other = other_teacher.client
    shown = await other.put(f"/api/quizzes/{theirs['id']}/publication", json={"language": "en"})
    assert shown.is_success, shown.text
    question = (await teacher.client.post("/api/questions", json=CAPITAL)).json()["id"]
    made = (await teacher.client.post("/api/question-sets", json={"title": "Cities"})).json()
    to_set = {"do": "add_to_set", "set_id": made["id"], "questions": [question]}
    to_tag = {"do": "add_tags", "questions": [question], "tags": ["cities"]}
    all_tags = {"do": "set_tags", "questions": [{"id": question, "tags": ["cities"]}]}
    one = {"questions": [question]}
    closes_at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    homework = {"mode": "self_paced", "closes_at": closes_at}
    ways: list[tuple[str, str, Json]] = [
        ("POST", "quizzes", {"json": {"title": "Empty"}}),
        ("PATCH", f"quizzes/{quiz['id']}", {"json": {"questions": [longer]}}),
        ("POST", f"quizzes/{quiz['id']}/copy", {}),
        ("POST", f"quizzes/{quiz['id']}/sessions", {"json": {}}),
        ("POST", f"quizzes/{quiz['id']}/sessions", {"json": homework}),
        ("POST", f"library/{theirs['id']}/copy", {}),
        ("POST", "questions", {"json": CAPITAL}),
        ("PATCH", f"questions/{question}", {"json": longer}),
        ("POST", "questions/import", {"json": {"questions": [CAPITAL]}}),
        ("POST", "questions/copy-from-quiz", {"json": {"quiz_id": quiz["id"]}}),
        ("POST", "questions/copy-to-quiz", {"json": one | {"quiz_id": quiz["id"]}}),
        ("POST", "questions/copy-to-quiz", {"json": one | {"title": "New"}}),
        *(
            ("POST", "questions/changes", {"json": {"changes": [each]}})
            for each in (to_set, to_tag, all_tags)
        ),
        ("PATCH", f"quizzes/{quiz['id']}", {"json": {"description": "Long. " * 20}}),
        ("POST", "question-sets", {"json": {"title": "More"}}),
        ("POST", "imports", {"files": {"file": ("a.txt", AIKEN)}, "data": {"into": "bank"}}),
        ("POST", "decks/imports", {"files": {"file": ("a.csv", b"front,back\na,b\n")}}),
    ]
    limit, limits = STORED_BYTES_OF_ACCOUNT, app.state.limits
    with pytest.raises(RateLimited):
        await limits.hit(limit, str(teacher.id), cost=limit.times * limits.scale)
    for method, path, sent in ways:
        answer = await teacher.client.request(method, f"/api/{path}", **sent)
        assert problem(answer) == (429, "rate_limited"), path
        assert int(answer.headers["retry-after"]) > 0
    shorter = {"questions": [CAPITAL | {"stem": "Capital?"}]}
    assert (await teacher.client.patch(f"/api/quizzes/{quiz['id']}", json=shorter)).is_success


async def test_what_is_refused_does_not_count_as_stored(app: Litestar, teacher: Person) -> None:
    limit, limits = STORED_BYTES_OF_ACCOUNT, app.state.limits
    await limits.hit(limit, str(teacher.id), cost=limit.times * limits.scale - 50_000)
    large = {"title": "Large", "description": "x" * 5000, "questions": [CAPITAL] * 100}
    assert problem(await teacher.client.post("/api/quizzes", json=large)) == (429, "rate_limited")
    unknown = {"do": "add_tags", "questions": [str(uuid4())] * 1000, "tags": ["x" * 40]}
    for _ in range(2):
        refused = await teacher.client.post("/api/questions/changes", json={"changes": [unknown]})
        assert problem(refused) == (404, "not_in_bank")
    small = {"title": "Small", "questions": [CAPITAL]}
    assert (await teacher.client.post("/api/quizzes", json=small)).status_code == 201


async def test_only_so_many_passwords_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = Crowd()

    async def in_thread(_: Callable[..., object], *__: object) -> str:
        await crowd.visit()
        return "hashed"

    monkeypatch.setattr(asyncio, "to_thread", in_thread)
    hashing = Passwords()
    asked: list[Awaitable[str]] = [hashing.hash("secret") for _ in range(10)]
    assert await asyncio.gather(*asked) == ["hashed"] * 10
    assert crowd.most == passwords.AT_ONCE
