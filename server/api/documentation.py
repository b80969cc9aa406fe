"""The API described: OpenAPI at `/schema`, without anything from another server."""

from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Tag

from server.auth.requests import COOKIE
from server.problems import PROBLEM_JSON, Problem

VERSION = "1"
DESCRIPTION = """\
Kuis: live quizzes. A teacher writes a quiz and opens a room; players join it by its code over a
WebSocket (`/schema/asyncapi.json`); results are read here.

Sign in for a token and send it as `Authorization: Bearer …`; browsers use the cookie that comes
with it. Refusals are problem details (RFC 9457) whose `code` never changes. Times are ISO 8601 in
UTC unless their name ends with `_ms`. Lists answer `items`, `total`, `page` and `page_size`."""

TAGS = [
    Tag("accounts", "Registering, signing in and out, own sign-ins."),
    Tag("quizzes", "What teachers write."),
    Tag("sessions", "Runs of a quiz: opening a room, ending it, looking back."),
    Tag("rooms", "What may be known of a room by its code alone."),
    Tag("results", "What was played, as JSON, CSV and XLSX."),
    Tag("health", "For those who run a server."),
]

REASONS = {
    400: "The body is not JSON.",
    401: "Nobody is signed in.",
    403: "Not allowed to this account, or not from this page.",
    404: "There is no such thing, or it belongs to somebody else.",
    409: "The present state does not allow it; `code` says why.",
    422: "Something in the request is wrong; `errors` says what and where.",
    429: "Too many tries; `Retry-After` says how many seconds to wait.",
    503: "PostgreSQL or Redis is away for a moment.",
}


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """For a route's `responses`: how it refuses."""
    return {
        status: ResponseSpec(
            Problem, description=REASONS[status], media_type=PROBLEM_JSON, generate_examples=False
        )
        for status in (*statuses, 503)
    }


def config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Kuis",
        version=VERSION,
        description=DESCRIPTION,
        path="/schema",
        render_plugins=[JsonRenderPlugin(path=["/openapi.json", "/"])],
        tags=TAGS,
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer"),
                "cookie": SecurityScheme(type="apiKey", name=COOKIE, security_scheme_in="cookie"),
            }
        ),
        security=[{"bearer": []}, {"cookie": []}],
    )
