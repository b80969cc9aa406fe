"""What the server says."""

from typing import TypeAlias

from msgspec import UNSET, Struct, UnsetType

from game.rules.rooms import View
from server.live.error_codes import ErrorCode
from server.live.protocol.parts import Ending, OwnPlace, OwnResult, Person, Question, Result, Room
from server.live.protocol.values import Index, Ms, Role


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

    To players at most once a second; to host and projector at most 4 a second, with who `joined`,
    who `left` and who of these is `absent`: their seat is kept.
    """

    players: int
    locked: bool
    joined: tuple[Person, ...] | UnsetType = UNSET
    left: tuple[str, ...] | UnsetType = UNSET
    absent: tuple[Person, ...] | UnsetType = UNSET


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


class Shown(_Outbound, tag="shown", frozen=True):
    """What host and projectors show of a reveal from now on; phones show their own result."""

    question: Index
    view: View


class Finished(Ending, tag_field="type", tag="finished", frozen=True):
    """The podium; to a player also the own place."""

    you: OwnPlace | UnsetType = UNSET


class Kicked(_Outbound, tag="kicked", frozen=True):
    """The host removed this player; the connection closes with 4000."""

    reason: str


class Removed(_Outbound, tag="removed", frozen=True):
    """Who was removed and may not join again, all of them. Only the host is told."""

    players: tuple[Person, ...]


class CodeChanged(_Outbound, tag="code_changed", frozen=True):
    """Another code leads to the room from now on. Only host and projector are told."""

    code: str


class Pong(_Outbound, tag="pong", frozen=True):
    """The answer to `ping`."""

    sent_at: float | int
    now: Ms


class Error(_Outbound, tag="error", frozen=True):
    """What was not done and why; `on` names the message's type where it is known.

    With `retry_ms` the same message is welcome again after so many milliseconds, and not sooner.
    """

    code: ErrorCode
    message: str
    on: str | UnsetType = UNSET
    retry_ms: int | UnsetType = UNSET


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
