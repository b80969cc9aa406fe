"""One web process: uvicorn with the room's own WebSocket protocol."""

import resource
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import uvicorn
from litestar import Litestar

from server import garbage_collection
from server.actions.audit_events import AuditTrail
from server.app import create_app
from server.connection_limiter import ConnectionLimiter
from server.live.protocol import MAX_FRAME_BYTES
from server.live.websocket import RoomProtocol
from server.serve.handshakes import TlsHandshake, tls_context
from server.serve.http import BoundedHttpProtocol
from server.serve.listeners import BACKLOG
from server.settings import Settings

HEARTBEAT_SECONDS = 20.0  # a dead peer is noticed within two of them
FAREWELL_SECONDS = 5
FILES_WITHOUT_LIMIT = 200_000


def configure(app: Litestar, settings: Settings) -> uvicorn.Config:
    audit: AuditTrail = app.state.audit

    def exhausted(address: str) -> None:
        audit.record("descriptors_exhausted", address=address)

    limiter = ConnectionLimiter(file_limit(), settings.limit_scale, exhausted)
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        backlog=BACKLOG,
        loop="uvloop",
        http=_http(limiter, settings),
        ws=_made(RoomProtocol, limiter),
        ws_max_size=MAX_FRAME_BYTES,
        ws_ping_interval=HEARTBEAT_SECONDS,
        ws_ping_timeout=HEARTBEAT_SECONDS,
        ws_per_message_deflate=False,  # it costs 34 KB a socket
        lifespan="on",
        log_config=None,  # server/logging.py configures all loggers
        access_log=False,  # it logs requests itself
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=FAREWELL_SECONDS,
    )


def _http(limiter: ConnectionLimiter, settings: Settings) -> Any:  # noqa: ANN401  # as `_made`
    http = _made(BoundedHttpProtocol, limiter)
    if not settings.tls_cert:
        return http
    context = tls_context(settings)

    def handshake(*given: object, **named: object) -> TlsHandshake:
        return TlsHandshake(limiter=limiter, context=context, http=partial(http, *given, **named))

    return handshake


def _made(protocol: type[BoundedHttpProtocol | RoomProtocol], limiter: ConnectionLimiter) -> Any:  # noqa: ANN401  # uvicorn asks for a class, but only calls it
    return partial(protocol, limiter=limiter)


def raise_file_limit() -> None:
    """Raise the limit of open files as far as the system allows, because each socket is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WITHOUT_LIMIT if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def file_limit() -> int:
    """How many files this process may have open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return FILES_WITHOUT_LIMIT if soft == resource.RLIM_INFINITY else soft


class _Server(uvicorn.Server):
    """uvicorn's server, with a callback when it serves."""

    def __init__(self, config: uvicorn.Config, serves: Callable[[], None]) -> None:
        super().__init__(config)
        self._serves = serves

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._serves()


def run(settings: Settings, listener: socket.socket, serves: Callable[[], None]) -> None:
    """Serve on the socket until SIGINT or SIGTERM. `serves` is called when that has begun."""
    raise_file_limit()
    server = _Server(configure(create_app(settings), settings), serves)
    garbage_collection.collect_seldom()
    with suppress(KeyboardInterrupt):  # raised once more after Ctrl-C was obeyed
        server.run(sockets=[listener])
