"""The messages of the feed: players who come and go, changes of the room, counts of answers.

A `Change` has the version of the room after it; versions of one room follow each other without a
gap. A `Tally` changes nothing that counts, so it has no version of its own and carries the version
that it was true at.
"""

import msgspec

from game.rules import rooms
from game.rules.scoring import Standing


class Player(msgspec.Struct, frozen=True, gc=False):
    """A player as the others may see them; `joined_at` in ms. A journal's record decodes too."""

    id: str = msgspec.field(name="player")
    nickname: str
    joined_at: int


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """Players who are connected now and were not before: new ones and those who came back."""

    players: tuple[Player, ...]


class Connected(msgspec.Struct, frozen=True, tag="connected"):
    """A player's newest connection; an older one of theirs is to be closed, wherever it is."""

    player: str
    connection: str


class Left(msgspec.Struct, frozen=True, tag="left"):
    """Players whose connection is gone; they are absent, and their seats and scores stay."""

    players: tuple[str, ...]


class Dropped(msgspec.Struct, frozen=True, tag="dropped"):
    """Absent players have lost their seats; who was there for a question may still come back."""

    players: tuple[str, ...]


class Kicked(msgspec.Struct, frozen=True, tag="kicked"):
    """A player was removed by the host, and with them their answer to the open question."""

    player: str
    answered: int
    who: Player | None = None
    """None from an earlier release."""


class Readmitted(msgspec.Struct, frozen=True, tag="readmitted"):
    """Whoever was removed as this player may join again."""

    player: str


class Counted(msgspec.Struct, frozen=True, tag="counted"):
    """How a question was answered: by choice, and by how many in all."""

    question: int
    counts: dict[str, int]
    answered: int


class Ranked(msgspec.Struct, frozen=True, tag="ranked"):
    """The standings after a reveal or at the end, best first; without the kicked."""

    standings: tuple[Standing, ...]


Event = Joined | Connected | Left | Dropped | Kicked | Readmitted | Counted | Ranked | rooms.Event


class Change(msgspec.Struct, frozen=True, tag_field="is", tag="change"):
    """Something happened in a room; `state` is its state after that, none if it is the same."""

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
