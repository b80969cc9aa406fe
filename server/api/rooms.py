"""What may be known of a room by its code alone, before joining it."""

import io
import re
from functools import lru_cache

import segno
from litestar import Controller, Response, get
from litestar.params import FromPath

from game.errors import NotFound
from game.live.rooms import Glimpse
from game.rules import codes
from server.addresses import join_address
from server.api.dependencies import Limits, Rooms, Settings
from server.api.documentation import problems
from server.api.requests import KuisRequest
from server.limits import WRONG_CODE_FROM_ADDRESS, address_of

CODE = re.compile(rf"[{codes.ALPHABET}]{{{codes.CODE_LENGTH}}}")
QR_BORDER = 2  # modules; pages put it on white


class RoomsController(Controller):
    path = "/rooms/{code:str}"
    tags = ["rooms"]  # noqa: RUF012  # Litestar's way to say it

    @get("/", operation_id="getRoom", responses=problems(404, 429))
    async def show(
        self, request: KuisRequest, code: FromPath[str], rooms: Rooms, limits: Limits
    ) -> Glimpse:
        """What a joining phone may know. Case does not matter. Works while PostgreSQL is away."""
        session = await _session_of(request, code, rooms, limits)
        return await rooms.glimpse(session)

    @get(
        "/qr.svg",
        operation_id="getRoomQr",
        media_type="image/svg+xml",
        responses=problems(404, 429),
    )
    async def qr(
        self,
        request: KuisRequest,
        code: FromPath[str],
        rooms: Rooms,
        limits: Limits,
        settings: Settings,
    ) -> Response[bytes]:
        """A QR code of the address where a phone joins, without colours of its own."""
        await _session_of(request, code, rooms, limits)
        base = join_address(settings, request.scope).url
        return Response(drawn(f"{base}/?code={codes.normalise(code)}"))


async def _session_of(request: KuisRequest, code: str, rooms: Rooms, limits: Limits) -> str:
    """Raises NotFound `no_such_room`; too many wrong codes from one address are limited.

    A right one is never: whoever guesses would shut a whole school out.
    """
    wanted = codes.normalise(code)
    session = await rooms.find(wanted) if CODE.fullmatch(wanted) else None
    if session is None:
        await limits.hit(WRONG_CODE_FROM_ADDRESS, address_of(request.scope))
        raise NotFound("no_such_room", "No room has this code.")
    return session


@lru_cache(maxsize=256)
def drawn(address: str) -> bytes:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=QR_BORDER, xmldecl=False, svgns=True, omitsize=True, light="white"
    )
    return out.getvalue()
