"""The parts of messages from the server: people, questions, results, the room."""

from typing import Annotated, Any, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from game.rules.questions import Kind
from game.rules.rooms import View
from server.live.protocol.values import Index, Key, Ms, Phase, Response


class _Part(Struct, frozen=True, gc=False):
    """A part of a message."""


class Person(_Part, frozen=True):
    id: str
    nickname: str


class Choice(_Part, frozen=True):
    id: str
    text: str
    media: str | UnsetType = UNSET


class Question(_Part, frozen=True):
    """A question without its key.

    `multiple` is there for a poll that takes several choices. `media` is the address of a picture,
    also of choices. If it begins with `/`, the picture is on this server.
    """

    question: Index
    of: int
    kind: Kind
    stem: str
    points: int
    time_limit: Annotated[int, Meta(description="Seconds.")]
    opens_at: Ms
    closes_at: Ms
    choices: tuple[Choice, ...]
    media: str | UnsetType = UNSET
    multiple: bool | UnsetType = UNSET


class Place(_Part, frozen=True):
    """A row of the leaderboard. `previous_rank` is missing if the player had none."""

    id: str
    nickname: str
    score: int
    gained: int
    rank: int
    previous_rank: int | UnsetType = UNSET


class OwnStanding(_Part, frozen=True):
    """A player's own score and place. `rank` is 0 before the first reveal.

    `response` is the stored answer, which is not graded yet.
    """

    score: int
    rank: int
    streak: int
    response: Response | UnsetType = UNSET


class OwnResult(_Part, frozen=True):
    """A player's own part of a `reveal`.

    `response` is null without an answer, `correct` is null in a poll.
    """

    response: Response | None
    correct: bool | None
    gained: int
    score: int
    rank: int
    streak: int
    previous_rank: int | UnsetType = UNSET


class OwnPlace(_Part, frozen=True):
    """A player's own part of `finished`.

    `correct` counts right answers, `of` the questions that have one.
    """

    score: int
    rank: int
    correct: int
    of: int


class Result(_Part, frozen=True):
    """The result of a revealed question, the same for all clients."""

    question: Index
    key: Key
    counts: Annotated[dict[str, int], Meta(description="Given answers by choice id.")]
    answered: int
    players: int
    top: Annotated[tuple[Place, ...], Meta(description="The best five.")]
    explanation: str | UnsetType = UNSET


# A union of three structs without tags cannot be decoded, and nobody here does.
YOU = (OwnStanding, OwnResult, OwnPlace)
YOU_SCHEMA: dict[str, Any] = {  # Any: JSON Schema
    "oneOf": [{"$ref": f"#/components/schemas/{part.__name__}"} for part in YOU]
}
You: TypeAlias = Annotated[Any, Meta(extra_json_schema=YOU_SCHEMA)]  # Any: see YOU_SCHEMA


class Ending(_Part, frozen=True):
    """The end of the game, the same for all clients."""

    podium: Annotated[tuple[Place, ...], Meta(description="The best three.")]
    of: int
    players: int


class Room(_Part, frozen=True):
    """A snapshot of the room as this client may see it, with everything to draw the whole screen.

    `question` is there when one is open or revealed, `reveal` when it is revealed, `finished` at
    the end. For a player `you` is an OwnStanding before a reveal, the OwnResult of the reveal, and
    the OwnPlace at the end. Host and projector get `roster` (connected players), `absent` (players
    with a seat who are not connected), `answered` (of the question shown), `late_join` (whether
    players can join after the start) and, in a reveal, `view`. The host also gets `removed`
    (players who were removed and cannot join again).
    """

    code: str
    title: str
    phase: Phase
    locked: bool
    paused: bool
    players: Annotated[int, Meta(description="Connected now.")]
    of: Annotated[int, Meta(description="Questions in this game.")]
    now: Ms
    paused_at: Ms | UnsetType = UNSET
    next_at: Ms | UnsetType = UNSET
    question: Question | UnsetType = UNSET
    reveal: Result | UnsetType = UNSET
    finished: Ending | UnsetType = UNSET
    roster: tuple[Person, ...] | UnsetType = UNSET
    absent: tuple[Person, ...] | UnsetType = UNSET
    removed: tuple[Person, ...] | UnsetType = UNSET
    answered: int | UnsetType = UNSET
    late_join: bool | UnsetType = UNSET
    view: View | UnsetType = UNSET
    you: You | UnsetType = UNSET
