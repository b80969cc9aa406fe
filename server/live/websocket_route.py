"""The WebSocket route: who may connect, and to which room."""

import re
from typing import Any, cast

import msgspec
from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send, WebSocketScope
from redis.exceptions import RedisError

from game.errors import NotFound, Unavailable
from server.auth.request_identity import identify, is_own_origin
from server.client_address import address_of
from server.live.code_lookups import Found
from server.live.connection import Caller, Connection
from server.live.error_codes import CloseCode, ErrorCode
from server.live.frames import frame
from server.live.protocol import SUBPROTOCOL, Error
from server.live.service import LiveService
from server.live.websocket import EXTENSION, WebSocket

ROUTE = re.compile(r"/ws/rooms/([^/]+)/?")

Handshake = ASGIConnection[Any, Any, Any, Any]  # Any: user, auth and state, which no socket uses


class HandshakeRefusal(msgspec.Struct, frozen=True):
    """Why a connection ends right after the handshake: browsers see no reason before it."""

    code: CloseCode
    reason: str


def route_sockets(app: Litestar) -> None:
    """Take the rooms' sockets before the application does.

    A class joins at once, and what Litestar makes for each request (closures that know each other,
    which only the collector can remove) was a good part of what a join cost.
    """
    app.asgi_handler = RoomSockets(app, app.asgi_handler)


class RoomSockets:
    """The route `/ws/rooms/{code}`; everything else goes to the application."""

    def __init__(self, app: Litestar, otherwise: ASGIApp) -> None:
        self._app = app
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.WEBSOCKET and (match := ROUTE.fullmatch(scope["path"])):
            scope["litestar_app"] = self._app
            await receive()  # websocket.connect
            await _open(scope, match[1], send)
        else:
            await self._otherwise(scope, receive, send)


async def _open(scope: WebSocketScope, code: str, send: Send) -> None:
    """A live room; see docs/protocol.md. Returns at once: the wire lives on without a task."""
    handshake = Handshake(scope)
    origin = handshake.headers.get("origin")
    if origin is not None and not is_own_origin(handshake, origin):
        await _close(send, 1000)  # before the handshake: HTTP 403
        return
    live: LiveService = handshake.app.state.live
    websocket = _websocket(scope)
    address, signed_in = address_of(scope), None
    try:
        found = await _find(live, code, address)
        signed_in = await identify(handshake, live.sign_ins)
    except (RedisError, OSError, Unavailable):
        found = HandshakeRefusal(CloseCode.UNAVAILABLE, "unavailable")
    if not isinstance(found, HandshakeRefusal):
        if found is None:
            session, caller = "", Caller(address, signed_in, code=code)
        else:
            session, caller = found.session, Caller(address, signed_in, found.by_former_code)
        connection = Connection(websocket, session, caller, live)
        live.sign_in_watch.add(connection)
        websocket.listen(connection, address)
    subprotocol = SUBPROTOCOL if SUBPROTOCOL in scope["subprotocols"] else None
    await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})
    if isinstance(found, HandshakeRefusal):
        if found.code is CloseCode.UNAVAILABLE:
            websocket.write(
                frame(Error(ErrorCode.UNAVAILABLE, "The room cannot be reached just now."))
            )
        await _close(send, found.code, found.reason)


async def _close(send: Send, code: int, reason: str = "") -> None:
    await send({"type": "websocket.close", "code": code, "reason": reason})


def _websocket(scope: WebSocketScope) -> WebSocket:
    extensions = cast("dict[str, object]", scope.get("extensions") or {})
    return cast("WebSocket", extensions[EXTENSION])


async def _find(live: LiveService, code: str, address: str) -> Found | HandshakeRefusal | None:
    """The session that a code leads to; None if its address must say first who is there."""
    if live.code_lookups.is_slowed(address):
        return None
    try:
        return await live.code_lookups.find_for_socket(code, address)
    except NotFound:
        return HandshakeRefusal(CloseCode.NO_SUCH_ROOM, "no such room")
