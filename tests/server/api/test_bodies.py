"""Bodies of requests that are expensive to read, or to refuse."""

import asyncio
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from prometheus_client.registry import REGISTRY
from structlog.testing import capture_logs

from game.errors import Refusal
from server.api import rate_limits, users
from server.api.quizzes.schemas import NewQuiz
from server.api.request_bodies import decode
from server.limits import MINUTE_SECONDS, Limit
from server.problems import DETAILS_MAX, TEXT_MAX, encode
from tests.server.api.conftest import Person, problem
from tests.server.api.test_users import WRONG

SMALL_ANSWER_BYTES = 16 * 1024
HOSTILE = {
    "a long key over many NULs": {"k" * 100_000: ["\0"] * 8_000},
    "many NULs": {"title": "T", "questions": ["\0"] * 8_000},
    "many NULs in keys": {"title": "T"} | {f"\0{number}": 1 for number in range(8_000)},
    "many unknown fields": {f"unknown{number}": 1 for number in range(8_000)},
    "long unknown fields": {f"{number}" + "k" * 10_000: 1 for number in range(20)},
    "a long value": {"title": "T", "questions": [{"type": "v" * 100_000}]},
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_refusal_is_small_whatever_was_sent(body: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        decode(msgspec.json.encode(body), NewQuiz)
    assert len(refused.value.details) < 2 * DETAILS_MAX  # what is not shown is not looked for
    status, _, answer = encode(refused.value)
    assert status == 422
    assert len(answer) < SMALL_ANSWER_BYTES
    errors = msgspec.json.decode(answer)["errors"]
    assert 1 <= len(errors) <= DETAILS_MAX
    assert max(len(error["path"]) for error in errors) <= TEXT_MAX


@pytest.mark.timeout(30)  # matched as a pattern, this would take minutes
def test_a_text_made_to_be_slow_to_match_is_refused_at_once() -> None:
    body = {"role": " - at `$" * 100_000}
    with pytest.raises(Refusal):
        decode(msgspec.json.encode(body), users.Registration)


def test_a_fault_is_named_by_its_path_though_its_text_looks_like_one() -> None:
    body = {"title": "T", "questions": [{"type": "poll", "stem": "S", "a - at `$.b": 1}]}
    with pytest.raises(Refusal) as refused:
        decode(msgspec.json.encode(body), NewQuiz)
    (detail,) = refused.value.details
    assert detail.code == "unknown_field"
    assert detail.path.startswith("questions[0].a - at")


async def test_many_parameters_are_refused_with_few_details(teacher: Person) -> None:
    query = "&".join(f"{'p' * 300}{number}=%00" for number in range(100))
    refused = await teacher.client.get(f"/api/quizzes?{query}")
    assert problem(refused) == (422, "invalid")
    assert len(refused.json()["errors"]) == DETAILS_MAX
    assert len(refused.content) < SMALL_ANSWER_BYTES


async def test_a_sign_in_takes_a_small_body_only(client: httpx.AsyncClient) -> None:
    too_long = WRONG | {"password": "x" * users.AUTH_BODY_MAX_BYTES}
    for path in ("login", "register", "reset-password"):
        refused = await client.post(f"/api/auth/{path}", json=too_long)
        assert problem(refused) == (413, "too_large")
    assert (await client.post("/api/auth/login", json=WRONG)).status_code == 401


@pytest.mark.parametrize("path", ["login", "reset-password"])
async def test_tries_are_counted_before_their_body_is_read(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    limit = Limit("auth-requests-address", 2, MINUTE_SECONDS)
    monkeypatch.setattr(rate_limits, "AUTH_REQUESTS_FROM_ADDRESS", limit)

    async def never() -> Any:  # noqa: ANN401  # a generator
        pytest.fail("the body was asked for")
        yield b""

    for _ in range(2):
        assert (await client.post(f"/api/auth/{path}", content=b"{")).status_code == 415
    refused = await client.post(f"/api/auth/{path}", content=never())
    assert problem(refused) == (429, "rate_limited")


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
async def test_json_comes_as_json_only(teacher: Person, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    body = b'{"title": "T"}'
    refused = await teacher.client.post("/api/quizzes", content=body, headers=headers)
    assert problem(refused) == (415, "unsupported_media_type")
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    made = await teacher.client.post("/api/quizzes", content=body, headers=headers)
    assert made.status_code == 201


def gone() -> float:
    labels = {"method": "POST", "route": "/api/auth/login", "status": "499"}
    return REGISTRY.get_sample_value("kuis_http_request_seconds_count", labels) or 0.0


async def test_an_upload_that_is_given_up_is_no_failure_of_ours(app: Litestar) -> None:
    scope: Any = {  # Any: what uvicorn makes of a request, which Litestar's type asks more of
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/auth/login",
        "raw_path": b"/api/auth/login",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "state": {},
    }
    messages = [
        {"type": "http.request", "body": b'{"email": ', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []

    async def receive() -> Any:  # noqa: ANN401  # as above
        await asyncio.sleep(0)
        return messages.pop(0)

    async def send(message: Any) -> None:  # noqa: ANN401  # as above
        sent.append(message)

    before = gone()
    with capture_logs() as logged:
        await app(scope, receive, send)
    assert sent[0]["status"] < 500
    assert gone() == before + 1
    assert [line for line in logged if line["log_level"] in ("warning", "error")] == []
    assert [line["status"] for line in logged if line["event"] == "request"] == [499]
