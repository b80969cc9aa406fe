"""The messages of the feed: players who come and go, changes of the room, counts of answers.

A `Change` has the version of the room after it. The versions of a room have no gaps. A `Tally` has
no version of its own, because nothing depends on it. It has the version at which it was true.
"""

import msgspec

from game.rules import rooms
from game.rules.scoring import Standing


class Player(msgspec.Struct, frozen=True, gc=False):
    """A player as others may see them. `joined_at` is in ms. A player's record decodes to it."""

    id: str = msgspec.field(name="player")
    nickname: str
    joined_at: int


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """Players who have connected: new ones and those who came back."""

    players: tuple[Player, ...]


class Connected(msgspec.Struct, frozen=True, tag="connected"):
    """A player's newest connection. Their older one must be closed, whichever process has it."""

    player: str
    connection: str


class Left(msgspec.Struct, frozen=True, tag="left"):
    """Players whose connection is closed. They are absent, and keep their seats and scores."""

    players: tuple[str, ...]


class Dropped(msgspec.Struct, frozen=True, tag="dropped"):
    """Absent players who lost their seats. Those who were there for a question may come back."""

    players: tuple[str, ...]


class Kicked(msgspec.Struct, frozen=True, tag="kicked"):
    """The host removed a player, and with them their answer to the open question."""

    player: str
    answered: int
    who: Player | None = None
    """None from an earlier release."""


class Readmitted(msgspec.Struct, frozen=True, tag="readmitted"):
    """Whoever was removed as this player may join again."""

    player: str


class Counted(msgspec.Struct, frozen=True, tag="counted"):
    """How often each choice was answered, and how many players answered in all."""

    question: int
    counts: dict[str, int]
    answered: int


class Ranked(msgspec.Struct, frozen=True, tag="ranked"):
    """The standings after a reveal or at the end, best first, without kicked players."""

    standings: tuple[Standing, ...]


Event = Joined | Connected | Left | Dropped | Kicked | Readmitted | Counted | Ranked | rooms.Event


class Change(msgspec.Struct, frozen=True, tag_field="is", tag="change"):
    """Something happened in a room. `state` is the new state, or None if it did not change."""

    version: int
    events: tuple[Event, ...]
    state: rooms.RoomState | None = None


class Tally(msgspec.Struct, frozen=True, tag_field="is", tag="tally"):
    """How many answers to the open question are stored."""

    version: int
    question: int
    answered: int


Message = Change | Tally

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


def encode(event: Event) -> bytes:
    return _encoder.encode(event)


def decode(data: bytes) -> Message:
    """Raise msgspec.DecodeError if it is not a message."""
    return _decoder.decode(data)
