from pathlib import Path

import httpx
import msgspec
import pytest
from litestar import Litestar
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.registry import REGISTRY
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from game.live import keys
from persistence import recorder
from server.app import create_app
from server.settings import Settings


async def get(settings: Settings, path: str) -> httpx.Response:
    app: Litestar = create_app(settings)
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the same, said otherwise
    async with (
        app.lifespan(),
        httpx.AsyncClient(transport=transport, base_url="http://testserver") as client,
    ):
        return await client.get(path)


async def test_ready_when_everything_answers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "postgresql": "ok",
        "migrations": "ok",
        "redis": "ok",
    }


async def test_not_ready_names_what_is_away_while_the_process_lives(
    settings: Settings, tmp_path: Path
) -> None:
    nowhere = str(tmp_path / "nowhere")
    lost = {
        "postgresql": msgspec.structs.replace(
            settings, database_url=f"postgresql+asyncpg://kuis@/kuis?host={nowhere}"
        ),
        "redis": msgspec.structs.replace(settings, redis_url=f"unix://{nowhere}"),
    }
    for name, without in lost.items():
        answer = await get(without, "/health/ready")
        assert answer.status_code == 503
        assert answer.json()["status"] == "unavailable"
        assert answer.json()[name] == "away"
        assert (await get(without, "/health/live")).json() == {"status": "live"}


async def test_not_ready_before_the_migrations(
    client: httpx.AsyncClient, database: AsyncEngine
) -> None:
    async with database.begin() as connection:
        await connection.execute(text("delete from alembic_version"))
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "outdated")


async def test_metrics_are_in_prometheus_format(client: httpx.AsyncClient) -> None:
    await client.get("/health/live")
    answer = await client.get("/metrics")
    assert answer.headers["content-type"] == CONTENT_TYPE_LATEST
    assert 'kuis_http_request_seconds_count{method="GET",route="/health/live"' in answer.text


async def test_metrics_tell_what_waits_in_redis(client: httpx.AsyncClient, redis: Redis) -> None:
    seconds, _ = await redis.time()
    await redis.xadd(keys.journal(7), {"entry": "{}"}, id=f"{(seconds - 60) * 1000}-0")
    await redis.xadd(recorder.refused(keys.journal(0)), {"entry": "{}"})
    await redis.zadd(keys.deadlines(2), {"a": 1})
    try:
        await redis.config_set("maxmemory", 10**9)
        await client.get("/metrics")
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


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
async def test_anybody_may_ask(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 200
