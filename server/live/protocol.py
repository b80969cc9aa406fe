"""The messages of a live room, named by who speaks. `docs/protocol.md` is the contract in words.

Every message is one JSON object in one text frame, told apart by `type`. What comes in forbids
unknown fields; what goes out leaves a field away where it has nothing to say (`UNSET`). Times are
integer milliseconds since the epoch on the room's clock. AsyncAPI, the TypeScript declarations and
the tables of the documentation are made from these structs (`server/live/asyncapi.py`): the
docstring of a struct is the description of its message.
"""

from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from game.rules.questions import Kind
from server.live.codes import ErrorCode

SUBPROTOCOL = "kuis.v1"
MAX_FRAME_BYTES = 4096
HELLO_WITHIN_S = 10.0
HELLO_AGAIN_WITHIN_S = 600.0
"""Whose first message was refused may take the time to think of another nickname."""

Ms: TypeAlias = Annotated[int, Meta(description="Milliseconds since the epoch, room clock.")]
# A number that JavaScript, Lua and Redis can all hold exactly.
Whole: TypeAlias = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Index: TypeAlias = Annotated[Whole, Meta(description="Which question, counted from 0.")]
Token: TypeAlias = Annotated[str, Meta(max_length=200)]
Name: TypeAlias = Annotated[str, Meta(max_length=200)]

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


class _Inbound(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """What a client says."""


class Join(_Inbound, tag="join", frozen=True):
    """A new player. With friendly names the nickname may be left away."""

    nickname: Name = ""
    team: Name | None = None


class Resume(_Inbound, tag="resume", frozen=True):
    """The same player again, by the token of the first `welcome`; the score is kept."""

    token: Token


class Host(_Inbound, tag="host", frozen=True):
    """The session's teacher, known by cookie, bearer token or a one-time ticket."""

    ticket: Token | None = None


class Watch(_Inbound, tag="watch", frozen=True):
    """A projector: sees the room, says nothing."""


class Answer(_Inbound, tag="answer", frozen=True):
    """A player's response to the open question.

    `elapsed_ms` is the client's own count since `opens_at`.
    """

    question: Index
    response: Response
    elapsed_ms: Annotated[int, Meta(ge=0, le=2**53)] | None = None


class Ping(_Inbound, tag="ping", frozen=True):
    """Answered at once by `pong`; from both a client knows its offset to the room's clock."""

    sent_at: Annotated[float, Meta(ge=-(2**53), le=2**53)] | Whole


class Start(_Inbound, tag="start", frozen=True):
    """Open the first question."""


class Next(_Inbound, tag="next", frozen=True):
    """Open the following question; after the last one, finish."""


class CloseQuestion(_Inbound, tag="close_question", frozen=True):
    """Close the open question now and reveal it."""


class Pause(_Inbound, tag="pause", frozen=True):
    """Hold the open question's clock, or the step to the next one under auto-advance."""


class Unpause(_Inbound, tag="unpause", frozen=True):
    """Let the clock run on; `opens_at` and `closes_at` move by as long as the pause took."""


class Lock(_Inbound, tag="lock", frozen=True):
    """Let nobody else join."""


class Unlock(_Inbound, tag="unlock", frozen=True):
    """Let players join again."""


class End(_Inbound, tag="end", frozen=True):
    """Finish the game from anywhere; an open question is scored first."""


class Extend(_Inbound, tag="extend", frozen=True):
    """More time for the open question."""

    seconds: Annotated[int, Meta(ge=1, le=300)]


class Kick(_Inbound, tag="kick", frozen=True):
    """Remove a player for good."""

    player: Annotated[str, Meta(max_length=64)]


Hello: TypeAlias = Join | Resume | Host | Watch
Command: TypeAlias = Start | Next | CloseQuestion | Pause | Unpause | Lock | Unlock | End | Extend
FromPlayer: TypeAlias = Join | Resume | Answer | Ping
FromHost: TypeAlias = Host | Command | Kick | Ping
FromWatcher: TypeAlias = Watch | Ping
FromClient: TypeAlias = Hello | Answer | Ping | Command | Kick


class _Part(Struct, frozen=True):
    """A piece of a message."""


class Person(_Part, frozen=True):
    id: str
    nickname: str


class Choice(_Part, frozen=True):
    id: str
    text: str
    media: str | UnsetType = UNSET


class Question(_Part, frozen=True):
    """The question as everybody may see it.

    `multiple` is there for a poll that takes several choices.
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
    """A row of the leaderboard. `previous_rank` is left away where there was none."""

    id: str
    nickname: str
    score: int
    gained: int
    rank: int
    previous_rank: int | UnsetType = UNSET


class OwnStanding(_Part, frozen=True):
    """A player's own place.

    Rank 0: nothing was revealed to this player yet. `response`: stored, not yet judged.
    """

    score: int
    rank: int
    streak: int
    response: Response | UnsetType = UNSET


class OwnResult(_Part, frozen=True):
    """A player's own part of a `reveal`.

    `response` null: did not answer. `correct` null: a poll.
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

    `correct` counts right answers, `of` the questions that had one.
    """

    score: int
    rank: int
    correct: int
    of: int


class Result(_Part, frozen=True):
    """A revealed question's result, the same for all."""

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
    """How the game ended, the same for all."""

    podium: Annotated[tuple[Place, ...], Meta(description="The best three.")]
    of: int
    players: int


class Room(_Part, frozen=True):
    """A snapshot: the room as that connection may see it now, enough to draw the whole screen from.

    `question` is there when one is open or revealed, `reveal` when it is revealed, `finished` at
    the end. Under `you` a player finds an OwnStanding before a reveal, the OwnResult of the reveal,
    the OwnPlace at the end. Host and projector find `roster` (connected players) and `answered` (of
    the question shown).
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
    answered: int | UnsetType = UNSET
    you: You | UnsetType = UNSET


class _Outbound(Struct, frozen=True, tag_field="type"):
    """What the server says."""


class Welcome(_Outbound, tag="welcome", frozen=True):
    """Who you are and the room as it is.

    Comes again, without `token`, when the server had to read the room afresh.
    """

    role: Role
    room: Room
    player: Person | UnsetType = UNSET
    token: str | UnsetType = UNSET


class Lobby(_Outbound, tag="lobby", frozen=True):
    """Who is here.

    To players at most once a second; with `joined` and `left` to host and projector at most 4 a
    second.
    """

    players: int
    locked: bool
    joined: tuple[Person, ...] | UnsetType = UNSET
    left: tuple[str, ...] | UnsetType = UNSET


class QuestionOpened(Question, tag_field="type", tag="question", frozen=True, kw_only=True):
    """A question, announced before it opens: show it, accept answers from `opens_at`."""

    now: Ms


class Answered(_Outbound, tag="answered", frozen=True):
    """The answer is stored and will count. Whether it is right comes with `reveal`."""

    question: Index
    at: Ms


class Tally(_Outbound, tag="tally", frozen=True):
    """How many answered; to host and projector, at most 4 a second."""

    question: Index
    answered: int
    players: int


class _Timing(_Outbound, frozen=True):
    question: Index
    opens_at: Ms
    closes_at: Ms
    now: Ms


class Extended(_Timing, tag="extended", frozen=True):
    """The open question closes later."""


class Paused(_Timing, tag="paused", frozen=True):
    """The clock stands still since `paused_at`; answers wait."""

    paused_at: Ms


class Unpaused(_Timing, tag="unpaused", frozen=True):
    """The clock runs on; `next_at` is there after a reveal under auto-advance."""

    next_at: Ms | UnsetType = UNSET


class Reveal(Result, tag_field="type", tag="reveal", frozen=True):
    """The right answer, what was given, who leads; to a player also the own result.

    `next_at` is there under auto-advance: when the room moves on.
    """

    next_at: Ms | UnsetType = UNSET
    you: OwnResult | UnsetType = UNSET


class Finished(Ending, tag_field="type", tag="finished", frozen=True):
    """The podium; to a player also the own place."""

    you: OwnPlace | UnsetType = UNSET


class Kicked(_Outbound, tag="kicked", frozen=True):
    """The host removed this player; the connection closes with 4000."""

    reason: str


class Pong(_Outbound, tag="pong", frozen=True):
    """The answer to `ping`."""

    sent_at: float | int
    now: Ms


class Error(_Outbound, tag="error", frozen=True):
    """What was not done and why; `on` names the message's type where it is known."""

    code: ErrorCode
    message: str
    on: str | UnsetType = UNSET


ToClient: TypeAlias = (
    Welcome
    | Lobby
    | QuestionOpened
    | Answered
    | Tally
    | Extended
    | Paused
    | Unpaused
    | Reveal
    | Finished
    | Kicked
    | Pong
    | Error
)
