"""Rooms over HTTP: what anybody who knows a room's code may see before they join."""

import asyncio
import io
from functools import lru_cache

import segno
from litestar import Controller, Response, get
from litestar.params import FromPath
from msgspec import Struct, structs

from game.rules import codes
from game.rules.rooms import Phase
from persistence.models import Mode, QuizSession
from server.addresses import join_address
from server.api.dependencies import CodeLookups, Drawing, Homework, Rooms, Settings
from server.api.openapi import problems
from server.api.request_bodies import KuisRequest
from server.auth.request_identity import identify
from server.client_address import address_of

QR_BORDER = 2  # modules; pages put it on white


class RoomOutput(Struct, frozen=True):
    """What anybody may know of a room, or of a homework (`self_paced`), which has no room.

    `players` is how many are connected. With `friendly_names`, the room gives players their names.
    A homework is in the phase `lobby` until it is closed.
    """

    code: str
    title: str
    mode: Mode
    phase: Phase
    players: int
    locked: bool
    friendly_names: bool


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
        homework: Homework,
    ) -> RoomOutput:
        """Get what a phone shows before it joins. The case of the code does not matter.

        Works for rooms while PostgreSQL is away. The code of a homework leads to that.
        """
        found = await _find(request, code, code_lookups, homework)
        if isinstance(found, QuizSession):
            return _homework(found)
        return RoomOutput(**structs.asdict(await rooms.summary(found)), mode="live")

    @get(
        "/qr.svg",
        operation_id="getRoomQr",
        media_type="image/svg+xml",
        responses=problems(404, 429),
    )
    async def qr(  # noqa: PLR0913  # what Litestar gives by name
        self,
        *,
        request: KuisRequest,
        code: FromPath[str],
        code_lookups: CodeLookups,
        homework: Homework,
        settings: Settings,
        drawing: Drawing,
    ) -> Response[bytes]:
        """Draw a QR code of the address where a phone joins, in black on white."""
        await _find(request, code, code_lookups, homework)
        base = join_address(settings, request.scope).url
        async with drawing:
            svg = await asyncio.to_thread(qr_svg, f"{base}/?code={codes.normalise(code)}")
        return Response(svg)


async def _find(
    request: KuisRequest, code: str, code_lookups: CodeLookups, homework: Homework
) -> str | QuizSession:
    """The session of the room, or else the homework, with this code.

    The user is identified only if their address is slowed down.
    """
    address, signed_in = address_of(request.scope), False
    if code_lookups.is_slowed(address):
        signed_in = await identify(request, request.app.state.sign_ins) is not None

    async def look_up(code: str) -> str | QuizSession | None:
        return await code_lookups.room(code) or await homework.by_code(code)

    return await code_lookups.find_by(look_up, code, address, signed_in=signed_in)


def _homework(found: QuizSession) -> RoomOutput:
    return RoomOutput(
        code=found.access_code,
        title=found.title,
        mode="self_paced",
        phase=Phase.LOBBY if found.ended_at is None else Phase.FINISHED,
        players=0,
        locked=False,
        friendly_names=False,
    )


@lru_cache(maxsize=256)
def qr_svg(address: str) -> bytes:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=QR_BORDER, xmldecl=False, svgns=True, omitsize=True, light="white"
    )
    return out.getvalue()
