"""Rooms over HTTP: what anybody who knows a room's code may see before they join."""

import asyncio
import io
from functools import lru_cache

import segno
from litestar import Controller, Response, get
from litestar.params import FromPath

from game.live.room_view import RoomSummary
from game.rules import codes
from server.addresses import join_address
from server.api.dependencies import CodeLookups, Drawing, Rooms, Settings
from server.api.openapi import problems
from server.api.request_bodies import KuisRequest
from server.auth.request_identity import identify
from server.client_address import address_of

QR_BORDER = 2  # modules; pages put it on white


class RoomsController(Controller):
    path = "/rooms/{code:str}"
    tags = ["rooms"]  # noqa: RUF012  # Litestar's way to say it

    @get("/", operation_id="getRoom", responses=problems(404, 429))
    async def show(
        self,
        request: KuisRequest,
        code: FromPath[str],
        rooms: Rooms,
        code_lookups: CodeLookups,
    ) -> RoomSummary:
        """Get what a phone shows before it joins. The case of the code does not matter.

        Works while PostgreSQL is away.
        """
        session = await _find(request, code, code_lookups)
        return await rooms.summary(session)

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
        code_lookups: CodeLookups,
        settings: Settings,
        drawing: Drawing,
    ) -> Response[bytes]:
        """Draw a QR code of the address where a phone joins, in black on white."""
        await _find(request, code, code_lookups)
        base = join_address(settings, request.scope).url
        async with drawing:
            svg = await asyncio.to_thread(qr_svg, f"{base}/?code={codes.normalise(code)}")
        return Response(svg)


async def _find(request: KuisRequest, code: str, code_lookups: CodeLookups) -> str:
    """The session with this code. The user is identified only if their address is slowed down."""
    address, signed_in = address_of(request.scope), False
    if code_lookups.is_slowed(address):
        signed_in = await identify(request, request.app.state.sign_ins) is not None
    return await code_lookups.find(code, address, signed_in=signed_in)


@lru_cache(maxsize=256)
def qr_svg(address: str) -> bytes:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=QR_BORDER, xmldecl=False, svgns=True, omitsize=True, light="white"
    )
    return out.getvalue()
