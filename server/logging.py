"""Configures logging: one line per event, as JSON or for a terminal, without secrets.

Every line has the context of its task: `request` (an id, also in the response's X-Request-ID) and,
on WebSockets, `room`.
"""

import logging
import logging.config
import re
import sys
import time
import uuid
from collections.abc import Mapping

import structlog
from litestar import Litestar
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    Message,
    Receive,
    Scope,
    Send,
    WebSocketReceiveMessage,
)
from structlog.typing import EventDict, Processor, WrappedLogger

from server import metrics

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
SECRET_WORDS = ("token", "password", "secret", "key", "authorization", "cookie", "ticket")
MASK = "***"
QUIET_ROUTES = ("/health/", "/metrics", "/pictures/", "/static/")
CLIENT_GONE_STATUS = 499  # nginx logs the same for a client that left before its response
PATH_MAX = 200  # characters of a path in the log
UNROUTED = "unknown"
OWN_LOGGERS = ("game", "kuis", "migrations", "persistence", "server")

REQUESTS = "kuis.requests"

logger = structlog.get_logger(REQUESTS)


def configure(level: str, *, json: bool | None = None) -> None:
    """Send the logs of structlog and of the standard library to standard error, in one format."""
    as_json = not sys.stderr.isatty() if json is None else json
    stamp = {"fmt": "iso", "utc": True} if as_json else {"fmt": "%H:%M:%S", "utc": False}
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(**stamp),  # type: ignore[arg-type]  # as it takes them
        mask_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_renderers(as_json=as_json),
        ],
        "foreign_pre_chain": shared,
    }
    levels = dict.fromkeys(OWN_LOGGERS, level)
    if not as_json and level == "INFO":
        levels[REQUESTS] = "WARNING"  # on a terminal, requests are logged only to debug
    # Libraries log their ordinary work at INFO, and cookies and whole frames at DEBUG: keep to one
    # level above.
    usual = logging.INFO if level == "DEBUG" else logging.WARNING
    library_level = max(usual, logging.getLevelNamesMapping()[level])
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"kuis": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "kuis"}},
            "root": {"level": library_level, "handlers": ["stderr"]},
            "loggers": {name: {"level": least} for name, least in levels.items()},
        }
    )


def _renderers(*, as_json: bool) -> list[Processor]:
    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # The usual traceback of a terminal shows local variables, and with them secrets.
    return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace every value, however deeply nested, whose name suggests a secret."""
    return {name: _masked(name, value) for name, value in event.items()}


def _masked(name: str, value: object) -> object:
    if any(word in name.lower() for word in SECRET_WORDS):
        return MASK
    if isinstance(value, Mapping):
        return {inner: _masked(str(inner), item) for inner, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(name, item) for item in value]
    return value


def watch_requests(app: Litestar) -> None:
    """Log and count every request, and give it an id.

    This wraps the whole application, because Litestar calls middleware only for requests that have
    a route.
    """
    app.asgi_handler = RequestLog(app.asgi_handler)


class RequestLog:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = _request_id(Headers.from_scope(scope).get("x-request-id"))
        with structlog.contextvars.bound_contextvars(request=request_id):
            if scope["type"] == ScopeType.HTTP:
                await self._answer(scope, receive, send, request_id)
            else:
                await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        status, is_client_gone = CLIENT_GONE_STATUS, False

        async def receive_noted() -> HTTPReceiveMessage | WebSocketReceiveMessage:
            nonlocal is_client_gone
            message = await receive()
            is_client_gone = message["type"] == "http.disconnect"
            return message

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = CLIENT_GONE_STATUS if is_client_gone else message["status"]
                MutableScopeHeaders(message)["X-Request-ID"] = request_id
            await send(message)

        began = time.perf_counter()
        try:
            await self.app(scope, receive_noted, send_noted)
        finally:
            _note(scope, status, time.perf_counter() - began)


def _note(scope: Scope, status: int, seconds: float) -> None:
    method, path = scope["method"], scope["path"]  # type: ignore[typeddict-item]  # http only
    route = scope.get("path_template") or UNROUTED
    metrics.HTTP_REQUESTS.labels(method, route, status).observe(seconds)
    write = logger.debug if path.startswith(QUIET_ROUTES) else logger.info
    write(
        "request", method=method, path=path[:PATH_MAX], status=status, ms=round(seconds * 1000, 1)
    )


def _request_id(offered: str | None) -> str:
    if offered is not None and REQUEST_ID.fullmatch(offered):
        return offered
    return uuid.uuid4().hex
