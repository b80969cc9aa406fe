"""One WebSocket of a room: uvicorn's protocol with a short way in and a short way out.

The ASGI interface costs a task, a queue and a message dictionary for every connection and every
frame, which at a thousand players is most of the work. So the application is handed the wire itself
in `scope["extensions"]["kuis.wire"]`: it calls `listen` before it accepts and may then return; the
connection lives on with its listener alone. Inbound frames come synchronously, outbound ones go
straight to the transport. Everything else (handshake, masking, closing) stays uvicorn's.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any, Protocol, cast

import structlog
from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import StatusLike

from server.addresses import unmapped
from server.connection_limiter import ConnectionLimiter
from server.limits import address_of_client
from server.live.error_codes import CloseCode
from server.live.protocol import MAX_FRAME_BYTES

EXTENSION = "kuis.wire"
MAX_UNSENT_BYTES = 256 * 1024
MAX_IN_KERNEL_BYTES = 32 * 1024
"""The send buffer of a socket, which Linux doubles for its own bookkeeping. Without it the system
takes up to 4 MB for each reader that does not read. It caps a connection at 32 KiB a round trip,
still 100 KB/s at 300 ms."""
MAX_FRAGMENTS = 16  # of one message; empty fragments would otherwise pile up for nothing
FINISH_WITHIN_S = 2.0  # for what was begun when the server is told to stop
FAREWELL_S = 1.0
CLOSE_WITHIN_S = 10.0  # a peer that neither reads nor closes is cut off after this
MAX_RECEIVED_AFTER_CLOSE_BYTES = 1024 * 1024  # and one that talks on, after this much
MAX_READ_AFTER_CLOSE_BYTES = 2 * MAX_FRAME_BYTES
"""Of that only so much is parsed, to find the peer's own close: small frames are dear to parse."""
PIECE_BYTES = MAX_FRAME_BYTES  # what is parsed at once: in between we may have closed

log = structlog.get_logger(__name__)


class Listener(Protocol):
    """Who hears a wire. Nothing here may raise or wait."""

    def text(self, data: bytes) -> None:
        """A whole text message, valid UTF-8."""

    def binary(self) -> None:
        """A whole binary message; what it held is of no interest."""

    def control_frame(self) -> None:
        """A ping, an unasked pong or a fragment: nothing to act on, but it cost something."""

    def finish(self, done: Callable[[], None]) -> None:
        """Call `done` as soon as nothing that came waits for its answer any more."""

    def lost(self, code: int) -> None:
        """The wire is closed or closing; said once. `code` is ours if we closed, else 1006."""


class WebSocket(Protocol):
    """What a room may do with a connection."""

    @property
    def rtt_ms(self) -> int:
        """The last measured round trip; 0 until the first pong."""

    def listen(self, listener: Listener, address: str) -> None:
        """Hand what comes to a listener. `address` is the client's, behind whatever proxy."""

    def settle(self) -> None:
        """Its role is known: it is no longer idle."""

    @property
    def write(self) -> Callable[[bytes], None]: ...
    def close(self, code: int, reason: str = "") -> None: ...
    def allow_unsent(self, limit: int, in_kernel: int = MAX_IN_KERNEL_BYTES) -> None: ...


class _Handshake(ServerProtocol):
    """A refused handshake is an HTTP response, with the header that every one of ours has."""

    def reject(self, status: StatusLike, text: str) -> Response:
        response = super().reject(status, text)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class RoomProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol that offers itself as a `WebSocket`."""

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
        # No compression: it costs 34 KB a socket, and shared frames could not be shared.
        self.conn = _Handshake(max_size=MAX_FRAME_BYTES, logger=self.logger)
        self.listener: Listener | None = None
        self._notified_lost = False
        self._received_after_close = 0

    # What the application may do.

    @property
    def rtt_ms(self) -> int:
        return round(self.last_ping_rtt * 1000)

    def listen(self, listener: Listener, address: str) -> None:
        self.listener = listener
        if self.close_sent:  # the client left while the application looked for the room
            self._notify_lost(CloseCode.ABNORMAL)
            return
        self._address = address
        self._limiter.idle(self, address)
        self.allow_unsent(MAX_UNSENT_BYTES)
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def settle(self) -> None:
        self._limiter.busy(self)

    def allow_unsent(self, limit: int, in_kernel: int = MAX_IN_KERNEL_BYTES) -> None:
        """Sets how many bytes may wait for a slow reader, before it is closed with 4408.

        Besides them the system may hold `in_kernel`.
        """
        self.transport.set_write_buffer_limits(high=limit)
        link = self.transport.get_extra_info("socket")
        link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, in_kernel)

    @property
    def write(self) -> Callable[[bytes], None]:
        """Sends a ready frame: not after the listener was told that the wire is lost."""
        return self.transport.write

    def close(self, code: int, reason: str = "") -> None:
        if self._send_close(code, reason):
            self._limiter.idle(self, self._address)

    def cut_off(self) -> None:
        """Says so, if it is not closed already, but does not wait for the peer's own close."""
        self._send_close(CloseCode.RATE_LIMITED, "too many connections that say nothing")
        self.transport.close()
        self.loop.call_later(FAREWELL_S, self.transport.abort)

    # What comes from the network.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.client = unmapped(self.client)
        self._address = address_of_client(self.client)
        self._limiter.idle(self, self._address)

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), PIECE_BYTES):
            piece = data[start : start + PIECE_BYTES]
            if not self.close_sent or self._is_heard_after_close(len(piece)):
                super().data_received(piece)

    def _is_heard_after_close(self, count: int) -> bool:
        self._received_after_close += count
        if self._received_after_close > MAX_RECEIVED_AFTER_CLOSE_BYTES:
            self.transport.abort()
        return self._received_after_close <= MAX_READ_AFTER_CLOSE_BYTES

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:  # noqa: PLR2004  # Switching Protocols
            extensions = cast("dict[str, object]", self.scope["extensions"])
            extensions[EXTENSION] = self

    def handle_text(self, event: Frame) -> None:
        self._first(event, "text", super().handle_text)

    def handle_bytes(self, event: Frame) -> None:
        self._first(event, "bytes", super().handle_bytes)

    def handle_cont(self, event: Frame) -> None:
        if self.listener is None:
            super().handle_cont(event)
        elif len(self.frames) >= MAX_FRAGMENTS:
            self.close(CloseCode.BAD_FRAMES, "too many fragments")
        else:
            self.frames.append(bytes(event.data))
            self._complete(event)

    def handle_ping(self) -> None:
        if self.listener is None or self.close_sent:
            self.conn.data_to_send()  # a pong for nobody, which would wait here to be read
            return
        super().handle_ping()
        self.listener.control_frame()

    def handle_pong(self, event: Frame) -> None:
        asked = self.pending_ping_payload is not None
        super().handle_pong(event)
        if self.listener is not None and not asked:
            self.listener.control_frame()

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self.close_sent = True
        self._end_soon()
        self._notify_lost(CloseCode.ABNORMAL)

    def handle_parser_exception(self) -> None:
        """Says why, then lets the peer finish: closing over unread bytes would reset it."""
        if self.close_sent:
            return
        self.close_sent = True
        self.stop_keepalive()
        self._flush()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.close_timer = self.loop.call_later(CLOSE_WITHIN_S, self.transport.abort)
        self._notify_lost(CloseCode.ABNORMAL)
        if not self.handshake_complete:
            self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.listener is not None:
            self.close(CloseCode.TOO_SLOW, "too slow")

    def start_keepalive(self) -> None:
        """The first ping goes at once, so that the round trip is known before a question is."""
        self.send_keepalive_ping()

    def keepalive_timeout(self) -> None:
        self.pong_timer = None
        self.pending_ping_payload = None
        self.close(CloseCode.INTERNAL, "keepalive ping timeout")

    def shutdown(self) -> None:
        """The server stops: what came is answered first, and then it says when to come back."""
        if self.listener is None or self.close_sent or not self.handshake_complete:
            super().shutdown()
            self.close_sent = True
            self.loop.call_later(FAREWELL_S, self.transport.abort)  # whoever does not read it
            self._notify_lost(CloseCode.RESTART)
            return
        self.listener.finish(self._close_after_grace)
        self.loop.call_later(FINISH_WITHIN_S, self._close_after_grace)

    def connection_lost(self, exc: Exception | None) -> None:
        self._limiter.lost(self)
        super().connection_lost(exc)
        self.close_sent = True
        self._notify_lost(CloseCode.ABNORMAL)

    def _close_after_grace(self) -> None:
        """Closing without waiting for the peer's own close could reset it before it has read."""
        if not self.transport.is_closing():
            self.close(CloseCode.RESTART, "the server restarts")
            self.loop.call_later(FAREWELL_S, self.transport.abort)

    async def run_asgi(self) -> None:
        """As uvicorn's, but an application that listens may return and leave the rest to it."""
        listening = False
        try:
            await self.app(self.scope, self.receive, self.send)
            listening = self.handshake_complete and self.listener is not None
        except ClientDisconnected:
            pass
        except Exception:
            log.exception("websocket.failed")
            self.send_500_response()
        finally:
            if listening:
                self._forget_handshake()
            elif self.close_timer is None:
                self.transport.close()

    def _first(self, event: Frame, kind: str, otherwise: Callable[[Frame], None]) -> None:
        if self.listener is None:
            otherwise(event)
            return
        self.curr_msg_data_type = "text" if kind == "text" else "bytes"
        self.frames = [bytes(event.data)]
        self._complete(event)

    def _complete(self, event: Frame) -> None:
        if self.close_sent or self.listener is None:
            return
        if not event.fin:
            self.listener.control_frame()
            return
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if self.curr_msg_data_type == "bytes":
            self.listener.binary()
        elif _is_utf8(data):
            self.listener.text(data)
        else:
            self.close(CloseCode.NOT_UTF8, "not UTF-8")

    def _send_close(self, code: int, reason: str) -> bool:
        if self.close_sent or self.conn.state is not State.OPEN:
            return False
        self.close_sent = True
        self.stop_keepalive()
        self.conn.send_close(code, reason)
        self._flush()
        self.close_timer = self.loop.call_later(CLOSE_WITHIN_S, self.transport.abort)
        self._notify_lost(code)
        return True

    def _end_soon(self) -> None:
        """The transport would wait for ever until the peer has read what is left for it."""
        self._limiter.idle(self, self._address)
        self.close_timer = self.loop.call_later(CLOSE_WITHIN_S, self.transport.abort)

    def _flush(self) -> None:
        self.transport.write(b"".join(self.conn.data_to_send()))

    def _notify_lost(self, code: int) -> None:
        if self.listener is not None and not self._notified_lost:
            self._notified_lost = True
            self.listener.lost(code)

    def _forget_handshake(self) -> None:
        """The request, its headers and the scope are not needed again; a room has thousands."""
        del self.scope, self.request, self.response
        self.queue = asyncio.Queue()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
