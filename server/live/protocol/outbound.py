"""The messages from the server, as structs and as unions."""

from typing import TypeAlias

from msgspec import UNSET, Struct, UnsetType

from game.rules.rooms import View
from server.live.error_codes import ErrorCode
from server.live.protocol.parts import Ending, OwnPlace, OwnResult, Person, Question, Result, Room
from server.live.protocol.values import Index, Ms, Role


class _Outbound(Struct, frozen=True, tag_field="type"):
    """A message from the server."""


class Welcome(_Outbound, tag="welcome", frozen=True):
    """The client's role and a snapshot of the room.

    It is sent again, without `token`, when the server had to read the room again.
    """

    role: Role
    room: Room
    player: Person | UnsetType = UNSET
    token: str | UnsetType = UNSET


class Lobby(_Outbound, tag="lobby", frozen=True):
    """The number of connected players, and whether the room is locked.

    Hosts and projectors also get the players who `joined` and `left`, and those of the latter who
    are `absent` and keep their seat.
    """

    players: int
    locked: bool
    joined: tuple[Person, ...] | UnsetType = UNSET
    left: tuple[str, ...] | UnsetType = UNSET
    absent: tuple[Person, ...] | UnsetType = UNSET


class QuestionOpened(Question, tag_field="type", tag="question", frozen=True, kw_only=True):
    """A question, announced before it opens. It accepts answers from `opens_at` on."""

    now: Ms


class Answered(_Outbound, tag="answered", frozen=True):
    """The answer is stored and will count. Whether it is right is in `reveal`."""

    question: Index
    at: Ms


class Tally(_Outbound, tag="tally", frozen=True):
    """How many players have answered."""

    question: Index
    answered: int
    players: int


class _Timing(_Outbound, frozen=True):
    question: Index
    opens_at: Ms
    closes_at: Ms
    now: Ms


class Extended(_Timing, tag="extended", frozen=True):
    """The open question closes later than announced."""


class Paused(_Timing, tag="paused", frozen=True):
    """The clock has stood still since `paused_at`; no answers are accepted."""

    paused_at: Ms


class Unpaused(_Timing, tag="unpaused", frozen=True):
    """The clock runs again; `next_at` is there after a reveal with auto-advance."""

    next_at: Ms | UnsetType = UNSET


class Reveal(Result, tag_field="type", tag="reveal", frozen=True):
    """The right answer, statistics of the answers and the best players; to a player also `you`.

    `next_at` is there with auto-advance: it is when the room moves on.
    """

    next_at: Ms | UnsetType = UNSET
    you: OwnResult | UnsetType = UNSET


class Shown(_Outbound, tag="shown", frozen=True):
    """The part of a reveal that host and projectors show from now on."""

    question: Index
    view: View


class Finished(Ending, tag_field="type", tag="finished", frozen=True):
    """The game is over: the podium, and to a player also their own place."""

    you: OwnPlace | UnsetType = UNSET


class Kicked(_Outbound, tag="kicked", frozen=True):
    """The host removed this player; the connection closes with 4000."""

    reason: str


class Removed(_Outbound, tag="removed", frozen=True):
    """All players who were removed and cannot join again."""

    players: tuple[Person, ...]


class CodeChanged(_Outbound, tag="code_changed", frozen=True):
    """The room has a new code from now on."""

    code: str


class Pong(_Outbound, tag="pong", frozen=True):
    """The answer to `ping`."""

    sent_at: float | int
    now: Ms


class Error(_Outbound, tag="error", frozen=True):
    """A message was refused. `on` is the type of that message, if it is known.

    With `retry_ms` the client should repeat the message after this time, and not earlier.
    `question` is the question of a refused `answer`, which may no longer be the open one.
    """

    code: ErrorCode
    message: str
    on: str | UnsetType = UNSET
    retry_ms: int | UnsetType = UNSET
    question: Index | UnsetType = UNSET


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
    | Shown
    | Finished
    | Kicked
    | Removed
    | CodeChanged
    | Pong
    | Error
)
