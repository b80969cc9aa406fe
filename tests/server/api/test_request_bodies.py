"""Common properties of all routes: their refusals, their failures, their descriptions.

`test_fuzz.py` sends random requests to all of them.
"""

from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from litestar import Litestar
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Refusal
from server.api.request_bodies import MAX_BODY_BYTES, decode
from server.app import create_app
from server.problems import status_of
from server.settings import Settings
from tests.server.api.conftest import Person, connect, faults, problem
from tests.server.api.quiz_samples import ALL_KINDS, Json, write

NASTY = ("", " ", "\0", "\x1f", "\u202e", "\ufeff", "🦊" * 300, "=1+1", "'; drop table users; --")
texts = st.one_of(st.text(max_size=30), st.sampled_from(NASTY))
numbers = st.one_of(
    st.integers(), st.sampled_from([2**31, 2**63, 10**400, -1]), st.floats(allow_nan=False)
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=8,
)
FOR_GUESTS = ("/api/rooms", "/api/sessions/{homework_id}/attempts", "/api/attempts")
NOT_SIGNED_IN = {
    f"/api/auth/{name}"
    for name in (
        "forgot-password",
        "login",
        "logout",
        "register",
        "reset-password",
        "reset-password/check",
        "verify-email",
    )
}
JSON_HEADERS = {"Content-Type": "application/json"}
PARTS = ("type", "stem", "points", "time_limit", "options", "answer_key", "choices", "media")
RAW_BODIES = (
    b"",
    b"{",
    b"nul",
    b"\xff\xfe",
    b'{"title": "\\ud800"}',
    b'{"title": "\\ud800\\u0041"}',
    b'{"title": NaN}',
    b'{"title": 1e999}',
    b"\xef\xbb\xbf{}",
    b"[" * 100_000,
    b'{"a":' * 900 + b"1" + b"}" * 900,
    b'{"questions":' + b"[" * 500 + b"]" * 500 + b',"title":"x"}',
)
fuzz = hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def operations(app: Litestar) -> list[tuple[str, str]]:
    """Every documented method and path, with an id for each parameter."""
    found = []
    for path, item in app.openapi_schema.to_schema()["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                filled = path
                for name in ("quiz_id", "session_id"):
                    filled = filled.replace(f"{{{name}}}", "01890a5d-ac96-774b-bcce-b302099a8057")
                found.append((method.upper(), filled.replace("{sign_in_id}", "0123456789abcdef")))
    return [(method, path.replace("{code}", "ABCDEF")) for method, path in found]


FILES = ("/api/pictures", "/api/imports", "/api/decks/imports")
"""Where a body is a file, which a program of its own reads: for each body a new one."""
BODIES_AS_FILES = (b"", b"\xff\xfe", b"[" * 100_000)


def writing(app: Litestar) -> list[tuple[str, str]]:
    return [each for each in operations(app) if each[0] not in ("GET", "DELETE")]


def check(response: httpx.Response) -> None:
    """An answer that a client can rely on: never a failure of ours, refusals always explained."""
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        problem(response)
        assert "Traceback" not in response.text


@fuzz
@given(
    kind=st.sampled_from(ALL_KINDS), part=st.sampled_from(PARTS), value=values, nested=st.booleans()
)
async def test_no_question_breaks_the_editor(  # what a question is made of
    teacher: Person,
    kind: Json,
    part: str,
    value: Any,  # noqa: ANN401  # JSON
    *,
    nested: bool,
) -> None:
    question = kind | {part: value}
    if nested and isinstance(kind.get(part), dict):
        question = kind | {part: dict.fromkeys(kind[part], value)}
    if nested and part == "choices":
        question = kind | {part: [{"text": value, "is_correct": value}] * 2}
    response = await teacher.client.post(
        "/api/quizzes",
        content=msgspec.json.encode({"title": "T", "questions": [question]}),
        headers=JSON_HEADERS,
    )
    check(response)
    if response.status_code == 201:
        path = f"/api/quizzes/{response.json()['id']}"
        back = {"questions": response.json()["questions"]}
        assert (await teacher.client.patch(path, json=back)).status_code == 200
        check(await teacher.client.post(f"{path}/sessions"))


async def test_no_bytes_break_a_route(app: Litestar, teacher: Person) -> None:
    routes = writing(app)
    for body in RAW_BODIES:
        for method, path in routes:
            if path.startswith(FILES) and body not in BODIES_AS_FILES:
                continue
            if "logout" not in path and "revoke" not in path:
                check(
                    await teacher.client.request(method, path, content=body, headers=JSON_HEADERS)
                )


@pytest.mark.parametrize("body", RAW_BODIES[1:10])
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        decode(body, dict[str, int])
    assert refused.value.code == "malformed_json"
    assert status_of(refused.value) == 400


async def test_a_nul_in_a_query_is_named(teacher: Person) -> None:
    refused = await teacher.client.get("/api/quizzes?search=a%00b")
    assert faults(refused) == {"search": "bad_character"}


async def test_no_host_breaks_a_page_or_a_route(app: Litestar, teacher: Person) -> None:
    """Any of these gets as far as the application."""
    quiz = await write(teacher, questions=ALL_KINDS)
    code = (await teacher.client.post(f"/api/quizzes/{quiz['id']}/sessions")).json()["code"]
    paths = ("/", "/dashboard", "/nothing", "/api/nothing", f"/api/rooms/{code}/qr.svg")
    async with connect(app, headers={"Accept": "text/html"}) as client:
        for host in ("a:99999", "a:b", "http://x", "[", "[::1", "", "a b", "x" * 5000):
            for path in paths:
                response = await client.get(path, headers={"Host": host})
                assert response.status_code in (200, 303, 400, 404), (host, path)


async def test_a_body_of_more_than_a_megabyte_is_refused(teacher: Person) -> None:
    quiz = await write(teacher)
    body = b" " * MAX_BODY_BYTES + b"{}"
    refused = await teacher.client.patch(f"/api/quizzes/{quiz['id']}", content=body)
    assert problem(refused) == (413, "too_large")

    async def streamed() -> Any:  # noqa: ANN401  # a generator
        for _ in range(20):
            yield b" " * (MAX_BODY_BYTES // 10)

    refused = await teacher.client.patch(f"/api/quizzes/{quiz['id']}", content=streamed())
    assert problem(refused) == (413, "too_large")


async def test_an_unknown_route_is_a_problem(client: httpx.AsyncClient) -> None:
    for path in ("/api", "/api/nothing", "/api/quizzes/x/y/z", "/nothing", "/api/%00", "/api//me"):
        assert problem(await client.get(path))[0] in (401, 404)


async def test_a_wrong_method_is_a_problem_that_names_the_right_ones(
    client: httpx.AsyncClient,
) -> None:
    refused = await client.put("/api/me")
    assert problem(refused) == (405, "method_not_allowed")
    assert "GET" in refused.headers["allow"]


async def test_readers_get_a_page_and_programs_a_problem(client: httpx.AsyncClient) -> None:
    page = await client.get("/nothing", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    api = await client.get("/api/nothing", headers={"Accept": "text/html"})
    assert problem(api) == (404, "not_found")


async def test_answers_are_neither_kept_nor_framed_nor_guessed_at(
    client: httpx.AsyncClient, teacher: Person
) -> None:
    for response in (await client.get("/api/me"), await teacher.client.get("/api/me")):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["x-request-id"]


async def test_a_failure_of_ours_tells_nothing_about_it(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the secret reason")

    monkeypatch.setattr("persistence.repositories.quiz_lists.page", fail)
    response = await teacher.client.get("/api/quizzes")
    assert problem(response) == (500, "internal_error")
    assert "secret" not in response.text


async def test_no_answer_is_guessed_at(client: httpx.AsyncClient, teacher: Person) -> None:
    pages = ("/", "/nothing", "/schema", "/schema/asyncapi.json", "/schema/nothing")
    probes = ("/health/live", "/health/ready", "/metrics", "/static/nothing", "/favicon.ico")
    for path in (*pages, *probes, "/api/me", "/api/nothing"):
        for response in (
            await client.get(path, headers={"Accept": "text/html"}),
            await teacher.client.get(path),
            await client.options(path),
            await client.put(path),
        ):
            assert response.headers.get_list("x-content-type-options") == ["nosniff"], path
            assert "strict-transport-security" not in response.headers


async def test_the_api_is_described(client: httpx.AsyncClient) -> None:
    document = (await client.get("/schema")).json()
    assert document["openapi"].startswith("3.1")
    assert (await client.get("/schema/openapi.json")).json() == document
    ids = [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    ]
    assert len(ids) == len(set(ids))
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if path.startswith("/api"):
                assert operation["description"], (method, path)
                assert operation["tags"], (method, path)
                assert {"400", "413", "503"} <= operation["responses"].keys(), (method, path)
                public = path.startswith(FOR_GUESTS) or path in NOT_SIGNED_IN
                assert bool(operation.get("security")) != public, (method, path)
    example = document["paths"]["/api/quizzes"]["post"]["requestBody"]["content"]
    assert example["application/json"]["schema"]["examples"]
    assert document["components"]["schemas"]["NewQuiz"]["additionalProperties"] is False
    assert not [name for name in document["components"]["schemas"] if "." in name]


async def test_the_example_of_a_quiz_can_be_played(
    client: httpx.AsyncClient, teacher: Person
) -> None:
    document = (await client.get("/schema/openapi.json")).json()
    body = document["paths"]["/api/quizzes"]["post"]["requestBody"]["content"]
    quiz = await write(teacher, **body["application/json"]["schema"]["examples"][0])
    assert quiz["playable"]


async def test_the_room_protocol_is_described(client: httpx.AsyncClient) -> None:
    assert (await client.get("/schema/asyncapi.json")).json()["asyncapi"].startswith("3.")


async def test_a_connection_that_is_cut_in_a_request_is_no_failure_of_ours(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut(db: AsyncSession, *_: object, **__: object) -> None:
        await db.execute(text("select pg_terminate_backend(pg_backend_pid())"))

    with monkeypatch.context() as patched:
        patched.setattr("persistence.repositories.quiz_lists.page", cut)
        response = await teacher.client.get("/api/quizzes")
        assert problem(response) == (503, "unavailable")
    assert (await teacher.client.get("/api/quizzes")).status_code == 200


async def test_a_redis_without_memory_is_no_failure_of_ours(
    client: httpx.AsyncClient, redis: Redis
) -> None:
    somebody = {"email": "a@kuis.example", "password": "a long enough one"}
    try:
        await redis.config_set("maxmemory", 1)
        refused = await client.post("/api/auth/login", json=somebody)
    finally:
        await redis.config_set("maxmemory", 0)
    assert problem(refused) == (503, "unavailable")
    assert refused.headers["retry-after"] == "1"


async def test_files_of_the_pages_come_without_asking_redis_who_wants_them(
    settings: Settings,
) -> None:
    app = create_app(msgspec.structs.replace(settings, redis_url="redis://127.0.0.1:9"))
    async with app.lifespan(), connect(app, headers={"Cookie": "kuis_session=x"}) as client:
        page = await client.get("/dashboard", headers={"Accept": "text/html"})
        assert page.status_code == 503
        assert page.headers["content-type"].startswith("text/html")
        style = next(part for part in page.text.split('"') if part.endswith(".css"))
        assert (await client.get(style)).status_code == 200
