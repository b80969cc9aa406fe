"""The messages from clients, as structs and as unions by role."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from game.rules.rooms import View
from server.live.protocol.values import Index, JoinKey, Name, Response, Token, Whole


class _Inbound(
    Struct, frozen=True, tag_field="type", forbid_unknown_fields=True, omit_defaults=True
):
    """A message from a client."""


class Join(_Inbound, tag="join", frozen=True):
    """Join as a new player. The nickname can be omitted if the room has friendly names.

    A team obeys the rules of nicknames, but many players can have the same. `key` is a random value
    that the client makes for this room: the same key gets the same seat and token, so a client
    repeats a `join` whose `welcome` was lost. `device` is a random value that a device keeps: a
    removed player cannot join again from the same device.
    """

    nickname: Name = ""
    team: Name | None = None
    key: JoinKey | None = None
    device: JoinKey | None = None


class Resume(_Inbound, tag="resume", frozen=True):
    """Come back as the same player, with the token of the first `welcome`; the score is kept."""

    token: Token


class Host(_Inbound, tag="host", frozen=True):
    """Host the room, as the session's teacher with a cookie, bearer token or one-time ticket."""

    ticket: Token | None = None


class Watch(_Inbound, tag="watch", frozen=True):
    """Watch the room as a projector, which sends no commands."""


class Answer(_Inbound, tag="answer", frozen=True):
    """A player's response to the open question.

    `elapsed_ms` is the time since `opens_at` as the client measured it.
    """

    question: Index
    response: Response
    elapsed_ms: Annotated[int, Meta(ge=0, le=2**53)] | None = None


class Ping(_Inbound, tag="ping", frozen=True):
    """Ask for a `pong`, from which the client computes its offset to the room's clock."""

    sent_at: Annotated[float, Meta(ge=-(2**53), le=2**53)] | Whole


class Start(_Inbound, tag="start", frozen=True):
    """Open the first question."""


class Next(_Inbound, tag="next", frozen=True):
    """Open the next question; after the last one, finish the game."""


class CloseQuestion(_Inbound, tag="close_question", frozen=True):
    """Close the open question now and reveal it."""


class Pause(_Inbound, tag="pause", frozen=True):
    """Stop the open question's clock, or with auto-advance the wait for the next question."""


class Unpause(_Inbound, tag="unpause", frozen=True):
    """Restart the clock; `opens_at` and `closes_at` move by the length of the pause."""


class Lock(_Inbound, tag="lock", frozen=True):
    """Lock the room, so that nobody new can join."""


class Unlock(_Inbound, tag="unlock", frozen=True):
    """Let players join again."""


class End(_Inbound, tag="end", frozen=True):
    """Finish the game at any time; an open question is scored first."""


class Extend(_Inbound, tag="extend", frozen=True):
    """Give more time for the open question."""

    seconds: Annotated[int, Meta(ge=1, le=300)]


class Show(_Inbound, tag="show", frozen=True):
    """Show the answer or the places of a reveal, on all hosts' and projectors' screens."""

    view: View


class Kick(_Inbound, tag="kick", frozen=True):
    """Remove a player for good. Their device and account cannot join this room again."""

    player: Annotated[str, Meta(max_length=64)]


class Readmit(_Inbound, tag="readmit", frozen=True):
    """Let a removed player join again, as a new player without points."""

    player: Annotated[str, Meta(max_length=64)]


class NewCode(_Inbound, tag="new_code", frozen=True):
    """Give the room a new code; the old one works only for players and hosts who come back."""


class ClearAbsent(_Inbound, tag="clear_absent", frozen=True):
    """Free the seats of players absent for 30 s; those who played a question keep their points."""


Hello: TypeAlias = Join | Resume | Host | Watch
Command: TypeAlias = (
    Start | Next | CloseQuestion | Pause | Unpause | Lock | Unlock | End | Extend | Show
)
FromPlayer: TypeAlias = Join | Resume | Answer | Ping
FromHost: TypeAlias = Host | Command | Kick | Readmit | ClearAbsent | NewCode | Ping
FromWatcher: TypeAlias = Watch | Ping
FromClient: TypeAlias = Hello | Answer | Ping | Command | Kick | Readmit | ClearAbsent | NewCode
