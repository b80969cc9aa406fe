"""Generates a module of constants for the pages, with the limits of all fields of requests."""

import json
from collections.abc import Iterator
from typing import Any

from game.rules.codes import CODE_LENGTH
from game.rules.nicknames import NICKNAME_MAX
from game.rules.pictures import EDGE, UPLOAD_MAX_BYTES
from game.rules.questions import CHOICES_MIN
from game.rules.questions.responses import RESPONSE_TEXT_MAX
from server.descriptions.typescript import Json

KEYWORDS = (
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "enum",
    "default",
)
RULES: Json = {
    "Answer": {"response": {"maxLength": RESPONSE_TEXT_MAX}},
    "Join": {"nickname": {"maxLength": NICKNAME_MAX}},
    "Picture": {"file": {"maxLength": UPLOAD_MAX_BYTES}, "edge": {"maximum": EDGE}},
    "PlayableQuestion": {"choices": {"minItems": CHOICES_MIN}},
    "Room": {"code": {"minLength": CODE_LENGTH, "maxLength": 2 * CODE_LENGTH}},
}
"""Limits from the rules and the room protocol, which are in no schema."""


def limits_module(document: Json, module: str) -> str:
    """An ES module: schema or operation, then field, then the keywords of JSON Schema."""
    lines = "".join(
        f"  {name}: {{\n"
        + "".join(f"    {field}: {_written(limits)},\n" for field, limits in fields.items())
        + "  },\n"
        for name, fields in sorted(_all(document).items())
    )
    return f"""\
// The limits of what may be sent, by the schemas and operations of the API. Made by
// `python -m {module} --write` from the structs in server/api: change those, not this.
export const limits = /** @type {{const}} */ ({{
{lines}}});
"""


def _all(document: Json) -> Json:
    schemas: Json = document["components"]["schemas"]
    found: Json = {}
    for name in _sent(document):
        fields = schemas[name].get("properties", {})
        found[name] = {field: _limits(inner, schemas) for field, inner in fields.items()}
    for operation in _operations(document):
        found[operation["operationId"]] = {
            each["name"]: _limits(each["schema"], schemas)
            for each in sorted(operation.get("parameters", ()), key=lambda each: str(each["name"]))
        }
    limited = {
        name: {field: limits for field, limits in fields.items() if limits}
        for name, fields in found.items()
    }
    return RULES | {name: fields for name, fields in limited.items() if fields}


def _operations(document: Json) -> Iterator[Json]:
    for path, methods in document["paths"].items():
        if path.startswith("/api/"):
            yield from methods.values()


def _sent(document: Json) -> set[str]:
    """The names of the schemas in bodies of requests."""
    waiting = [operation.get("requestBody", {}) for operation in _operations(document)]
    found: set[str] = set()
    while waiting:
        for name in set(_references(waiting.pop())) - found:
            found.add(name)
            waiting.append(document["components"]["schemas"][name])
    return found


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield str(part["$ref"]).rpartition("/")[2]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _references(inner)


def _limits(schema: Json, schemas: Json) -> Json:
    """The keywords of a field, whether or not it may be null; `items` has those of its items."""
    if "$ref" in schema:
        referred = schemas[schema["$ref"].rpartition("/")[2]]
        return {} if "properties" in referred else _limits(referred, schemas)
    limits: Json = {}
    for option in (schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        limits |= {keyword: option[keyword] for keyword in KEYWORDS if keyword in option}
    if "items" in schema and (items := _limits(schema["items"], schemas)):
        limits["items"] = items
    if None in limits.get("enum", ()):
        limits["enum"] = [value for value in limits["enum"] if value is not None]
    return {keyword: limits[keyword] for keyword in (*KEYWORDS, "items") if keyword in limits}


def _written(value: Any) -> str:  # noqa: ANN401  # JSON
    """The value as JavaScript: names without quotes, whole numbers without a decimal point."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key}: {_written(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value)
