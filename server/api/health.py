"""Health checks and metrics: whether this process is alive and can serve, and what it counted."""

import asyncio
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from ipaddress import ip_network
from math import inf
from time import monotonic
from typing import Generic, Literal, TypeVar

import msgspec
import structlog
from litestar import MediaType, Response, get
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from prometheus_client import CONTENT_TYPE_LATEST
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from game.errors import Forbidden
from persistence import redis_status, schema_state
from persistence.database import UNAVAILABLE
from persistence.repositories import jobs
from server import metrics
from server.addresses import host_of, is_local
from server.auth.request_identity import Connection, bearer_of
from server.client_address import ip_of
from server.connections import Connections
from server.settings import Settings

T = TypeVar("T")

CHECK_SECONDS = 2.0
RECENT_SECONDS = 1.0
PROXY_HEADERS = frozenset(
    {
        "cf-connecting-ip",
        "forwarded",
        "true-client-ip",
        "via",
        "x-client-ip",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
    }
)
PROMETHEUS = CONTENT_TYPE_LATEST.partition("; charset")[0]  # Litestar adds the charset

log = structlog.get_logger(__name__)


class Alive(msgspec.Struct, frozen=True):
    status: str = "live"


class Readiness(msgspec.Struct, frozen=True):
    """Whether this server can be used.

    `status` is `degraded` when rooms can be played but not everything works. Each part is `ok` or
    `away`. The migrations may also be `outdated` (run `kuis migrate`) or `newer` (a newer release
    has migrated the database, and will replace this process).
    """

    status: Literal["ready", "degraded", "unavailable"]
    postgresql: str
    migrations: str
    redis: str


class ShortCache(Generic[T]):
    """A value that is computed at most once a second, however many requests ask for it."""

    def __init__(self, compute: Callable[[], Awaitable[T]]) -> None:
        self._compute = compute
        self._lock = asyncio.Lock()
        self._value: T | None = None
        self._computed_at = -inf

    async def get(self) -> T:
        async with self._lock:
            if self._value is None or monotonic() - self._computed_at > RECENT_SECONDS:
                self._value = await self._compute()
                self._computed_at = monotonic()
            return self._value


class Health:
    """The cached answers, because anybody may ask for them at any rate."""

    def __init__(self, connections: Connections) -> None:
        self.readiness = ShortCache(lambda: _readiness(connections))
        self.exposition = ShortCache(lambda: _render_metrics(connections))


async def for_scrapers(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard of the metrics: the client has an allowed address, or the token."""
    settings: Settings = connection.app.state.settings
    if not (_has_token(connection, settings) or _is_allowed(connection, settings)):
        raise Forbidden(
            "metrics_not_allowed",
            "The metrics are for the addresses in METRICS_ALLOWED and for METRICS_TOKEN.",
        )


def _has_token(connection: Connection, settings: Settings) -> bool:
    given, wanted = bearer_of(connection) or "", settings.metrics_token
    return bool(wanted) and compare_digest(given.encode(), wanted.encode())


def _is_allowed(connection: Connection, settings: Settings) -> bool:
    if settings.metrics_allowed == "*":
        return True
    # If every proxy is trusted, anybody can claim any address.
    client = connection.scope["client"]
    if settings.trusted_proxies == "*" or client is None:
        return False
    address = ip_of(client[0])
    if address is None or (address.is_loopback and _may_be_from_a_proxy(connection)):
        return False
    networks = settings.metrics_allowed.split(",")
    return any(address in ip_network(network.strip()) for network in networks)


def _may_be_from_a_proxy(connection: Connection) -> bool:
    """Whether a connection from this machine may come from a proxy instead of its own programs.

    A proxy should name its client in X-Forwarded-For, and then `client` is that one. One that does
    not do so usually gives itself away by the Host header, another header or HTTP/1.0.
    """
    asked = host_of(f"//{connection.headers.get('host', '')}")
    return (
        not asked
        or not is_local(asked)
        or connection.scope["http_version"] == "1.0"
        or not PROXY_HEADERS.isdisjoint(connection.headers.keys())
    )


@get("/health/live", operation_id="getLiveness", tags=["health"], sync_to_thread=False)
def live() -> Alive:
    """Answers 200 as long as the process runs."""
    return Alive()


@get("/health/ready", operation_id="getReadiness", tags=["health"])
async def ready(state: State) -> Response[Readiness]:
    """Answers 503 while rooms cannot be played. The parts say what else is wrong."""
    health: Health = state.health
    readiness = await health.readiness.get()
    return Response(readiness, status_code=503 if readiness.status == "unavailable" else 200)


@get("/metrics", media_type=MediaType.TEXT, include_in_schema=False, guards=[for_scrapers])
async def show_metrics(state: State) -> Response[bytes]:
    health: Health = state.health
    return Response(await health.exposition.get(), media_type=PROMETHEUS)


handlers = [live, ready, show_metrics]


async def _render_metrics(connections: Connections) -> bytes:
    """All metrics. The engines are asked each time, because any process may answer a scrape.

    An engine that does not answer keeps its last figures.
    """
    await asyncio.gather(_measure_redis(connections.redis), _measure_queue(connections))
    return await asyncio.to_thread(metrics.exposition)


async def _measure_redis(redis: Redis) -> None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            metrics.show(
                await redis_status.read_backlog(redis), await redis_status.read_memory(redis)
            )
    except (OSError, RedisError) as error:
        log.warning("redis_not_measured", error=type(error).__name__)


async def _measure_queue(connections: Connections) -> None:
    try:
        async with asyncio.timeout(CHECK_SECONDS), connections.session_factory() as db:
            metrics.show_queue(await jobs.statistics(db))
    except UNAVAILABLE as error:
        log.warning("jobs_not_measured", error=type(error).__name__)


async def _readiness(connections: Connections) -> Readiness:
    (postgresql, migrations), redis = await asyncio.gather(
        _check_postgresql(connections.engine), _check_redis(connections.redis)
    )
    words = (postgresql, migrations, redis)
    if redis == "away" or migrations == "outdated":
        return Readiness("unavailable", *words)
    return Readiness("ready" if words == ("ok", "ok", "ok") else "degraded", *words)


async def _check_postgresql(engine: AsyncEngine) -> tuple[str, str]:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return "ok", await schema_state.state(engine)
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
