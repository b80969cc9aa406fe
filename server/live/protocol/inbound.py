"""What clients say, in unions by who speaks."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from game.rules.rooms import View
from server.live.protocol.values import Index, JoinKey, Name, Response, Token, Whole


class _Inbound(
    Struct, frozen=True, tag_field="type", forbid_unknown_fields=True, omit_defaults=True
):
    """What a client says."""


class Join(_Inbound, tag="join", frozen=True):
    """A new player. With friendly names the nickname may be left away.

    A team obeys the rules of nicknames, but many may have the same. `key` is made at random by the
    client, for this room: the same key is the same seat with the same token, so a `join` whose
    `welcome` was lost is said again. `device` is made at random once and kept on the device: who
    is removed by the host cannot join again from there.
    """

    nickname: Name = ""
    team: Name | None = None
    key: JoinKey | None = None
    device: JoinKey | None = None


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


class Show(_Inbound, tag="show", frozen=True):
    """After a question: show the answer or the places, on all hosts' and projectors' screens."""

    view: View


class Kick(_Inbound, tag="kick", frozen=True):
    """Remove a player for good. Their device and account may not join this room again."""

    player: Annotated[str, Meta(max_length=64)]


class Readmit(_Inbound, tag="readmit", frozen=True):
    """Let a removed player join again, as a new player without points."""

    player: Annotated[str, Meta(max_length=64)]


class NewCode(_Inbound, tag="new_code", frozen=True):
    """Give the room another code; the old one leads nowhere, but for those who come back."""


class ClearAbsent(_Inbound, tag="clear_absent", frozen=True):
    """Free the seats of those absent for 30 s; who was there for a question keeps the points."""


Hello: TypeAlias = Join | Resume | Host | Watch
Command: TypeAlias = (
    Start | Next | CloseQuestion | Pause | Unpause | Lock | Unlock | End | Extend | Show
)
FromPlayer: TypeAlias = Join | Resume | Answer | Ping
FromHost: TypeAlias = Host | Command | Kick | Readmit | ClearAbsent | NewCode | Ping
FromWatcher: TypeAlias = Watch | Ping
FromClient: TypeAlias = Hello | Answer | Ping | Command | Kick | Readmit | ClearAbsent | NewCode
