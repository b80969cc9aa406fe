"""What the scripts read, store and return. `script_arguments.py` has what they are given."""

from collections.abc import Sequence

import msgspec

from game.live.events import Counted, Event
from game.live.journal import Entry, JournalPlayer
from game.rules.questions import Question, Response
from game.rules.rooms import RoomSettings, RoomState
from game.rules.scoring import Standing

STORED, ALREADY_ANSWERED, NOT_SEATED, NOT_ACCEPTED, NOT_RESUMED = range(5)
"""The result of `submit` for each answer."""


DISPLACED = "displaced"
"""The outcome of `join` and `resume` when the player has a seat, but another has the name."""


class RoomDefinition(msgspec.Struct, frozen=True):
    """The part of a room that never changes."""

    code: str
    title: str
    host: str
    questions: tuple[Question, ...]
    settings: RoomSettings


class VersionedState(msgspec.Struct, frozen=True):
    """A room's state and its revision. A join also counts for `touched_at`.

    A `revision` is never used twice, not even when Redis has lost its last second.
    """

    state: RoomState
    revision: int


class StoredAnswer(msgspec.Struct, frozen=True, gc=False, array_like=True):
    elapsed_ms: int
    arrived_at: int
    response: Response


class ScoringInput(msgspec.Struct, frozen=True):
    """The data that scoring and finishing need, all read at the same moment."""

    state: RoomState
    revision: int
    players: dict[str, JournalPlayer]
    kicked: frozenset[str]
    unseen: frozenset[str]
    """Players who are absent and were not there for a question when they left."""
    answers: dict[str, StoredAnswer]
    standings: tuple[Standing, ...]


class CommitResult(msgspec.Struct, frozen=True):
    """The room after a change, and the data for scoring if scoring comes next."""

    room: VersionedState
    scoring_input: ScoringInput | None


class RoomRecord(msgspec.Struct, frozen=True):
    """The data of a view, all read at one version."""

    state: RoomState
    version: int
    counted: Counted | None
    answered: int
    standings: tuple[Standing, ...]
    kicked: frozenset[str]
    connected: tuple[JournalPlayer, ...]
    absent: tuple[JournalPlayer, ...]
    removed: tuple[JournalPlayer, ...]


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """A decided change. It applies only while `revision` and the count of `kicked` hold."""

    revision: int
    state: RoomState
    events: Sequence[Event] = ()
    counted: Counted | None = None
    standings: tuple[Standing, ...] | None = None
    journal: Sequence[Entry] = ()
    kicked: int | None = None


SeatResult = tuple[str, JournalPlayer | None]
"""A refusal's code, or '' or `DISPLACED` and the player's record."""
