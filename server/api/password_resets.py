"""Setting a new password by a one-time link."""

from typing import Annotated

from litestar import Controller, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT
from msgspec import Meta, Struct

from server.api.accounts import AUTH_BODY_MAX_BYTES, limited_by_address
from server.api.dependencies import AccountManager
from server.api.documentation import problems
from server.api.requests import KuisRequest
from server.auth.credentials import Password
from server.limits import address_of


class PasswordReset(Struct, frozen=True, forbid_unknown_fields=True):
    """`token` is what follows the `#` in the link."""

    token: Annotated[str, Meta(max_length=200)]
    password: Password


class PasswordResetsController(Controller):
    path = "/auth/reset-password"
    tags = ["accounts"]  # noqa: RUF012  # Litestar's way to say it
    guards = [limited_by_address]  # noqa: RUF012  # the same
    request_max_body_size = AUTH_BODY_MAX_BYTES

    @post(
        "/",
        operation_id="resetPassword",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(403, 422, 429),
    )
    async def reset(
        self, request: KuisRequest, data: JSONBody[PasswordReset], account_manager: AccountManager
    ) -> None:
        """Set a new password by a one-time link, and sign out everywhere. `link_invalid`."""
        await account_manager.reset_password(data.token, data.password, address_of(request.scope))
