"""TypeScript declarations of the messages, from their JSON Schema."""

import json
from typing import Any

Json = dict[str, Any]  # Any: JSON Schema

HEAD = """\
// The messages of a live room. Made by `python -m server.live.asyncapi --write` from
// server/live/protocol/: change that, not this.
"""


def declarations(document: Json) -> str:
    """A module of all schemas, the unions of messages, and the codes."""
    room = document["channels"]["room"]
    schemas: Json = document["components"]["schemas"]
    told = [_referred(message) for message in document["operations"]["tell"]["messages"]]
    heard = sorted(set(room["messages"]) - set(told), key=list(room["messages"]).index)
    closes: Json = room["x-close-codes"]
    parts = [
        HEAD,
        *(_declaration(name, schema) for name, schema in sorted(schemas.items())),
        _alias("FromClient", heard),
        _alias("ToClient", told),
        f"export type CloseCode = {' | '.join(sorted(closes))};\n",
    ]
    return "\n".join(parts)


def _declaration(name: str, schema: Json) -> str:
    comment = f"/** {schema['description']} */\n" if "description" in schema else ""
    if "enum" in schema:
        return f"{comment}export type {name} = {_type(schema)};\n"
    required = schema.get("required", [])
    fields = "".join(
        _field(field, inner, required=field in required)
        for field, inner in schema["properties"].items()
    )
    return f"{comment}export interface {name} {{\n{fields}}}\n"


def _field(name: str, schema: Json, *, required: bool) -> str:
    comment = f"  /** {schema['description']} */\n" if "description" in schema else ""
    return f"{comment}  {name}{'' if required else '?'}: {_type(schema)};\n"


def _type(schema: Json) -> str:  # noqa: PLR0911  # a table
    match schema:
        case {"$ref": str(reference)}:
            return reference.rpartition("/")[2]
        case {"enum": list(values)}:
            return " | ".join(json.dumps(value) for value in values)
        case {"oneOf": list(options)} | {"anyOf": list(options)}:
            return " | ".join(dict.fromkeys(_type(option) for option in options))
        case {"type": "array", "items": inner}:
            item = _type(inner)
            return f"({item})[]" if " " in item else f"{item}[]"
        case {"type": "object", "additionalProperties": dict(inner)}:
            return f"{{ [key: string]: {_type(inner)} }}"
        case {"type": "object"}:
            return "{ [key: string]: unknown }"
        case {"type": "integer" | "number"}:
            return "number"
        case {"type": str(simple)}:
            return simple
        case _:
            raise ValueError(f"no TypeScript for {schema}")


def _alias(name: str, messages: list[str]) -> str:
    return (
        f"export type {name} =\n" + "".join(f"  | {message}\n" for message in messages)[:-1] + ";\n"
    )


def _referred(reference: Json) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
