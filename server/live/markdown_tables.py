"""Generates the tables of docs/protocol.md from the AsyncAPI document."""

import re
from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]  # Any: JSON

MARKED = re.compile(r"(<!-- made: (?P<table>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill(page: str, document: Json) -> str:
    """The page with each marked place filled anew."""
    tables = {
        "inbound": _messages(document, _client_messages(document)),
        "outbound": _messages(document, _server_messages(document)),
        "parts": _parts(document),
        "errors": _errors(document),
        "closes": _closes(document),
    }
    return MARKED.sub(lambda found: found[1] + tables[found["table"]] + found[3], page)


def _messages(document: Json, names: list[str]) -> str:
    schemas: Json = document["components"]["schemas"]
    rows = (_message(document, schemas[name], name) for name in names)
    return _table(["type", "fields", "meaning"], rows)


def _message(document: Json, schema: Json, name: str) -> list[str]:
    tag = document["components"]["messages"][name]["name"]
    return [f"`{tag}`", _fields(schema), schema["description"]]


def _parts(document: Json) -> str:
    """Structs that messages are made of."""
    schemas: Json = document["components"]["schemas"]
    messages = set(document["components"]["messages"])
    rows = (
        [f"`{name}`", _fields(schema), schema.get("description", "")]
        for name, schema in sorted(schemas.items())
        if name not in messages and "properties" in schema
    )
    return _table(["part", "fields", "meaning"], rows)


def _fields(schema: Json) -> str:
    required = schema.get("required", [])
    fields = [
        f"`{field}`{'' if field in required else '?'} {_kind(inner)}".rstrip()
        for field, inner in schema["properties"].items()
        if field != "type"
    ]
    return ", ".join(fields) or "none"


def _kind(schema: Json) -> str:
    """The name of a part, where a field is one or a list of them."""
    match schema:
        case {"$ref": str(reference)} | {"items": {"$ref": str(reference)}}:
            part = reference.rpartition("/")[2]
            return f"[{part}]" if "items" in schema else part
        case _:
            return ""


def _errors(document: Json) -> str:
    codes: Json = document["channels"]["room"]["x-error-codes"]
    return _table(["code", "meaning"], ([f"`{code}`", text] for code, text in codes.items()))


def _closes(document: Json) -> str:
    codes: Json = document["channels"]["room"]["x-close-codes"]
    return _table(
        ["code", "meaning", "comes back by itself"],
        (
            [f"`{code}`", told["meaning"], "yes" if told["comes_back"] else "no"]
            for code, told in codes.items()
        ),
    )


def _client_messages(document: Json) -> list[str]:
    told = _server_messages(document)
    return [name for name in document["components"]["messages"] if name not in told]


def _server_messages(document: Json) -> list[str]:
    messages = document["operations"]["tell"]["messages"]
    return [message["$ref"].rpartition("/")[2] for message in messages]


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(["", *(f"| {' | '.join(line)} |" for line in lines), "", ""])
