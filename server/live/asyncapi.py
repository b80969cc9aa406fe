"""The room protocol as AsyncAPI 3.0, as TypeScript declarations and as tables of the documentation.

`python -m server.live.asyncapi` prints the document; with `--write` it brings the declarations and
the tables up to date, and with `--check` it says whether they are.
"""

import sys
from pathlib import Path
from types import UnionType
from typing import Any, cast, get_args

import msgspec

from server.descriptions.generated_files import update
from server.live import protocol
from server.live.error_codes import CLOSE_MEANING, ERROR_MEANING, RETRYABLE_CLOSES
from server.live.markdown_tables import fill
from server.live.typescript import declarations

ROOT = Path(__file__).parents[2]
DECLARATIONS = ROOT / "server/web/static/sessions/protocol.d.ts"
PAGE = ROOT / "docs/protocol.md"
REF = "#/components/schemas/{name}"

Json = dict[str, Any]  # Any: JSON


def document() -> Json:
    """The AsyncAPI document; "receive" and "send" are the server's."""
    inbound, outbound = _structs(protocol.FromClient), _structs(protocol.ToClient)
    _, schemas = msgspec.json.schema_components(
        cast("tuple[type, ...]", (*inbound, *outbound, *protocol.YOU)), ref_template=REF
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kuis live room",
            "version": protocol.SUBPROTOCOL.rpartition(".v")[2],
            "description": "One JSON object in each text frame, told apart by `type`.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "room": {
                "address": "/ws/rooms/{code}",
                "parameters": {"code": {"description": "The room's code, in any case."}},
                "messages": {
                    name(struct): {"$ref": f"#/components/messages/{name(struct)}"}
                    for struct in (*inbound, *outbound)
                },
                "bindings": {"ws": {"method": "GET"}},
                "x-close-codes": {
                    str(code.value): {"meaning": text, "comes_back": code in RETRYABLE_CLOSES}
                    for code, text in CLOSE_MEANING.items()
                },
                "x-error-codes": {code.value: text for code, text in ERROR_MEANING.items()},
            }
        },
        "operations": {
            **{
                f"hear_{role}": _operation("receive", _structs(messages))
                for role, messages in SPEAKERS.items()
            },
            "tell": _operation("send", outbound),
        },
        "components": {
            "messages": {
                name(struct): {
                    "name": str(struct.__struct_config__.tag),
                    "summary": (struct.__doc__ or "").partition("\n")[0],
                    "payload": {"$ref": REF.format(name=struct.__name__)},
                }
                for struct in (*inbound, *outbound)
            },
            "schemas": {key: _tidy(schema) for key, schema in schemas.items()},
        },
    }


SPEAKERS: dict[str, UnionType] = {
    "player": protocol.FromPlayer,
    "host": protocol.FromHost,
    "watcher": protocol.FromWatcher,
}


def name(struct: type[msgspec.Struct]) -> str:
    return struct.__name__


def _operation(action: str, structs: tuple[type[msgspec.Struct], ...]) -> Json:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/room"},
        "messages": [{"$ref": f"#/channels/room/messages/{name(struct)}"} for struct in structs],
    }


def _structs(union: UnionType) -> tuple[type[msgspec.Struct], ...]:
    return get_args(union)


def _tidy(schema: Json) -> Json:
    """Descriptions without the indentation of their docstrings."""
    if "description" in schema:
        schema = schema | {"description": " ".join(schema["description"].split())}
    return schema


def generated() -> dict[Path, str]:
    """The files that are made from the structs, as they should be."""
    made = document()
    return {DECLARATIONS: declarations(made), PAGE: fill(PAGE.read_text(), made)}


def main(arguments: list[str]) -> int:
    if not arguments:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(document())).decode() + "\n")
        return 0
    return update(generated(), arguments, "server.live.asyncapi")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
