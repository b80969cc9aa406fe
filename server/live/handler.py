"""The WebSocket route: who may connect, and to which room."""

from typing import Any, cast

import msgspec
from litestar import WebSocket, websocket
from litestar.params import FromPath
from redis.exceptions import RedisError

from game.errors import RateLimited, Unavailable
from game.rules.codes import normalise
from server.auth.requests import identify, is_own_origin
from server.limits import WRONG_CODE_FROM_ADDRESS, address_of
from server.live.codes import CloseCode, ErrorCode
from server.live.connection import Caller, Connection
from server.live.frames import frame
from server.live.live import Live
from server.live.protocol import SUBPROTOCOL, Error
from server.live.wire import EXTENSION, Wire

Socket = WebSocket[Any, Any, Any]  # Any: user, auth and state, none of which sockets use


class Refused(msgspec.Struct, frozen=True):
    """Why a connection ends right after the handshake: browsers see no reason before it."""

    code: CloseCode
    reason: str


@websocket("/ws/rooms/{code:str}")
async def room_socket(socket: Socket, code: FromPath[str]) -> None:
    """A live room; see docs/protocol.md. Returns at once: the wire lives on without a task."""
    origin = socket.headers.get("origin")
    if origin is not None and not is_own_origin(socket, origin):
        await socket.close()  # before the handshake: HTTP 403
        return
    live: Live = socket.app.state.live
    wire = _wire(socket)
    caller = Caller(address_of(socket.scope), None)
    try:
        found = await _find(live, code, caller.address)
        caller = msgspec.structs.replace(caller, signed_in=await identify(socket, live.sign_ins))
    except (RedisError, OSError, Unavailable):
        found = Refused(CloseCode.UNAVAILABLE, "unavailable")
    if isinstance(found, str):
        wire.listen(Connection(wire, found, caller, live))
    await socket.accept(SUBPROTOCOL if SUBPROTOCOL in socket.scope["subprotocols"] else None)
    if isinstance(found, Refused):
        await _dismiss(socket, wire, found)


async def _dismiss(socket: Socket, wire: Wire, found: Refused) -> None:
    if found.code is CloseCode.UNAVAILABLE:
        wire.write(frame(Error(ErrorCode.UNAVAILABLE, "The room cannot be reached just now.")))
    await socket.close(found.code, found.reason)


def _wire(socket: Socket) -> Wire:
    extensions = cast("dict[str, object]", socket.scope.get("extensions") or {})
    return cast("Wire", extensions[EXTENSION])


async def _find(live: Live, code: str, address: str) -> str | Refused:
    """The session that a code leads to. Who tries too many wrong codes is told to wait.

    A right one always leads there: whoever guesses would shut a whole school out.
    """
    code = normalise(code)
    if (session := live.hub.session_of(code)) is not None:
        return session
    try:
        if (found := await live.rooms.find(code)) is not None:
            return found
        await live.limits.hit(WRONG_CODE_FROM_ADDRESS, address)
    except RateLimited as refusal:
        return Refused(CloseCode.RATE_LIMITED, refusal.message)
    return Refused(CloseCode.NO_SUCH_ROOM, "no such room")
