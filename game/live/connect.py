"""Builds the Redis client for an address: of a single Redis, of Sentinels or of a cluster."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection, SSLConnection, parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import (
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)
from redis.backoff import NoBackoff
from redis.connection import HiredisRespSerializer
from redis.typing import EncodableT

from game.live.cluster import Cluster

CONNECTIONS: Final = 64
WAIT_FOR_CONNECTION_S: Final = 5.0
CONNECT_TIMEOUT_S: Final = 5.0
REPLY_TIMEOUT_S: Final = 5.0
_OF_SENTINELS: Final = "sentinel_"
_SCHEME: Final = re.compile(r"(?P<tls>rediss|redis)\+(?P<kind>cluster|sentinel)")
_OPTIONS: Final[dict[str, Any]] = {  # Any: what redis-py takes
    "protocol": 2,  # with RESP3, it does not notice that a pooled connection was closed
    "decode_responses": False,
    "driver_info": None,  # introduces itself in two more round trips, which Redis 6.2 refuses
}
_BOUNDS: Final[dict[str, Any]] = {"max_connections": CONNECTIONS, "timeout": WAIT_FOR_CONNECTION_S}
_packer: Final[Any] = HiredisRespSerializer()  # Any: its argument is annotated wrongly
_IMPATIENT: Final[dict[str, Any]] = {"socket_timeout": 3.0, "socket_connect_timeout": 2.0}
"""Timeouts where another server can take over. They are shorter than those of a single Redis."""


def redis_from_url(url: str) -> Redis:
    """A client that returns bytes. It connects when it is first used.

    - `redis://`, `rediss://`, `unix://`: one Redis;
    - `redis+sentinel://host:port,host:port/service`: the master that these Sentinels name;
    - `redis+cluster://host:port,host:port`: the cluster that these nodes belong to.

    The latter two use TLS as `rediss+…`. Options of redis-py's connections may follow.

    When all connections are busy, a command waits for one. The client does not repeat a failed
    command, because only the caller knows whether doing it twice is harmless.

    Raises:
        ValueError: it is no such address.
        TypeError: redis-py does not know an option.
    """
    scheme = _SCHEME.fullmatch(url.partition("://")[0])
    if scheme is None:
        return _single(url)
    build = _cluster if scheme["kind"] == "cluster" else _through_sentinels
    return build(*_places(url, scheme["tls"]))


def _single(url: str) -> Redis:
    pool = BlockingConnectionPool.from_url(
        url,
        **_BOUNDS,
        socket_timeout=REPLY_TIMEOUT_S,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        **_OPTIONS,
    )
    pool.connection_class = _with_fast_packing(pool.connection_class)
    return Redis.from_pool(pool)


def _with_fast_packing(connection: type[AbstractConnection]) -> type[AbstractConnection]:
    """Connections that pack commands in C, as those of redis-py's synchronous client do."""

    class Packing(connection):  # type: ignore[valid-type, misc]  # a class made here
        def pack_command(self, *args: EncodableT) -> list[bytes]:
            packed: list[bytes] = _packer.pack(*args)
            return packed

    return Packing


Places = Sequence[tuple[str, int]]
Options = dict[str, Any]  # Any: what redis-py takes


def _cluster(places: Places, path: str, options: Options) -> Redis:
    if path not in {"", "0"} or options.get("db"):
        raise ValueError("a cluster has no numbered databases")
    tls = options.pop("connection_class", None) is SSLConnection
    return Cluster(
        places,
        connections=CONNECTIONS,
        wait_s=WAIT_FOR_CONNECTION_S,
        options={**_OPTIONS, **_IMPATIENT, "ssl": tls, **options},
    )


def _through_sentinels(places: Places, path: str, options: Options) -> Redis:
    if not path:
        raise ValueError("the service that the Sentinels guard is missing")
    tls = options.pop("connection_class", None) is SSLConnection
    own = [name for name in options if name.startswith(_OF_SENTINELS)]
    of_sentinels = {name.removeprefix(_OF_SENTINELS): options.pop(name) for name in own}
    encrypted = {name: value for name, value in options.items() if name.startswith("ssl_")}
    once = Retry(NoBackoff(), 0)
    sentinel = _Sentinels(
        places,
        sentinel_kwargs={
            **_OPTIONS,
            **_IMPATIENT,
            **encrypted,
            "ssl": tls,
            "retry": once,
            **of_sentinels,
        },
    )  # type: ignore[no-untyped-call]
    managed = SentinelManagedSSLConnection if tls else SentinelManagedConnection
    pool = _SentinelPool(
        connection_class=_with_fast_packing(managed),
        service_name=path,
        sentinel_manager=sentinel,
        **{**_OPTIONS, **_IMPATIENT, **_BOUNDS, **options},
    )
    return Redis.from_pool(pool)


class _Sentinels(Sentinel):
    """Shares one search for the master. Searches at the same time mix up the list of Sentinels."""

    _asking: asyncio.Task[tuple[str, int]] | None = None

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(super().discover_master(service_name))
        return await asyncio.shield(self._asking)


class _SentinelPool(BlockingConnectionPool, SentinelConnectionPool):
    """Waits for a free connection, and closes the connections to the Sentinels too."""

    async def aclose(self) -> None:
        await super().aclose()
        await self.sentinel_manager.aclose()


def _places(url: str, scheme: str) -> tuple[Places, str, Options]:
    """The hosts of an address, its path, and its options with the credentials."""
    parts = urlsplit(url)
    credentials, at, hosts = parts.netloc.rpartition("@")
    places, options = [], Options()
    for host in hosts.split(","):
        options = Options(parse_url(f"{scheme}://{credentials}{at}{host}?{parts.query}"))
        if "host" not in options or "port" not in options:
            raise ValueError("each host of several has a port")
        places.append((options.pop("host"), options.pop("port")))
    return places, unquote(parts.path.strip("/")), options
