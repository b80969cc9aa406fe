"""uvicorn's HTTP protocol, but requests have an end, in length and in time, and answers are read.

Without this one client could hold connections for as long as it likes, by never finishing a request
or never reading an answer, and fill the memory: with a header that goes on and on, with requests
sent behind each other, with large answers that wait for it.
"""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from server import metrics

HEAD_MAX_BYTES = 64 * 1024
REQUEST_WITHIN_S = 30.0  # from the connection, or the request's first byte, to its last one
BEHIND_MOST = 16  # requests sent before the answer to the first of them
READ_LEAST_BYTES = 64 * 1024  # of what waits to be read, or all of it, within …
READ_WITHIN_S = 15.0

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class BoundedHttpProtocol(HttpToolsProtocol):
    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],  # Any: uvicorn's lifespan state
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._in_head = False
        self._head_bytes = 0
        self._has_ended = False  # a request, in the data that is being read
        self._arriving: asyncio.TimerHandle | None = None
        self._leaving: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_end()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        self._left()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._expect_end()
        self._has_ended = False
        super().data_received(data)
        if self._in_head and not self._has_ended:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_MAX_BYTES and not self.transport.is_closing():
                self.transport.write(_TOO_LARGE)
                self.transport.close()

    def handle_websocket_upgrade(self) -> None:
        self._arrived()
        self._left()
        super().handle_websocket_upgrade()
        del self.parser  # it knows this protocol: neither would go before the collector comes

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= BEHIND_MOST:
            raise ValueError("too many requests at once")  # uvicorn answers 400 and closes
        self._in_head, self._head_bytes = True, 0
        self._expect_end()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._has_ended = True
        self._arrived()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._expect_reader()
        super().on_response_complete()

    def pause_writing(self) -> None:
        self._expect_reader()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._left()
        super().resume_writing()

    def _expect_end(self) -> None:
        if self._arriving is None:
            self._arriving = self.loop.call_later(REQUEST_WITHIN_S, self._took_too_long)

    def _arrived(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    def _took_too_long(self) -> None:
        self._arriving = None
        if self._answers():
            self._expect_end()  # what waits behind it may begin when it is done
        else:
            self.transport.abort()

    def _answers(self) -> bool:
        """Whether a request is here whole and its answer is not."""
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
