"""TLS handshakes, which are counted and limited like other connections.

The event loop's own TLS server tells the application of a connection when its handshake is done,
and until then nobody counts it. Here each is accepted without TLS first, so that the limiter knows
it from its first moment.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress

import structlog

from server.client_address import address_of_client, unmapped
from server.connection_limiter import ConnectionLimiter
from server.settings import Settings

HANDSHAKE_WITHIN_S = 10.0

log = structlog.get_logger(__name__)


def tls_context(settings: Settings) -> ssl.SSLContext:
    """The TLS context of the server, with its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(settings.tls_cert, settings.tls_key, password=lambda: "")
    return context


class TlsHandshake(asyncio.Protocol):
    """Takes a connection, and gives its socket to the HTTP protocol when the handshake is done."""

    def __init__(
        self,
        *,
        limiter: ConnectionLimiter,
        context: ssl.SSLContext,
        http: Callable[[], asyncio.Protocol],
    ) -> None:
        self._limiter = limiter
        self._context = context
        self._http = http
        self._socket: socket.socket | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        # uvloop's `start_tls` would lose what arrives before it begins. This transport ends before
        # it has read anything; the connection lives on in the copy of its descriptor.
        descriptor = os.dup(transport.get_extra_info("socket").fileno())
        self._socket = socket.socket(fileno=descriptor)
        self._socket.settimeout(0)
        address = address_of_client(unmapped(transport.get_extra_info("peername")))
        transport.abort()
        self._task = asyncio.create_task(self._shake_hands(self._socket), name="TLS handshake")
        self._limiter.accept(self, descriptor, address)

    def cut_off(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # the client was faster
                self._socket.shutdown(socket.SHUT_RDWR)

    async def _shake_hands(self, link: socket.socket) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                self._http, link, ssl=self._context, ssl_handshake_timeout=HANDSHAKE_WITHIN_S
            )
        except OSError as error:  # ssl.SSLError is one: it left, took too long or speaks no TLS
            log.debug("tls_handshake_failed", error=type(error).__name__)
        finally:
            self._limiter.lost(self)
