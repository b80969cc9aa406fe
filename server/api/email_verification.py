"""Verifies the e-mail address of an account by a one-time link, over HTTP."""

from litestar import Controller, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT
from msgspec import Struct

from server.api.dependencies import MailedLinks, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.rate_limits import limited_by_address
from server.api.request_bodies import KuisRequest, locale_of
from server.api.users import AUTH_BODY_MAX_BYTES
from server.auth.credentials import LinkToken
from server.auth.request_identity import signed_in
from server.client_address import address_of


class EmailVerification(Struct, frozen=True, forbid_unknown_fields=True):
    """`token` is what follows the `#` in the link."""

    token: LinkToken


class EmailVerificationController(Controller):
    path = "/auth/verify-email"
    tags = ["accounts"]  # noqa: RUF012  # Litestar's way to say it
    guards = [limited_by_address]  # noqa: RUF012  # the same
    request_max_body_size = AUTH_BODY_MAX_BYTES

    @post(
        "/",
        operation_id="verifyEmail",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(403, 409, 422, 429),
    )
    async def verify(
        self, request: KuisRequest, data: JSONBody[EmailVerification], mailed_links: MailedLinks
    ) -> None:
        """Verify the address to which the link was sent. `link_invalid`.

        A new address becomes the account's, unless another account has it by now: `email_taken`.
        """
        await mailed_links.verify_email(data.token, locale_of(request), address_of(request.scope))

    @post(
        "/link",
        operation_id="sendVerificationLink",
        guards=[signed_in],
        security=SIGNED_IN,
        status_code=HTTP_202_ACCEPTED,
        responses=problems(401, 403, 429),
    )
    async def send(self, request: KuisRequest, viewer: Viewer, mailed_links: MailedLinks) -> None:
        """Have another link mailed to the own address, unless it is verified already."""
        await mailed_links.send_verification(viewer.user_id, locale_of(request))
