"""Health checks and metrics, and who may read them."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.types import HTTPScope, Receive, Send
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.registry import REGISTRY
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from game.live import keys
from persistence import recorder
from persistence.database import SessionFactory
from persistence.repositories import jobs
from server.app import create_app
from server.settings import Settings

Headers = dict[str, str]


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Litestar]:
    """One for each test, since it keeps what it writes of itself for a while."""
    app = create_app(settings)
    async with app.lifespan():
        yield app


async def get(settings: Settings, path: str) -> httpx.Response:
    """What a process with these settings answers this machine."""
    app: Litestar = create_app(settings)
    async with app.lifespan():
        return await answered(app, path)


async def answered(
    app: Litestar,
    path: str,
    *,
    address: str = "127.0.0.1",
    headers: Headers | None = None,
    http_version: str = "1.1",
) -> httpx.Response:
    async def by_version(scope: HTTPScope, receive: Receive, send: Send) -> None:
        scope["http_version"] = http_version
        await app(scope, receive, send)

    transport = httpx.ASGITransport(by_version, client=(address, 1))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        return await client.get(path, headers=headers)


@pytest.fixture
def change_settings(
    module_app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Litestar]:
    """Gives the shared application other settings, which are read with each request for metrics."""

    def change(**changes: str) -> Litestar:
        changed = msgspec.structs.replace(module_app.state.settings, **changes)
        monkeypatch.setitem(module_app.state, "settings", changed)
        return module_app

    return change


async def test_ready_when_everything_answers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "postgresql": "ok",
        "migrations": "ok",
        "redis": "ok",
    }


async def test_what_is_away_is_named_while_the_process_lives(
    settings: Settings, tmp_path: Path
) -> None:
    """Rooms go on without PostgreSQL, and stand still without Redis."""
    nowhere = str(tmp_path / "nowhere")
    lost = {
        "postgresql": msgspec.structs.replace(
            settings, database_url=f"postgresql+asyncpg://kuis@/kuis?host={nowhere}"
        ),
        "redis": msgspec.structs.replace(settings, redis_url=f"unix://{nowhere}"),
    }
    said = {"postgresql": (200, "degraded"), "redis": (503, "unavailable")}
    for name, without in lost.items():
        answer = await get(without, "/health/ready")
        assert (answer.status_code, answer.json()["status"]) == said[name]
        assert answer.json()[name] == "away"
        assert (await get(without, "/health/live")).json() == {"status": "live"}


@pytest.fixture
async def version_kept(database: AsyncEngine) -> AsyncIterator[None]:
    """Tests share the database with its version."""
    async with database.begin() as connection:
        version = await connection.scalar(text("select version_num from alembic_version"))
    yield
    async with database.begin() as connection:
        await connection.execute(text("delete from alembic_version"))
        await connection.execute(
            text("insert into alembic_version values (:version)"), {"version": version}
        )


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ("delete from alembic_version", 503, "outdated"),
        ("update alembic_version set version_num = '0001'", 503, "outdated"),
        # A newer release is being deployed: whoever runs goes on until it is replaced.
        ("update alembic_version set version_num = '9999'", 200, "newer"),
    ],
)
@pytest.mark.usefixtures("version_kept")
async def test_migrations_before_and_after_those_of_this_release(
    client: httpx.AsyncClient, database: AsyncEngine, change: str, status: int, word: str
) -> None:
    async with database.begin() as connection:
        await connection.execute(text(change))
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["migrations"]) == (status, word)


async def test_metrics_are_in_prometheus_format(client: httpx.AsyncClient) -> None:
    await client.get("/health/live")
    answer = await client.get("http://localhost/metrics")
    assert answer.headers["content-type"] == CONTENT_TYPE_LATEST
    assert 'kuis_http_request_seconds_count{method="GET",route="/health/live"' in answer.text


async def test_metrics_tell_what_waits_in_redis(client: httpx.AsyncClient, redis: Redis) -> None:
    seconds, _ = await redis.time()
    await redis.xadd(keys.journal(7), {"entry": "{}"}, id=f"{(seconds - 60) * 1000}-0")
    await redis.xadd(recorder.dead_letter_stream(keys.journal(0)), {"entry": "{}"})
    await redis.zadd(keys.deadlines(2), {"a": 1})
    try:
        await redis.config_set("maxmemory", 10**9)
        await client.get("http://localhost/metrics")
    finally:
        await redis.config_set("maxmemory", 0)
    assert value("kuis_journal_entries", shard="7") == 1
    assert value("kuis_journal_entries", shard="6") == 0
    assert value("kuis_journal_pending_entries", shard="7") == 0
    assert value("kuis_journal_refused_entries") == 1
    assert 60 <= value("kuis_recorder_lag_seconds") < 120
    assert value("kuis_running_rooms") == 1
    assert value("kuis_redis_round_trip_seconds") > 0
    assert value("kuis_redis_memory_limit_bytes") == 10**9
    assert value("kuis_redis_memory_used_bytes") > 0
    assert value("kuis_redis_seen_timestamp_seconds") > 1e9


async def test_metrics_are_told_while_redis_is_away(settings: Settings, tmp_path: Path) -> None:
    lost = msgspec.structs.replace(settings, redis_url=f"unix://{tmp_path}/nowhere")
    seen = value("kuis_redis_seen_timestamp_seconds")
    assert (await get(lost, "/metrics")).status_code == 200
    assert value("kuis_redis_seen_timestamp_seconds") == seen


async def test_metrics_tell_of_the_queue(
    settings: Settings, session_factory: SessionFactory
) -> None:
    async with session_factory.begin() as db:
        for status in ("queued", "queued", "queued", "picked", "failed", "failed"):
            await jobs.enqueue(db, status, b"")
        await db.execute(text("update pgqueuer set status = entrypoint::pgqueuer_status"))
        await db.execute(text("update pgqueuer set execute_after = now() - interval '1 hour'"))
        await jobs.enqueue(db, "later", b"", delay=timedelta(hours=1))
        log = "insert into pgqueuer_log (job_id, status, priority, entrypoint) values "
        await db.execute(text(log + "(1, 'queued', 0, ''), (1, 'successful', 0, '')"))
    await get(settings, "/metrics")
    assert value("kuis_recent_jobs", outcome="done") == 1
    assert value("kuis_recent_jobs", outcome="retried") == 0
    assert value("kuis_jobs", state="waiting") == 4
    assert value("kuis_jobs", state="running") == 1
    assert value("kuis_jobs", state="dead") == 2
    assert 3600 <= value("kuis_job_lag_seconds") < 3700


async def test_metrics_are_told_while_postgresql_is_away(settings: Settings) -> None:
    lost = msgspec.structs.replace(settings, database_url="postgresql://nobody@127.0.0.1:9/nothing")
    assert (await get(lost, "/metrics")).status_code == 200


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
async def test_anybody_may_ask(module_app: Litestar, path: str) -> None:
    assert (await answered(module_app, path, address=STRANGER)).status_code == 200


STRANGER = "203.0.113.9"
TOKEN = "a token of thirty-two characters or more"  # of this test
BY_TOKEN = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("address", "headers", "changes", "status"),
    [
        ("127.0.0.1", {}, {}, 200),
        ("::1", {}, {}, 200),
        ("::ffff:127.0.0.1", {}, {}, 200),
        ("::ffff:203.0.113.9", {}, {"metrics_allowed": "203.0.113.0/24"}, 200),
        # A proxy on this machine that does not say for whom it asks.
        ("127.0.0.1", {"Host": "kuis.example"}, {}, 403),
        ("127.0.0.1", {"Host": "["}, {}, 403),
        ("127.0.0.1", {"X-Real-IP": STRANGER}, {}, 403),
        ("127.0.0.1", {"Via": "1.1 proxy"}, {}, 403),
        ("127.0.0.1", {"CF-Connecting-IP": STRANGER}, {}, 403),
        ("127.0.0.1", {"Host": "[::1]:8000"}, {}, 200),
        ("127.0.0.1", {"Host": "kuis.example", **BY_TOKEN}, {"metrics_token": TOKEN}, 200),
        (STRANGER, {}, {}, 403),
        (STRANGER, {}, {"metrics_allowed": "10.0.0.0/8, 203.0.113.0/24"}, 200),
        ("127.0.0.1", {}, {"metrics_allowed": "10.0.0.0/8"}, 403),
        (STRANGER, {}, {"metrics_allowed": "*"}, 200),
        (STRANGER, BY_TOKEN, {"metrics_token": TOKEN}, 200),
        (STRANGER, {"Authorization": "Bearer wrong"}, {"metrics_token": TOKEN}, 403),
        (STRANGER, {"Authorization": "Bearer "}, {}, 403),
        # Whoever is believed by everybody could say that it is this machine.
        ("127.0.0.1", {}, {"trusted_proxies": "*"}, 403),
        ("127.0.0.1", BY_TOKEN, {"trusted_proxies": "*", "metrics_token": TOKEN}, 200),
    ],
)
async def test_metrics_are_for_those_who_are_allowed(
    change_settings: Callable[..., Litestar],
    address: str,
    headers: dict[str, str],
    changes: dict[str, str],
    status: int,
) -> None:
    said = await answered(change_settings(**changes), "/metrics", address=address, headers=headers)
    assert said.status_code == status
    if status == 403:
        assert said.json()["code"] == "metrics_not_allowed"


@pytest.mark.parametrize(
    ("address", "changes", "status"),
    [
        ("127.0.0.1", {}, 403),  # as a proxy on this machine asks that was told nothing
        ("127.0.0.1", {"metrics_token": TOKEN}, 200),
        (STRANGER, {"metrics_allowed": "203.0.113.0/24"}, 200),
    ],
)
async def test_metrics_by_http_1_0_are_not_for_this_machine(
    change_settings: Callable[..., Litestar], address: str, changes: dict[str, str], status: int
) -> None:
    said = await answered(
        change_settings(**changes),
        "/metrics",
        address=address,
        headers=BY_TOKEN,
        http_version="1.0",
    )
    assert said.status_code == status


@pytest.mark.parametrize(
    ("path", "work"),
    [
        ("http://localhost/metrics", "server.metrics.exposition"),
        ("/health/ready", "persistence.schema_state.state"),
    ],
)
async def test_many_who_ask_at_once_cost_as_much_as_one(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str, work: str
) -> None:
    module, _, name = work.rpartition(".")
    original, calls = getattr(sys.modules[module], name), []

    def counted(*given: object) -> object:
        calls.append(name)
        return original(*given)

    monkeypatch.setattr(work, counted)
    answers = await asyncio.gather(*(client.get(path) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(calls) == 1


async def test_descriptions_are_written_once(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = ("/schema/asyncapi.json", "/schema/openapi.json")
    first = [(await client.get(path)).content for path in paths]
    monkeypatch.setattr("server.live.asyncapi.document", None)
    monkeypatch.setattr("litestar.openapi.plugins.JsonRenderPlugin.render", None)
    assert [(await client.get(path)).content for path in paths] == first


async def test_metrics_are_written_anew_each_time_and_beside_the_loop(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def written() -> bytes:
        threads.append(threading.get_ident())
        return b"written %d" % len(threads)

    monkeypatch.setattr("server.metrics.exposition", written)
    monkeypatch.setattr("server.api.health.RECENT_SECONDS", -1.0)
    answers = [(await client.get("http://localhost/metrics")).text for _ in range(2)]
    assert answers == ["written 1", "written 2"]
    assert threading.get_ident() not in threads
