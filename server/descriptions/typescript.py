"""Converts JSON Schema to TypeScript declarations."""

import json
from typing import Any

Json = dict[str, Any]  # Any: JSON Schema


def declaration(name: str, schema: Json) -> str:
    description = " ".join(schema.get("description", "").split())
    comment = f"/** {description} */\n" if description else ""
    if "enum" in schema:
        return f"{comment}export type {name} = {type_of(schema)};\n"
    required = schema.get("required", [])
    fields = "".join(
        _field(field, inner, required=field in required)
        for field, inner in schema["properties"].items()
    )
    return f"{comment}export interface {name} {{\n{fields}}}\n"


def _field(name: str, schema: Json, *, required: bool) -> str:
    comment = f"  /** {schema['description']} */\n" if "description" in schema else ""
    return f"{comment}  {name}{'' if required else '?'}: {type_of(schema)};\n"


def type_of(schema: Json) -> str:  # noqa: C901, PLR0911  # a table
    match schema:
        case {"$ref": str(reference)}:
            return reference.rpartition("/")[2]
        case {"enum": list(values)}:
            return " | ".join(json.dumps(value) for value in values)
        case {"oneOf": list(options)} | {"anyOf": list(options)} | {"allOf": list(options)}:
            return " | ".join(dict.fromkeys(type_of(option) for option in options))
        case {"type": "array", "items": inner}:
            item = type_of(inner)
            return f"({item})[]" if " " in item else f"{item}[]"
        case {"type": "object", "additionalProperties": dict(inner)}:
            return f"{{ [key: string]: {type_of(inner)} }}"
        case {"format": "binary"}:
            return "Blob"
        case {"type": "object"}:
            return "{ [key: string]: unknown }"
        case {"type": "integer" | "number"}:
            return "number"
        case {"type": str(simple)}:
            return simple
        case _ if not schema:
            return "unknown"
        case _:
            raise ValueError(f"no TypeScript for {schema}")
