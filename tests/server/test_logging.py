"""Logs: their format, the line of each request, and no secrets."""

import json
import logging
from collections.abc import Iterator

import httpx
import pytest
import structlog
from litestar import Litestar, get
from litestar.params import FromPath
from prometheus_client.registry import REGISTRY

from server.logging import OWN_LOGGERS, REQUESTS, configure, watch_requests


@get("/things/{thing:int}")
async def read_thing(thing: FromPath[int]) -> dict[str, int]:
    structlog.get_logger("server.things").info("thing_read", thing=thing)
    return {"thing": 1 // thing}


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    usual, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    for name in (*OWN_LOGGERS, REQUESTS):
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.configure(**usual)


@pytest.fixture
async def client() -> httpx.AsyncClient:
    app = Litestar([read_thing], logging_config=None)
    watch_requests(app)
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the same, said otherwise
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_secret_is_hidden_at_any_depth(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", json=True)
    structlog.get_logger("kuis").info(
        "signed_in",
        user="ani",
        password="hush",
        headers={"Authorization": "hush", "Accept": "*/*"},
        rows=[{"session_token": "hush", "id": 1}],
        answer_key=["hush"],
    )
    (line,) = lines(capsys)
    assert "hush" not in json.dumps(line)
    assert line["user"] == "ani"
    assert line["headers"] == {"Authorization": "***", "Accept": "*/*"}
    assert line["rows"] == [{"session_token": "***", "id": 1}]


def test_libraries_log_in_the_same_form_and_only_what_matters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure("INFO", json=True)
    logging.getLogger("uvicorn.error").info("Started server process")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    (line,) = lines(capsys)
    assert line["event"] == "Invalid HTTP request received."
    assert line["level"] == "warning"


def test_libraries_do_not_say_what_they_send_and_receive(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """For debugging, those of sockets log cookies, and frames with tokens and tickets in them."""
    configure("DEBUG", json=True)
    for library in ("uvicorn.error", "websockets.server", "httpcore.http11", "something.new"):
        logging.getLogger(library).debug("< cookie: hush")
    logging.getLogger("uvicorn.error").info("Started server process")
    for own in ("kuis.requests", "server.live.hub", "game.live.feed", "persistence.recorder"):
        structlog.get_logger(own).debug("noticed")
    started, *noticed = lines(capsys)
    assert started["event"] == "Started server process"
    assert [line["event"] for line in noticed] == ["noticed"] * 4


def test_no_library_says_more_than_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    configure("ERROR", json=True)
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    structlog.get_logger("server.problems").warning("engine_away")
    assert lines(capsys) == []


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_does_not_show_the_values(
    capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    configure("INFO", json=as_json)

    def check(word: str) -> None:
        raise ValueError(f"{len(word)} characters")

    try:
        check("hu" + "sh")
    except ValueError:
        structlog.get_logger("kuis").exception("check_failed")
    written = capsys.readouterr().err
    assert "ValueError: 4 characters" in written
    assert "hush" not in written


async def test_a_request_is_one_line_with_its_id_and_so_is_all_it_logs(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("INFO", json=True)
    answer = await client.get("/things/1?token=hush", headers={"X-Request-ID": "abc-1"})
    assert answer.headers["X-Request-ID"] == "abc-1"
    inner, request = lines(capsys)
    assert (inner["event"], inner["request"]) == ("thing_read", "abc-1")
    assert request.pop("ms") is not None
    del request["timestamp"]
    assert request == {
        "event": "request",
        "level": "info",
        "logger": "kuis.requests",
        "method": "GET",
        "path": "/things/1",
        "request": "abc-1",
        "status": 200,
    }


@pytest.mark.parametrize("offered", [b"", b"x" * 65, b"a b", b'a"b', "é".encode()])
async def test_an_id_that_could_harm_the_log_is_replaced(
    client: httpx.AsyncClient, offered: bytes
) -> None:
    answer = await client.get("/things/1", headers=[(b"X-Request-ID", offered)])
    assert answer.headers["X-Request-ID"].isalnum()
    assert len(answer.headers["X-Request-ID"]) == 32


async def test_unknown_paths_are_logged_and_counted_together(client: httpx.AsyncClient) -> None:
    labels = {"method": "GET", "route": "unknown", "status": "404"}
    before = REGISTRY.get_sample_value("kuis_http_request_seconds_count", labels) or 0
    for path in ("/a", "/b"):
        answer = await client.get(path)
        assert answer.headers["X-Request-ID"]
    assert REGISTRY.get_sample_value("kuis_http_request_seconds_count", labels) == before + 2


async def test_requests_are_counted_by_route_not_by_path(client: httpx.AsyncClient) -> None:
    labels = {"method": "GET", "route": "/things/{thing}", "status": "200"}
    before = REGISTRY.get_sample_value("kuis_http_request_seconds_count", labels) or 0
    for thing in (1, 2):
        await client.get(f"/things/{thing}")
    assert REGISTRY.get_sample_value("kuis_http_request_seconds_count", labels) == before + 2


@pytest.mark.parametrize(("level", "shown"), [("INFO", False), ("DEBUG", True)])
async def test_people_see_requests_only_to_debug(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str], level: str, *, shown: bool
) -> None:
    configure(level, json=False)
    await client.get("/things/1")
    said = capsys.readouterr().err
    assert "thing_read" in said
    assert (REQUESTS in said) is shown
    assert not said.startswith("{")
