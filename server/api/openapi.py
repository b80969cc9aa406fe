"""The API described: OpenAPI at `/schema`, without anything from another server."""

from functools import cache
from typing import Any

import msgspec
from litestar import MediaType, Router, get
from litestar._openapi.schema_generation import SchemaCreator
from litestar._openapi.schema_generation.plugins.struct import StructSchemaPlugin
from litestar.enums import RequestEncodingType
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    Example,
    Schema,
    SecurityRequirement,
    SecurityScheme,
    Tag,
)
from litestar.params import BodyKwarg
from litestar.typing import FieldDefinition
from msgspec import UNSET

from server.auth.request_identity import COOKIE
from server.live import asyncapi
from server.problems import PROBLEM_JSON, AnyRequest, Problem

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
    Tag("audit", "Security events, for administrators."),
    Tag("health", "For those who run a server."),
]

# For the `security` of a controller or a route behind a guard.
SIGNED_IN: list[SecurityRequirement] = [{"bearer": []}, {"cookie": []}]

REASONS = {
    400: "The request cannot be read: `malformed_json`, `bad_request`.",
    401: "Nobody is signed in.",
    403: "Not allowed to this account, or not from this page.",
    404: "There is no such thing, or it belongs to somebody else.",
    409: "The present state does not allow it; `code` says why.",
    413: "The body is larger than is taken here.",
    422: "Something in the request is wrong; `errors` says what and where.",
    429: "Too many tries; `Retry-After` says how many seconds to wait.",
    503: "PostgreSQL or Redis is away for a moment.",
}


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """For a route's `responses`: how it refuses, besides 400, 413 and 503."""
    return {
        status: ResponseSpec(
            Problem, description=REASONS[status], media_type=PROBLEM_JSON, generate_examples=False
        )
        for status in sorted({400, 413, *statuses, 503})
    }


EMPTY = {204: ResponseSpec(None, description="Done; there is nothing to say.")}
"""For a route that returns a `Response` without content, of which Litestar says that it is JSON."""


def json_body(summary: str, value: object) -> BodyKwarg:
    """Marks a handler's `data`, with an example."""
    example = Example(summary=summary, value=value)
    return BodyKwarg(media_type=RequestEncodingType.JSON, examples=[example])


@get("/asyncapi.json", media_type="application/vnd.aai.asyncapi+json", sync_to_thread=False)
def show_asyncapi() -> bytes:
    """The protocol of the live room."""
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


class KuisStructPlugin(StructSchemaPlugin):
    """Says what Litestar's own plugin does not: which structs are closed, and which complete.

    What comes in forbids unknown fields; what goes out has every field, with a default or not.
    """

    def to_openapi_schema(
        self, field_definition: FieldDefinition, schema_creator: SchemaCreator
    ) -> Schema:
        schema = super().to_openapi_schema(field_definition, schema_creator)
        struct = field_definition.type_.__struct_config__
        if struct.forbid_unknown_fields:
            schema.additional_properties = False
        elif not struct.omit_defaults:
            fields = msgspec.structs.fields(field_definition.type_)
            always = {field.encode_name for field in fields if field.default is not UNSET}
            schema.required = sorted(always.union(schema.required or ()))
        return schema


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
