"""What a bot reads of the room protocol: a small part, so that thousands of bots stay light."""

import msgspec
from msgspec import Struct


class Choice(Struct):
    id: str
    text: str = ""


class Question(Struct, kw_only=True):
    """As in `question` and in a snapshot; times in ms on the room's clock."""

    question: int
    kind: str
    stem: str
    time_limit: int
    opens_at: int
    closes_at: int
    choices: tuple[Choice, ...] = ()
    multiple: bool = False


class You(Struct):
    score: int = 0
    rank: int = 0
    correct: bool | int | None = None
    response: object = None


class Room(Struct, kw_only=True):
    phase: str
    now: int
    paused: bool = False
    question: Question | None = None
    you: You | None = None


class Person(Struct):
    id: str
    nickname: str


class Welcome(Struct, tag_field="type", tag="welcome"):
    room: Room
    player: Person
    token: str | None = None


class Opened(Question, tag_field="type", tag="question", kw_only=True):
    now: int


class Moved(Struct, tag_field="type", tag="unpaused"):
    """The question's times changed."""

    question: int
    opens_at: int
    closes_at: int
    now: int


class Extended(Moved, tag_field="type", tag="extended"):
    pass


class Paused(Struct, tag_field="type", tag="paused"):
    pass


class Answered(Struct, tag_field="type", tag="answered"):
    question: int


class Reveal(Struct, tag_field="type", tag="reveal", kw_only=True):
    question: int
    you: You | None = None


class Finished(Struct, tag_field="type", tag="finished", kw_only=True):
    you: You | None = None


class Error(Struct, tag_field="type", tag="error"):
    code: str
    message: str
    on: str | None = None
    retry_ms: int | None = None


class Lobby(Struct, tag_field="type", tag="lobby"):
    pass


class Tally(Struct, tag_field="type", tag="tally"):
    pass


class Kicked(Struct, tag_field="type", tag="kicked"):
    pass


class Pong(Struct, tag_field="type", tag="pong"):
    pass


Heard = (
    Welcome
    | Opened
    | Moved
    | Extended
    | Paused
    | Answered
    | Reveal
    | Finished
    | Error
    | Lobby
    | Tally
    | Kicked
    | Pong
)

read = msgspec.json.Decoder(Heard).decode
write = msgspec.json.Encoder().encode
