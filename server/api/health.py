"""Whether this process lives, whether it can serve, and what it has counted."""

import asyncio
from collections.abc import Awaitable

import msgspec
import structlog
from litestar import MediaType, Response, get
from litestar.datastructures import State
from prometheus_client import CONTENT_TYPE_LATEST
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence import backlog, schema
from server import metrics
from server.connections import Connections

CHECK_SECONDS = 2.0
PROMETHEUS = CONTENT_TYPE_LATEST.partition("; charset")[0]  # Litestar adds the charset

log = structlog.get_logger(__name__)


class Alive(msgspec.Struct, frozen=True):
    status: str = "live"


class Readiness(msgspec.Struct, frozen=True):
    """`ready`, or `unavailable` with a word for each check: `ok`, `away` or `outdated`."""

    status: str
    postgresql: str
    migrations: str
    redis: str


@get("/health/live", operation_id="getLiveness", tags=["health"], sync_to_thread=False)
def live() -> Alive:
    return Alive()


@get("/health/ready", operation_id="getReadiness", tags=["health"])
async def ready(state: State) -> Response[Readiness]:
    """503 while anything that a request may need is away or behind."""
    connections: Connections = state.connections
    (postgresql, migrations), redis = await asyncio.gather(
        _check_postgresql(connections.engine), _check_redis(connections.redis)
    )
    words = (postgresql, migrations, redis)
    fine = words == ("ok", "ok", "ok")
    return Response(
        Readiness("ready" if fine else "unavailable", *words), status_code=200 if fine else 503
    )


@get("/metrics", media_type=MediaType.TEXT, include_in_schema=False)
async def show_metrics(state: State) -> Response[bytes]:
    """Of Redis what it says now, or what it said last: any of several processes may be asked."""
    connections: Connections = state.connections
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            redis = connections.redis
            metrics.show(await backlog.look(redis), await backlog.memory(redis))
    except (OSError, RedisError) as error:
        log.warning("redis_not_measured", error=type(error).__name__)
    return Response(await asyncio.to_thread(metrics.exposition), media_type=PROMETHEUS)


handlers = [live, ready, show_metrics]


async def _check_postgresql(engine: AsyncEngine) -> tuple[str, str]:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return "ok", "ok" if await schema.is_current(engine) else "outdated"
    except (OSError, SQLAlchemyError):  # TimeoutError is an OSError
        return "away", "away"


async def _check_redis(redis: Redis) -> str:
    answer: Awaitable[bool] = redis.ping()
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await answer
    except (OSError, RedisError):
        return "away"
    return "ok"
