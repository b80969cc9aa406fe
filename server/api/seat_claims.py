"""Claims of guests' seats over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK
from msgspec import Meta, Struct

from server.actions.seat_claims import claim_seat
from server.api.dependencies import Db, Limits, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.auth.request_identity import students_only

TOKEN_MAX = 200


class ClaimRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`token` is the one of the guest's `welcome` in a room, or their `Homework-Token`."""

    token: Annotated[str, Meta(min_length=1, max_length=TOKEN_MAX)]


class Claimed(Struct, frozen=True):
    """The session in which the student took part as a guest, and the name that they had."""

    session: UUID
    title: str
    nickname: str


class SeatClaimsController(Controller):
    path = "/me/claims"
    tags = ["results"]  # noqa: RUF012  # Litestar's way to say it
    guards = [students_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @post(
        "/",
        operation_id="claimSeat",
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def claim(
        self, data: JSONBody[ClaimRequest], viewer: Viewer, db: Db, limits: Limits
    ) -> Claimed:
        """Keep what was done as a guest: answers, result and place belong to the account then.

        It works while a homework is open, and for a day after a session has ended. `no_such_seat`;
        `already_took_part` if the account has a seat of its own in the session.
        """
        seat = await claim_seat(db, limits, viewer, data.token)
        return Claimed(seat.session_id, seat.title, seat.nickname)
