"""Turns refusals and failures into HTTP responses: RFC 9457 problem details, or error pages."""

import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from math import ceil

import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException
from litestar.params import ParameterKwarg
from litestar.types import ExceptionHandlersMap
from redis.exceptions import RedisError
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from game.errors import (
    Conflict,
    Detail,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    Refusal,
    Unauthenticated,
    Unavailable,
)
from game.live import transient_errors
from persistence import database
from persistence.violations import violated_constraint
from server.providers.files import FilesError
from server.refusals import HttpRefusal

log = structlog.get_logger()

AnyRequest = Request[object, object, State]
ErrorPage = Callable[[AnyRequest, int], Response[str]]
"""Renders an HTML error page for a status."""

PROBLEM_JSON = "application/problem+json"
API_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
DETAILS_MAX = 20
TEXT_MAX = 200  # characters of a detail's path or message
FOR_MACHINES = ("/api", "/schema", "/health", "/metrics", "/pictures", "/static", "/ws")
CODES = {
    400: "bad_request",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    431: "head_too_large",
    503: "unavailable",
}
STATUS: dict[type[Refusal], int] = {
    Refusal: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    RateLimited: 429,
    Unavailable: 503,
}
"""The status of each kind of refusal. A subclass without an entry has the status of its base."""

AWAY = Unavailable("unavailable", "A part of the service is not available. Try again soon.")

OF_ACCOUNT = re.compile(r"fk_\w+_(owner|user)_id_users")
"""Constraints that what somebody stores violates if their account was removed meanwhile."""
GONE = Unauthenticated("not_signed_in", "This account was removed.")


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem as in RFC 9457, with a stable `code`. The texts may change."""

    title: str
    status: int
    detail: str
    code: str
    # From a factory, because a field that equals a plain default would be omitted.
    type: str = msgspec.field(default_factory=lambda: "about:blank")
    errors: tuple[Detail, ...] = ()


# A pattern of msgspec's message, our stable code for it, and our text.
FINDINGS = (
    (r"Object missing required field `.+`", "required", "This field is required."),
    (r"Object contains unknown field `.+`", "unknown_field", "There is no such field."),
    (r"Expected `(?:str|array)` of length >= (\d+)", "too_short", "The minimum length is {}."),
    (r"Expected `(?:str|array)` of length <= (\d+)", "too_long", "The maximum length is {}."),
    (r"Expected `\w+` (?:>=|>) (\S+)", "too_small", "The minimum value is {}."),
    (r"Expected `\w+` (?:<=|<) (\S+)", "too_large", "The maximum value is {}."),
    (r"Expected `str` matching regex .+", "bad_format", "The format is wrong."),
    (r"Invalid enum value .+", "unknown_value", "This value is not allowed."),
    (r"Invalid value .+", "unknown_value", "This value is not allowed."),
    (r"(Expected `.+`, got `.+`)", "wrong_type", "{}."),
)


def finding(path: str, message: str) -> Detail:
    """A detail with a stable code, made from msgspec's message about a value."""
    for pattern, code, text in FINDINGS:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return Detail(path, code, text.format(*match.groups()))
    return Detail(path, "invalid", message)


def invalid(details: Sequence[Detail]) -> Invalid:
    return Invalid("invalid", "Something in the request is wrong.", tuple(details))


def exception_handlers(error_page: ErrorPage) -> ExceptionHandlersMap:
    """The exception handlers of the application. Browsers get an HTML page, programs a problem."""

    def answer(request: AnyRequest, refusal: Refusal, status: int) -> Response[object]:
        if _is_read_by_a_person(request):
            return error_page(request, status)  # type: ignore[return-value]  # Response is invariant
        return _response(refusal, status)

    def refused(request: AnyRequest, error: Refusal) -> Response[object]:
        return answer(request, error, status_of(error))

    def rejected(request: AnyRequest, error: HTTPException) -> Response[object]:
        response = answer(request, _refusal_of(error, request), _status_of(error))
        response.headers.update(error.headers or {})
        return response

    def away(request: AnyRequest, error: Exception) -> Response[object]:
        log.warning("engine_away", path=request.scope["path"], error=type(error).__name__)
        return answer(request, AWAY, status_of(AWAY))

    def database_failed(request: AnyRequest, error: SQLAlchemyError) -> Response[object]:
        fails = away if database.is_unavailable(error) else failed
        return refused(request, GONE) if _is_of_nobody(error) else fails(request, error)

    def redis_failed(request: AnyRequest, error: RedisError) -> Response[object]:
        return (
            away(request, error) if transient_errors.is_transient(error) else failed(request, error)
        )

    def files_failed(request: AnyRequest, error: FilesError) -> Response[object]:
        log.warning("files_unavailable", path=request.scope["path"], error=str(error))
        return answer(request, AWAY, status_of(AWAY))

    def failed(request: AnyRequest, error: Exception) -> Response[object]:
        log.error("request_failed", path=request.scope["path"], exc_info=error)
        refusal = Refusal("internal_error", "Something failed on our side. It has been logged.")
        return answer(request, refusal, 500)

    return {
        Refusal: refused,
        HTTPException: rejected,
        SQLAlchemyError: database_failed,
        RedisError: redis_failed,
        FilesError: files_failed,
        OSError: away,
        Exception: failed,
    }


def _is_of_nobody(error: SQLAlchemyError) -> bool:
    constraint = violated_constraint(error) if isinstance(error, IntegrityError) else ""
    return OF_ACCOUNT.fullmatch(constraint) is not None


def _is_read_by_a_person(request: AnyRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and not request.scope["path"].startswith(FOR_MACHINES)
        and "text/html" in request.headers.get("accept", "")
    )


def _status_of(error: HTTPException) -> int:
    return 422 if isinstance(error, ValidationException) else error.status_code


def _refusal_of(error: HTTPException, request: AnyRequest) -> Refusal:
    status = _status_of(error)
    if isinstance(error, ValidationException):
        return invalid([_parameter(extra, request) for extra in error.extra or ()])
    code = CODES.get(
        status, "bad_request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "error"
    )
    return Refusal(code, HTTPStatus(status).phrase + ".")


def _parameter(extra: object, request: AnyRequest) -> Detail:
    """A detail from one of Litestar's own findings on a query, a header or a missing body."""
    given = extra if isinstance(extra, dict) else {}
    argument, *rest = str(given.get("key", "")).split(".")
    path = "" if argument == "data" else ".".join((_name(request, argument), *rest))
    return finding(path, str(given.get("message", "")))


def _name(request: AnyRequest, argument: str) -> str:
    """The name in the request of an argument of the handler, or of one of its dependencies."""
    handler = request.route_handler
    dependencies = handler.resolve_dependencies().values()
    signatures = [each.parsed_fn_signature for each in dependencies]
    for signature in (handler.parsed_fn_signature, *signatures):
        field = signature.parameters.get(argument)
        if field and isinstance(field.kwarg_definition, ParameterKwarg):
            return field.kwarg_definition.name or argument
    return argument


def status_of(refusal: Refusal) -> int:
    if isinstance(refusal, HttpRefusal):
        return refusal.status
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def encode(refusal: Refusal, status: int | None = None) -> tuple[int, dict[str, str], bytes]:
    """The status, headers and body of the response to a refused request."""
    status = status_of(refusal) if status is None else status
    problem = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=refusal.message,
        code=refusal.code,
        errors=tuple(map(_shortened, refusal.details[:DETAILS_MAX])),
    )
    headers = dict(API_HEADERS)
    if isinstance(refusal, RateLimited):
        headers["Retry-After"] = str(refusal.retry_after)
    if isinstance(refusal, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(refusal, Unavailable):
        headers["Retry-After"] = str(ceil((refusal.retry_ms or 1000) / 1000))
    return status, headers, msgspec.json.encode(problem)


def _shortened(detail: Detail) -> Detail:
    """The detail with bounded texts, because a path may contain what a client sent."""
    return Detail(_cut(detail.path), detail.code, _cut(detail.message))


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1] + "…"


def _response(refusal: Refusal, status: int) -> Response[object]:
    _, headers, body = encode(refusal, status)
    return Response(body, status_code=status, headers=headers, media_type=PROBLEM_JSON)
