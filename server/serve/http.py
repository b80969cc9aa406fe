"""uvicorn's HTTP protocol with limits, so that one client cannot harm the process.

Everything of a request that is not its body is counted: the head, and the sizes, extensions and
trailers of chunks, which the parser would gather without end. Requests must arrive in time, and
answers must be read. The bodies of all requests that wait for their answer are counted together.
"""

import asyncio
from typing import Any, ClassVar, NoReturn

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from game.errors import Refusal, Unavailable
from server import metrics, problems
from server.client_address import address_of_client, unmapped
from server.connection_limiter import ConnectionLimiter
from server.refusals import HttpRefusal

HEAD_MAX_BYTES = 64 * 1024  # of a request, with all that is not its body
HEADERS_MAX = 100
PIECE_BYTES = 16 * 1024  # what the parser gets at once; counts are compared with limits in between
HEAD_WITHIN_S = 10.0  # from the connection, or the request's first byte, to the end of its head
REQUEST_WITHIN_S = 30.0  # from the end of the head to the request's last byte
MAX_BEHIND = 16  # requests sent before the answer to the first of them
READ_LEAST_BYTES = 64 * 1024  # of what waits to be read, or all of it, within …
READ_WITHIN_S = 15.0
BODIES_MAX_BYTES = 64 * 1024 * 1024  # of all unanswered requests of the process
SMALL_BODY_BYTES = 8 * 1024  # is always taken: a flood of large bodies keeps nobody from signing in
UNWANTED_MAX_BYTES = 1024 * 1024  # of a body that is sent on after its request was answered
LINGER_S = 2.0  # a connection closed at once would be reset, and the answer lost with it


class HeadTooLarge(HttpRefusal):
    status = 431


BAD_REQUEST = Refusal("bad_request", "This is not a valid HTTP/1.1 request.")
ONE_HOST = Refusal("bad_request", "Send exactly one Host header.")
TOO_MANY_AT_ONCE = Refusal("bad_request", "Too many requests at once on one connection.")
HEAD_TOO_LARGE = HeadTooLarge("head_too_large", "The request's headers are too many or too large.")
BODIES_TOO_LARGE = Unavailable("unavailable", "Too much is being sent just now. Try again soon.")


class BoundedHttpProtocol(HttpToolsProtocol):
    bodies_bytes: ClassVar[int] = 0
    """Counts the bytes of the bodies of all unanswered requests in this process."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],  # Any: uvicorn's lifespan state
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limiter: ConnectionLimiter,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limiter = limiter
        self._address = ""
        self._in_head = False
        self._head_bytes = 0  # of the present request, with all that is not its body
        self._piece_body_bytes = 0  # of the piece that is being parsed
        self._body_bytes = 0  # of the unanswered requests of this connection
        self._unwanted_bytes = 0
        self._fault = BAD_REQUEST  # why a callback has stopped the parser
        self._is_refused = False
        self._arriving: asyncio.TimerHandle | None = None
        self._leaving: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.client = unmapped(self.client)
        self._address = address_of_client(self.client)
        self._expect(HEAD_WITHIN_S)
        self._limiter.accept(self, transport.get_extra_info("socket").fileno(), self._address)

    def cut_off(self) -> None:
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._limiter.lost(self)
        self._arrived()
        self._left()
        self._release_bodies()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            self._count_unwanted(len(data))
            return
        if self.transport.is_closing():
            return
        self._expect(HEAD_WITHIN_S)
        self._unset_keepalive_if_required()
        for start in range(0, len(data), PIECE_BYTES):
            self._parse(data[start : start + PIECE_BYTES])
            if self._is_refused or not self._is_in_charge():
                return

    def _parse(self, piece: bytes) -> None:
        self._piece_body_bytes, upgrades = 0, False
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            upgrades = self._should_upgrade()
        except httptools.HttpParserError:
            self._refuse(self._fault)
            return
        self._head_bytes += len(piece) - self._piece_body_bytes
        if self._head_bytes > HEAD_MAX_BYTES:
            self._refuse(HEAD_TOO_LARGE)
        elif self._body_bytes > max(SMALL_BODY_BYTES, BODIES_MAX_BYTES - self.bodies_bytes):
            self._refuse(BODIES_TOO_LARGE)  # the fewer bytes are left, the less each may take
        elif upgrades:
            self.handle_websocket_upgrade()

    def handle_websocket_upgrade(self) -> None:
        self._arrived()
        self._limiter.busy(self)  # the WebSocket takes its place
        super().handle_websocket_upgrade()
        del self.parser  # it knows this protocol: neither would go before the collector comes
        protocol = self.transport.get_protocol()
        if not protocol.handshake_initiated:  # type: ignore[attr-defined]  # uvicorn's own
            # A header line that is too long for it; uvicorn would wait for ever to say so.
            self.transport.write(b"".join(protocol.conn.data_to_send()))  # type: ignore[attr-defined]
            self.transport.close()

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MAX_BEHIND:
            self._stop_parsing(TOO_MANY_AT_ONCE)
        self._in_head, self._head_bytes, self._unwanted_bytes = True, 0, 0
        self._expect(HEAD_WITHIN_S)
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # and not a trailer, which could pass for a header of the request
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if len(self.headers) > HEADERS_MAX:
            self._stop_parsing(HEAD_TOO_LARGE)
        hosts = [name for name, _ in self.headers if name == b"host"]
        if len(hosts) > 1 or not (hosts or self.parser.get_http_version() == "1.0"):
            self._stop_parsing(ONE_HOST)
        self._in_head = False
        self._arrived()
        self._expect(REQUEST_WITHIN_S)
        super().on_headers_complete()
        if self.cycle is not None and self.cycle.transport is self.transport:
            self.cycle.transport = _AnswerTransport(self, self.cycle)  # type: ignore[assignment]  # all that a cycle uses

    def on_body(self, body: bytes) -> None:
        self._piece_body_bytes += len(body)
        if self.cycle.response_complete:
            self._count_unwanted(len(body))
            return
        self._body_bytes += len(body)
        BoundedHttpProtocol.bodies_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._arrived()
        self._limiter.busy(self)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._expect_reader()
        if self.cycle.response_complete:  # and none waits behind it
            self.cycle.body = bytearray()  # the connection may stay, and the cycle with it
            self._release_bodies()
        if self._leaving is None and not self.pipeline:
            self._limiter.idle(self, self._address)  # also one that waits for TLS to end
        super().on_response_complete()

    def pause_writing(self) -> None:
        self._expect_reader()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._left()
        super().resume_writing()

    def _stop_parsing(self, fault: Refusal) -> NoReturn:
        self._fault = fault
        raise ValueError(fault.code)  # the parser makes an error of its own of it

    def _refuse(self, refusal: Refusal) -> None:
        """Answer instead of the application, unless it has begun to answer, and close."""
        self._is_refused = True
        self._arrived()
        if refusal is BODIES_TOO_LARGE and not self.pipeline:  # so there is only this body
            self.cycle.body = bytearray()
            self._release_bodies()  # or all that arrive at once would be refused, and not only one
        self.pipeline.clear()
        if self._in_head or self.cycle is None:
            self._write(refusal)
        else:
            if not self.cycle.response_started:
                self._write(refusal)
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._linger()

    def close_after(self, cycle: RequestResponseCycle) -> None:
        """Close after the answer. A client that is still sending its body has to read it first."""
        if cycle.more_body and not cycle.disconnected:
            self._is_refused = True
            self._arrived()
            self.pipeline.clear()
            self._linger()
        else:
            self.transport.close()

    def _linger(self) -> None:
        """Discard what still arrives, but only for a short time."""
        self.flow.resume_reading()
        self._arriving = self.loop.call_later(LINGER_S, self.transport.close)

    def _write(self, refusal: Refusal) -> None:
        status, headers, body = problems.encode(refusal)
        metrics.HTTP_REFUSED.labels(status).inc()
        headers |= {
            "Content-Type": problems.PROBLEM_JSON,
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
        self.transport.write(STATUS_LINE[status] + head.encode() + body)

    def _is_in_charge(self) -> bool:
        """Whether the connection is still open and still speaks HTTP."""
        return not self.transport.is_closing() and self.transport.get_protocol() is self

    def _count_unwanted(self, count: int) -> None:
        self._unwanted_bytes += count
        if self._unwanted_bytes > UNWANTED_MAX_BYTES:
            self.transport.abort()

    def _release_bodies(self) -> None:
        BoundedHttpProtocol.bodies_bytes -= self._body_bytes
        self._body_bytes = 0

    def _expect(self, within_s: float) -> None:
        """Expect the rest of a head or of a request, unless something is expected already."""
        if self._arriving is None:
            self._arriving = self.loop.call_later(within_s, self._took_too_long)

    def _arrived(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    def _took_too_long(self) -> None:
        self._arriving = None
        if self._answers():
            self._expect(REQUEST_WITHIN_S)  # what waits behind it may begin when it is done
        else:
            self.transport.abort()

    def _answers(self) -> bool:
        """Whether a request has arrived completely and is not answered yet."""
        cycle = self.cycle
        return cycle is not None and not cycle.more_body and not cycle.response_complete

    def _expect_reader(self) -> None:
        unread = self.transport.get_write_buffer_size()
        if unread and self._leaving is None:
            self._leaving = self.loop.call_later(READ_WITHIN_S, self._has_read, unread)

    def _left(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def _has_read(self, unread_before: int) -> None:
        self._leaving = None
        unread = self.transport.get_write_buffer_size()
        if unread > max(unread_before - READ_LEAST_BYTES, 0):
            metrics.HTTP_CLOSED_SLOW.inc()
            self.transport.abort()
        else:
            self._expect_reader()


class _AnswerTransport:
    """The transport for answers. Without it, uvicorn would close while the body still arrives."""

    def __init__(self, protocol: BoundedHttpProtocol, cycle: RequestResponseCycle) -> None:
        self._transport = protocol.transport
        self._protocol = protocol
        self._cycle = cycle

    def write(self, data: bytes) -> None:
        """Of several requests on a lost connection, uvicorn tells only the last one that it is."""
        if not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        self._protocol.close_after(self._cycle)
