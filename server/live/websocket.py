"""A room's WebSocket connection: uvicorn's protocol without ASGI messages for each frame.

ASGI costs a task, a queue and a dictionary for each connection and frame. With a thousand players
that is most of the work. So the application gets the connection itself as
`scope["extensions"]["kuis.wire"]`. It calls `listen` before it accepts, and may then return: the
connection goes on with its listener alone. Inbound frames are passed to the listener synchronously,
outbound frames go straight to the transport. uvicorn still does the rest, such as the handshake,
masking and closing.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any, Literal, Protocol, cast

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

from server.client_address import address_of_client, unmapped
from server.connection_limiter import ConnectionLimiter
from server.live.error_codes import CloseCode
from server.live.protocol import MAX_FRAME_BYTES

EXTENSION = "kuis.wire"
MAX_UNSENT_BYTES = 256 * 1024
MAX_IN_KERNEL_BYTES = 32 * 1024
"""The send buffer of a socket, which Linux doubles for its own bookkeeping. Without it the system
takes up to 4 MB for each reader that does not read. It caps a connection at 32 KiB a round trip,
still 100 KB/s at 300 ms."""
MAX_FRAGMENTS = 16  # of one message; otherwise empty fragments could pile up
FINISH_WITHIN_S = 2.0  # for work that is under way when the server stops
FAREWELL_S = 1.0
CLOSE_WITHIN_S = 10.0  # a peer that neither reads nor closes is cut off after this
MAX_RECEIVED_AFTER_CLOSE_BYTES = 1024 * 1024  # and one that goes on sending, after this much
MAX_READ_AFTER_CLOSE_BYTES = 2 * MAX_FRAME_BYTES
"""Only so much of that is parsed, to find the peer's own close. Small frames are slow to parse."""
PIECE_BYTES = MAX_FRAME_BYTES  # parsed at once; the connection may be closed in between

log = structlog.get_logger(__name__)


class Listener(Protocol):
    """Receives what a WebSocket reads. No method may raise or block."""

    def text(self, data: bytes) -> None:
        """A complete text message has arrived. It is valid UTF-8."""

    def binary(self) -> None:
        """A complete binary message has arrived. Its content is ignored."""

    def control_frame(self) -> None:
        """A ping, an unasked pong or a fragment has arrived. It only counts for the rate limit."""

    def finish(self, done: Callable[[], None]) -> None:
        """Call `done` as soon as every message that has arrived is answered."""

    def lost(self, code: int) -> None:
        """The connection is closed or closing. `code` is ours if we closed it, else 1006."""


class WebSocket(Protocol):
    """The methods of a WebSocket connection that a room uses."""

    @property
    def rtt_ms(self) -> int:
        """The last measured round trip; 0 until the first pong."""

    def listen(self, listener: Listener, address: str) -> None:
        """Pass messages to a listener. `address` is the client's own, also behind a proxy."""

    def settle(self) -> None:
        """Note that the role is known, so the connection is no longer idle."""

    @property
    def write(self) -> Callable[[bytes], None]: ...
    def close(self, code: int, reason: str = "") -> None: ...
    def allow_unsent(self, limit: int, in_kernel: int = MAX_IN_KERNEL_BYTES) -> None: ...


class _Handshake(ServerProtocol):
    """Adds the header that all our HTTP responses have to the response of a refused handshake."""

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

    # Methods for the application.

    @property
    def rtt_ms(self) -> int:
        return round(self.last_ping_rtt * 1000)

    def listen(self, listener: Listener, address: str) -> None:
        self.listener = listener
        if self.close_sent:  # the client left before the application had found the room
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
        """Sends an encoded frame. It must not be called after the listener's `lost`."""
        return self.transport.write

    def close(self, code: int, reason: str = "") -> None:
        if self._send_close(code, reason):
            self._limiter.idle(self, self._address)

    def cut_off(self) -> None:
        """Sends a close frame unless it is closed, but does not wait for the peer's own close."""
        self._send_close(CloseCode.RATE_LIMITED, "too many connections that say nothing")
        self.transport.close()
        self.loop.call_later(FAREWELL_S, self.transport.abort)

    # Callbacks from the network.

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
        """Sends the reason, then lets the peer finish. Closing over unread bytes would reset it."""
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
        """The first ping is sent at once, to know the round trip before the first question."""
        self.send_keepalive_ping()

    def keepalive_timeout(self) -> None:
        self.pong_timer = None
        self.pending_ping_payload = None
        self.close(CloseCode.INTERNAL, "keepalive ping timeout")

    def shutdown(self) -> None:
        """The server stops. Messages that have arrived are answered, then the connection closes."""
        if self.listener is None or self.close_sent or not self.handshake_complete:
            super().shutdown()
            self.close_sent = True
            self.loop.call_later(FAREWELL_S, self.transport.abort)  # if it is not read
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

    def _first(
        self, event: Frame, kind: Literal["text", "bytes"], otherwise: Callable[[Frame], None]
    ) -> None:
        if self.listener is None:
            otherwise(event)
            return
        self.curr_msg_data_type = kind
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
        """Cut the peer off. The transport would wait for ever until the peer has read the rest."""
        self._limiter.idle(self, self._address)
        self.close_timer = self.loop.call_later(CLOSE_WITHIN_S, self.transport.abort)

    def _flush(self) -> None:
        self.transport.write(b"".join(self.conn.data_to_send()))

    def _notify_lost(self, code: int) -> None:
        if self.listener is not None and not self._notified_lost:
            self._notified_lost = True
            self.listener.lost(code)

    def _forget_handshake(self) -> None:
        """Free the request, its headers and the scope, because a room has thousands of them."""
        del self.scope, self.request, self.response
        self.queue = asyncio.Queue()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
