"""TypeScript declarations of the messages of a room."""

from server.descriptions.typescript import Json, declaration

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
        *(declaration(name, schema) for name, schema in sorted(schemas.items())),
        _alias("FromClient", heard),
        _alias("ToClient", told),
        f"export type CloseCode = {' | '.join(sorted(closes))};\n",
    ]
    return "\n".join(parts)


def _alias(name: str, messages: list[str]) -> str:
    return (
        f"export type {name} =\n" + "".join(f"  | {message}\n" for message in messages)[:-1] + ";\n"
    )


def _referred(reference: Json) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
