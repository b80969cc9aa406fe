"""The basic types of messages: limits, numbers, times, roles."""

from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from msgspec import Meta

SUBPROTOCOL = "kuis.v1"
MAX_FRAME_BYTES = 4096
HELLO_WITHIN_S = 10.0
HELLO_AGAIN_WITHIN_S = 600.0
"""How long a client may take for another nickname after one was refused."""

Ms: TypeAlias = Annotated[int, Meta(description="Milliseconds since the epoch, room clock.")]
# A number that JavaScript, Lua and Redis can all hold exactly.
Whole: TypeAlias = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Index: TypeAlias = Annotated[Whole, Meta(description="Which question, counted from 0.")]
Token: TypeAlias = Annotated[str, Meta(max_length=200)]
Name: TypeAlias = Annotated[str, Meta(max_length=200)]
JoinKey: TypeAlias = Annotated[
    str, Meta(min_length=16, max_length=64, pattern="^[A-Za-z0-9_-]*$")  # as a token: a credential
]

# The kind of question decides what a response looks like, so `game.rules.questions.parse_response`
# judges it, with `bad_response`; here anything that is JSON passes.
RESPONSE_SCHEMA: dict[str, Any] = {  # Any: JSON Schema
    "oneOf": [
        {"type": "string"},
        {"type": "boolean"},
        {"type": "number"},
        {"type": "array", "items": {"type": "string"}},
    ]
}
Response: TypeAlias = Annotated[Any, Meta(extra_json_schema=RESPONSE_SCHEMA)]
KEY_SCHEMA: dict[str, Any] = {  # Any: JSON Schema
    "oneOf": [
        {"type": "string", "description": "multiple_choice: the right choice's id"},
        {"type": "boolean", "description": "true_false"},
        {"type": "array", "items": {"type": "string"}, "description": "multiple_select, ordering"},
        {"type": "object", "description": "short_answer, numeric"},
        {"type": "null", "description": "poll"},
    ]
}
Key: TypeAlias = Annotated[Any, Meta(extra_json_schema=KEY_SCHEMA)]  # Any: see KEY_SCHEMA


class Role(StrEnum):
    PLAYER = "player"
    HOST = "host"
    WATCH = "watch"


class Phase(StrEnum):
    """A question whose answers are being scored is still a `question`."""

    LOBBY = "lobby"
    QUESTION = "question"
    REVEAL = "reveal"
    FINISHED = "finished"
