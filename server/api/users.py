"""Accounts over HTTP: registering, signing in and out, the own profile and sign-ins."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT
from msgspec import UNSET, Struct, UnsetType

from game.errors import Forbidden, NotFound, Unauthenticated
from game.rules.levels import Level
from game.rules.questions.fields import Language
from game.rules.users import FullName, LearningGoals
from persistence.repositories import users
from server.actions.users.profile import change_profile
from server.actions.users.sign_in import Client, NewSignIn
from server.api.dependencies import (
    Authenticator,
    Db,
    SessionFactory,
    Settings,
    SignIns,
    Viewer,
)
from server.api.openapi import EMPTY, SIGNED_IN, problems
from server.api.rate_limits import limited_by_address
from server.api.request_bodies import KuisRequest, changes_in, locale_of
from server.auth.credentials import Credentials, Email, GivenPassword, Password
from server.auth.request_identity import (
    cookie_of,
    device_cookie,
    device_cookie_of,
    is_secure,
    recognised,
    session_cookie,
    signed_in,
    token_of,
)
from server.client_address import address_of

CLEARED = '"cache", "storage"'
"""What a browser deletes at sign-out. Cookies stay, because the language, the theme and the known
device do not belong to the account. Browsers obey this over HTTPS only, so pages do it too."""

AUTH_BODY_MAX_BYTES = 8 * 1024


class Registration(Credentials, frozen=True, forbid_unknown_fields=True):
    role: Literal["student", "teacher"] = "student"


class SignInRequest(Struct, frozen=True, forbid_unknown_fields=True):
    email: Email
    password: GivenPassword


class PasswordChange(Struct, frozen=True, forbid_unknown_fields=True):
    current_password: GivenPassword
    new_password: Password


class EmailChange(Struct, frozen=True, forbid_unknown_fields=True):
    """`password` is the present one."""

    email: Email
    password: GivenPassword


class Account(Struct, frozen=True):
    id: UUID
    email: str | None
    full_name: str
    is_verified: bool
    """Whether somebody has used a link that was mailed to `email`."""
    role: Literal["student", "teacher", "super_admin"]
    created_at: datetime
    current_level: Level | None
    learning_goals: list[str]
    language_code: str | None
    """The language that the user speaks best."""


class ProfileChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that are left out stay as they are."""

    full_name: FullName | UnsetType = UNSET
    current_level: Level | UnsetType | None = UNSET
    learning_goals: LearningGoals | UnsetType = UNSET
    language_code: Language | UnsetType | None = UNSET


class Welcome(Struct, frozen=True):
    """`token` is for `Authorization: Bearer`. Browsers get it as a cookie and can ignore it."""

    token: str
    user: Account


class OwnSignIn(Struct, frozen=True):
    """`id` is not the token. `current` is true for the sign-in that makes this request."""

    id: str
    created_at: datetime
    last_seen_at: datetime
    user_agent: str
    current: bool


class OwnSignIns(Struct, frozen=True):
    items: list[OwnSignIn]
    total: int


class AuthController(Controller):
    path = "/auth"
    tags = ["accounts"]  # noqa: RUF012  # Litestar's way to say it
    guards = [limited_by_address]  # noqa: RUF012  # the same
    request_max_body_size = AUTH_BODY_MAX_BYTES

    @post(
        "/register",
        operation_id="register",
        responses=problems(403, 409, 422, 429),
    )
    async def register(
        self,
        request: KuisRequest,
        data: JSONBody[Registration],
        authenticator: Authenticator,
        settings: Settings,
    ) -> Response[Welcome]:
        """Create an account and sign in.

        `email_taken`; `teacher_signup_closed` if only administrators create teachers' accounts.
        """
        if data.role == "teacher" and settings.teacher_signup == "closed":
            raise Forbidden(
                "teacher_signup_closed", "Ask an administrator for a teacher's account."
            )
        new = await authenticator.register(
            data.email, data.password, data.full_name, data.role, _client(request)
        )
        return _welcome(request, new)

    @post(
        "/login",
        operation_id="signIn",
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 422, 429),
    )
    async def sign_in(
        self, request: KuisRequest, data: JSONBody[SignInRequest], authenticator: Authenticator
    ) -> Response[Welcome]:
        """Sign in: returns a new token, and sets the cookie for browsers.

        `wrong_credentials`, whether or not the account exists; `account_inactive`.
        """
        new = await authenticator.sign_in(data.email, data.password, _client(request))
        return _welcome(request, new)

    @post(
        "/logout",
        operation_id="signOut",
        guards=[recognised],
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401) | EMPTY,
    )
    async def sign_out(self, request: KuisRequest, sign_ins: SignIns) -> Response[None]:
        """Sign out: revoke this sign-in. Does nothing if nobody is signed in."""
        if token := token_of(request):
            await sign_ins.end(token)
        return Response(
            None,
            headers={"Clear-Site-Data": CLEARED} if is_secure(request) else None,
            cookies=[session_cookie(request, "")] if cookie_of(request) else [],
        )

    @post(
        "/password",
        operation_id="changePassword",
        guards=[signed_in],
        security=SIGNED_IN,
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403, 422, 429) | EMPTY,
    )
    async def change_password(
        self,
        request: KuisRequest,
        data: JSONBody[PasswordChange],
        viewer: Viewer,
        authenticator: Authenticator,
    ) -> Response[None]:
        """Change the own password, which signs out everywhere else. `wrong_password`.

        Of the browsers that were known only this one stays so.
        """
        known = await authenticator.change_password(
            viewer, data.current_password, data.new_password, _client(request)
        )
        return Response(None, cookies=[device_cookie(request, known)])

    @post(
        "/email",
        operation_id="changeEmail",
        guards=[signed_in],
        security=SIGNED_IN,
        status_code=HTTP_202_ACCEPTED,
        responses=problems(401, 403, 422, 429),
    )
    async def change_email(
        self,
        request: KuisRequest,
        data: JSONBody[EmailChange],
        viewer: Viewer,
        authenticator: Authenticator,
    ) -> None:
        """Have a link sent to a new address, which changes it (`verifyEmail`). `wrong_password`.

        The response does not say whether another account has the address.
        """
        await authenticator.request_email_change(
            viewer, data.email, data.password, _client(request)
        )

    @get(
        "/sessions",
        operation_id="listSignIns",
        guards=[signed_in],
        security=SIGNED_IN,
        responses=problems(401),
    )
    async def list_sign_ins(self, viewer: Viewer, sign_ins: SignIns) -> OwnSignIns:
        """List the own sign-ins, the latest used first."""
        items = [
            OwnSignIn(
                id=sign_in.id,
                created_at=sign_in.created_at,
                last_seen_at=sign_in.last_seen_at,
                user_agent=sign_in.user_agent,
                current=sign_in.id == viewer.sign_in_id,
            )
            for sign_in in await sign_ins.of_user(viewer.user_id)
        ]
        return OwnSignIns(items, len(items))

    @delete(
        "/sessions/{sign_in_id:str}",
        operation_id="revokeSignIn",
        guards=[signed_in],
        security=SIGNED_IN,
        responses=problems(401, 403, 404),
    )
    async def revoke_sign_in(
        self, sign_in_id: FromPath[str], viewer: Viewer, sign_ins: SignIns
    ) -> None:
        """Revoke one of the own sign-ins. It ends at once."""
        if not await sign_ins.revoke(viewer.user_id, sign_in_id):
            raise NotFound("not_found", "You have no such sign-in.")

    @post(
        "/sessions/revoke-others",
        operation_id="revokeOtherSignIns",
        guards=[signed_in],
        security=SIGNED_IN,
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403),
    )
    async def revoke_others(self, viewer: Viewer, sign_ins: SignIns) -> None:
        """Revoke all own sign-ins but this one."""
        await sign_ins.revoke_all(viewer.user_id, but=viewer.sign_in_id)


class MeController(Controller):
    path = "/me"
    tags = ["accounts"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="getMe", responses=problems(401))
    async def show(self, viewer: Viewer, db: Db, sign_ins: SignIns) -> Account:
        """Get the account that is signed in."""
        user = await users.own(db, viewer)
        if user is None or not user.is_active:
            await sign_ins.revoke_all(viewer.user_id)
            raise Unauthenticated("not_signed_in", "This account is closed.")
        return msgspec.convert(user, Account, from_attributes=True)

    @patch("/", operation_id="changeProfile", responses=problems(401, 403, 422))
    async def change(
        self,
        data: JSONBody[ProfileChange],
        viewer: Viewer,
        session_factory: SessionFactory,
        sign_ins: SignIns,
    ) -> Account:
        """Change the own profile."""
        user = await change_profile(session_factory, sign_ins.accounts, viewer, changes_in(data))
        return msgspec.convert(user, Account, from_attributes=True)


def _client(request: KuisRequest) -> Client:
    async def leaves() -> None:
        await request.body()  # what follows in `receive` is the end of the connection
        while (await request.receive())["type"] != "http.disconnect":
            pass

    return Client(
        address_of(request.scope),
        request.headers.get("user-agent", ""),
        cookie_of(request),
        device_cookie_of(request),
        leaves,
        locale_of(request),
    )


def _welcome(request: KuisRequest, new: NewSignIn) -> Response[Welcome]:
    cookies = [
        session_cookie(request, new.token),
        device_cookie(request, new.device_cookie),
    ]
    account = msgspec.convert(new.user, Account, from_attributes=True)
    return Response(Welcome(new.token, account), cookies=cookies)
