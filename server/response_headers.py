"""Adds the headers that every HTTP response has, whichever part of the program made it."""

from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from server.auth.request_identity import is_https
from server.settings import Settings

YEAR_SECONDS = 365 * 24 * 3600


def complete_responses(app: Litestar, settings: Settings) -> None:
    """Wrap the whole application, because not every response comes from a route."""
    app.asgi_handler = ResponseHeaders(app.asgi_handler, settings)


class ResponseHeaders:
    """Adds `nosniff` and, over HTTPS, `Strict-Transport-Security`."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return

        async def send_complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders(message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                if is_https(scope, self._settings):
                    headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}"
            await send(message)

        await self._app(scope, receive, send_complete)
