"""Sets a new password by a one-time link, over HTTP."""

from litestar import Controller, Response, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT
from msgspec import Struct

from server.api.dependencies import Devices, MailedLinks, UserManager
from server.api.openapi import EMPTY, problems
from server.api.rate_limits import limited_by_address
from server.api.request_bodies import KuisRequest, locale_of
from server.api.users import AUTH_BODY_MAX_BYTES
from server.auth.credentials import Email, LinkToken, Password
from server.auth.request_identity import device_cookie
from server.client_address import address_of


class PasswordReset(Struct, frozen=True, forbid_unknown_fields=True):
    """`token` is what follows the `#` in the link."""

    token: LinkToken
    password: Password


class PasswordLink(Struct, frozen=True, forbid_unknown_fields=True):
    token: LinkToken


class ForgottenPassword(Struct, frozen=True, forbid_unknown_fields=True):
    email: Email


class PasswordResetsController(Controller):
    path = "/auth"
    tags = ["accounts"]  # noqa: RUF012  # Litestar's way to say it
    guards = [limited_by_address]  # noqa: RUF012  # the same
    request_max_body_size = AUTH_BODY_MAX_BYTES

    @post(
        "/forgot-password",
        operation_id="forgotPassword",
        status_code=HTTP_202_ACCEPTED,
        responses=problems(403, 422, 429),
    )
    async def forgot(
        self,
        request: KuisRequest,
        data: JSONBody[ForgottenPassword],
        mailed_links: MailedLinks,
    ) -> None:
        """Have a one-time link mailed. The response does not say whether the address is known."""
        address = address_of(request.scope)
        await mailed_links.forgot_password(data.email, locale_of(request), address)

    @post(
        "/reset-password/check",
        operation_id="checkPasswordLink",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(403, 422, 429),
    )
    async def check(self, data: JSONBody[PasswordLink], user_manager: UserManager) -> None:
        """Say whether a one-time link is still good, without using it up. `link_invalid`."""
        await user_manager.find_password_link(data.token)

    @post(
        "/reset-password",
        operation_id="resetPassword",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(403, 422, 429) | EMPTY,
    )
    async def reset(
        self,
        request: KuisRequest,
        data: JSONBody[PasswordReset],
        user_manager: UserManager,
        devices: Devices,
    ) -> Response[None]:
        """Set a new password by a one-time link, and sign out everywhere. `link_invalid`.

        From then on this is a known device, which other people's wrong passwords cannot keep out.
        """
        address = address_of(request.scope)
        user = await user_manager.reset_password(data.token, data.password, address)
        known = devices.cookie(user.id, user.password_hash)
        return Response(None, cookies=[device_cookie(request, known)])
