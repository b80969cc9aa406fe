"""The OpenAPI document at `/schema`, and what routes use to describe themselves in it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from litestar import MediaType, Router, get
from litestar.enums import RequestEncodingType
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    Example,
    SecurityRequirement,
    SecurityScheme,
    Tag,
)
from litestar.params import BodyKwarg

from server.auth.request_identity import COOKIE
from server.live import asyncapi
from server.problems import PROBLEM_JSON, AnyRequest, Problem

VERSION = "1"
DESCRIPTION = """\
Kuis: live quizzes. A teacher writes a quiz and opens a room; players join it by its code over a
WebSocket (`/schema/asyncapi.json`); results are read here.

Sign in to get a token, and send it as `Authorization: Bearer …`. Browsers use the cookie that comes
with it. Refusals are problem details (RFC 9457) whose `code` never changes. Times are ISO 8601 in
UTC unless their name ends with `_ms`. Lists have `items`, `total`, `page` and `page_size`."""

TAGS = [
    Tag("accounts", "Registering, signing in and out, own sign-ins."),
    Tag("quizzes", "Quizzes with their questions and choices."),
    Tag("questions", "The question bank: questions without a quiz."),
    Tag("search", "Questions and quizzes in one search."),
    Tag("library", "Published quizzes, reports of them, and sharing with colleagues."),
    Tag("sessions", "Rooms and homework of a quiz: opening, giving, ending and listing them."),
    Tag("rooms", "What anybody who knows its code may see of a room."),
    Tag("homework", "Quizzes that students work through alone, until a deadline."),
    Tag("cards", "Reviews: the own cards, what is due, grades."),
    Tag("results", "Results of sessions as JSON, CSV and XLSX."),
    Tag("reviews", "Decks, notes and cards of spaced repetition."),
    Tag("audit", "Security events, for administrators."),
    Tag("health", "For those who run a server."),
]

# For the `security` of a controller or a route behind a guard.
SIGNED_IN: list[SecurityRequirement] = [{"bearer": []}, {"cookie": []}]

REASONS = {
    400: "The request cannot be read: `malformed_json`, `bad_request`.",
    401: "Nobody is signed in.",
    403: "This account, or a page of this origin, may not do this.",
    404: "There is no such thing, or it belongs to somebody else.",
    409: "The present state does not allow it; `code` says why.",
    413: "The body is too large.",
    415: "The body has a type that is not accepted here.",
    422: "Something in the request is wrong; `errors` says what and where.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    503: "PostgreSQL, Redis or the file store does not answer at the moment.",
}


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """The refusals of a route, for its `responses`. 400, 413 and 503 are always among them."""
    return {
        status: ResponseSpec(
            Problem, description=REASONS[status], media_type=PROBLEM_JSON, generate_examples=False
        )
        for status in sorted({400, 413, *statuses, 503})
    }


EMPTY = {204: ResponseSpec(None, description="Done. The response has no body.")}
"""For a route that returns a `Response` without a body; Litestar would describe one of JSON."""


def json_body(examples: Mapping[str, object]) -> BodyKwarg:
    """Marks a handler's `data` as JSON, with examples by their summaries."""
    described = [Example(summary=summary, value=value) for summary, value in examples.items()]
    return BodyKwarg(media_type=RequestEncodingType.JSON, examples=described)


@get("/asyncapi.json", media_type="application/vnd.aai.asyncapi+json", sync_to_thread=False)
def show_asyncapi() -> bytes:
    """The AsyncAPI document of the room protocol."""
    return _asyncapi()


@cache
def _asyncapi() -> bytes:
    return msgspec.json.encode(asyncapi.document())


class CachedRenderPlugin(JsonRenderPlugin):
    """The OpenAPI document, which never changes while the server runs."""

    def __init__(self) -> None:
        super().__init__(path=["/openapi.json", "/"], media_type=MediaType.JSON)
        self._rendered: bytes | None = None

    def render(self, request: AnyRequest, openapi_schema: dict[str, Any]) -> bytes:  # Any: JSON
        if self._rendered is None:
            self._rendered = super().render(request, openapi_schema)
        return self._rendered


def config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Kuis",
        version=VERSION,
        description=DESCRIPTION,
        openapi_router=Router("/schema", route_handlers=[show_asyncapi], include_in_schema=False),
        render_plugins=[CachedRenderPlugin()],
        tags=TAGS,
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer"),
                "cookie": SecurityScheme(type="apiKey", name=COOKIE, security_scheme_in="cookie"),
            }
        ),
    )
