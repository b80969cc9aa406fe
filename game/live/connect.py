"""Connections to Redis as the engine needs them."""

from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis

CONNECTIONS: Final = 64
WAIT_FOR_CONNECTION_S: Final = 5.0
CONNECT_TIMEOUT_S: Final = 5.0
REPLY_TIMEOUT_S: Final = 5.0


def redis_from_url(url: str) -> Redis:
    """A client for `redis://`, `rediss://` or `unix://` that answers in bytes; nothing is sent yet.

    Who finds all connections busy waits for one. A failed command is not repeated behind the
    caller's back: only the caller knows whether doing it twice is harmless. RESP2, because with
    RESP3 this client does not notice that a pooled connection was closed by the server.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=WAIT_FOR_CONNECTION_S,
        socket_timeout=REPLY_TIMEOUT_S,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        protocol=2,
        decode_responses=False,
        driver_info=None,  # introduces itself in two more round trips, which Redis 6.2 refuses
    )
    return Redis.from_pool(pool)
