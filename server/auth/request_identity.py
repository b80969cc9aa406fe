"""Finds out who makes a request, by its token, and guards routes by sign-in and origin."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, Headers
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from game.errors import Forbidden, Unauthenticated
from persistence.repositories.viewers import STUDENT, SUPER_ADMIN
from server.auth.devices import DEVICE_SECONDS
from server.auth.sign_ins import SIGN_IN_SECONDS, SignedIn, SignIns
from server.settings import Settings

Connection = ASGIConnection[Any, Any, Any, Any]

COOKIE = "kuis_session"
DEVICE_COOKIE = "kuis_device"
ACCOUNT_HEADER = "kuis-account"
HOST_PREFIX = "__Host-"  # browsers take such a cookie over HTTPS only, and from no other host
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PORTS = {"http": 80, "https": 443}


async def identify(connection: Connection, sign_ins: SignIns) -> SignedIn | None:
    """Find out who makes a request or opens a socket. Works while PostgreSQL is away."""
    token = token_of(connection)
    return await sign_ins.find(token) if token else None


def token_of(connection: Connection) -> str | None:
    return bearer_of(connection) or cookie_of(connection)


def bearer_of(connection: Connection) -> str | None:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def cookie_of(connection: Connection) -> str | None:
    return _cookie_of(connection, COOKIE)


def _cookie_of(connection: Connection, name: str) -> str | None:
    """The value of a cookie. Over HTTPS only the one with the `__Host-` prefix is trusted.

    No other host can have set that one, and nobody on the way either.
    """
    return connection.cookies.get(HOST_PREFIX + name if is_secure(connection) else name)


def is_https(scope: Scope, settings: Settings) -> bool:
    """Whether the browser speaks HTTPS: with this server, with its proxy, or at PUBLIC_URL."""
    if scope["scheme"] in ("https", "wss"):
        return True
    scheme, _, host = settings.public_url.partition("://")
    asked = Headers.from_scope(scope).get("host", "").lower()
    return scheme == "https" and _with_port(asked, scheme) == host


def is_secure(connection: Connection) -> bool:
    return is_https(connection.scope, connection.app.state.settings)


def session_cookie(connection: Connection, token: str) -> Cookie:
    """The cookie that holds the token of a sign-in. An empty token deletes the cookie."""
    return _cookie(connection, COOKIE, token, SIGN_IN_SECONDS if token else 0)


def device_cookie(connection: Connection, value: str) -> Cookie:
    return _cookie(connection, DEVICE_COOKIE, value, DEVICE_SECONDS)


def device_cookie_of(connection: Connection) -> str | None:
    return _cookie_of(connection, DEVICE_COOKIE)


def _cookie(connection: Connection, name: str, value: str, max_age: int) -> Cookie:
    secure = is_secure(connection)
    return Cookie(
        key=HOST_PREFIX + name if secure else name,
        value=value,
        path="/",
        httponly=True,
        samesite="lax",
        secure=secure,
        max_age=max_age,
    )


async def from_own_pages(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard against cross-site request forgery.

    Browsers send `Sec-Fetch-Site`, or at least `Origin`, with every unsafe request. A request with
    neither comes from a program, which no foreign page can make send anything. A request with a
    bearer token cannot be forged, because browsers never add one by themselves. (They do add the
    user name and password that a proxy asked for.) Signing in is guarded too: it sets a cookie.
    """
    if connection.scope.get("method") in SAFE_METHODS or bearer_of(connection):
        return
    origin, site = connection.headers.get("origin"), connection.headers.get("sec-fetch-site")
    if origin is None and site is None:
        return
    if site not in ("same-origin", "none") and not is_own_origin(connection, origin):
        raise Forbidden("cross_site", "This request did not come from a page of this site.")


def is_own_origin(connection: Connection, origin: str | None) -> bool:
    """Whether pages of this origin may act for their visitor: our own and the allowed origins."""
    settings: Settings = connection.app.state.settings
    if not origin:
        return False
    if origin in (*settings.allowed_origins, settings.public_url):
        return True
    scheme, _, host = origin.lower().partition("://")
    if scheme != "https" and is_secure(connection):
        return False
    # Otherwise the scheme is not compared: a proxy may take HTTPS and pass on HTTP.
    own = connection.headers.get("host", "").lower()
    return scheme in PORTS and bool(host) and _with_port(host, scheme) == _with_port(own, scheme)


def _with_port(host: str, scheme: str) -> str:
    """The host with its port, without it if it is the scheme's default."""
    return host.removesuffix(f":{PORTS[scheme]}")


async def recognised(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard that sets `connection.user` to who is signed in, or None.

    It refuses only what somebody else's page sends: of two tabs one may have signed in as another
    account, and the cookie is that of both.
    """
    sign_ins: SignIns = connection.app.state.sign_ins
    user = await identify(connection, sign_ins)
    account = connection.headers.get(ACCOUNT_HEADER)
    if user is not None and account is not None and account != str(user.user_id):
        raise Unauthenticated("other_account", "Another account has signed in here meanwhile.")
    connection.scope["user"] = user


async def signed_in(connection: Connection, handler: BaseRouteHandler) -> None:
    await recognised(connection, handler)
    if connection.user is None:
        raise Unauthenticated("not_signed_in", "Sign in first.")


async def teachers_only(connection: Connection, handler: BaseRouteHandler) -> None:
    await signed_in(connection, handler)
    if not connection.user.is_teacher:
        raise Forbidden("teachers_only", "Only teachers can do this.")


async def students_only(connection: Connection, handler: BaseRouteHandler) -> None:
    await signed_in(connection, handler)
    if connection.user.role != STUDENT:
        raise Forbidden("students_only", "Only students can do this.")


async def administrators_only(connection: Connection, handler: BaseRouteHandler) -> None:
    await signed_in(connection, handler)
    if connection.user.role != SUPER_ADMIN:
        raise Forbidden("administrators_only", "Only administrators can do this.")


def viewer(request: Connection) -> SignedIn:
    """Dependency of handlers behind one of the guards: who is signed in."""
    signed_in: SignedIn = request.user
    return signed_in
