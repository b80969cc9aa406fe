"""The arguments of the Lua scripts: a struct for each script, packed into its one argument.

A script unpacks them with `cmsgpack.unpack(ARGV[1])` and reads the fields by name. None is nil, and
a sequence counts from 1. Lua's numbers are exact up to 2^53, but `..` writes only 14 digits. Redis
6.2 cannot unpack bytes, so there are none.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from game.errors import Refusal
from game.live import keys
from game.live.events import encode as encode_event
from game.live.journal import encode as encode_entry
from game.live.keys import RoomKeys
from game.live.script_data import Commit, RoomDefinition
from game.rules import rooms
from game.rules.rooms import Phase, RoomState

pack = msgspec.msgpack.Encoder().encode
_encode = msgspec.json.Encoder().encode


REMOVED_KEPT: Final = 200
"""A room remembers this many removed players. Those who joined first are let in again."""

Json = msgspec.Raw
"""JSON, packed as a string; see `to_json`."""


class ScriptArguments(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of one script. `JoinArguments` are those of `join.lua`, and so on."""


class OpenArguments(ScriptArguments, frozen=True):
    session: str
    state: Json
    definition: Json
    join_refusal: str  # the code of the refusal of new players; '' if they may join
    cap: int
    deadline: int | None
    lifetime_s: int
    deadlines_channel: str
    shard: int


class CommitArguments(ScriptArguments, frozen=True):
    session: str
    expected_revision: int
    new_revision: int
    kicked: int | None  # how many must be kicked; None for any number
    state: Json
    phase: Phase
    question: int | None
    open: int | None  # the question that takes answers now, opening and closing times aside
    opens_at: int
    closes_at: int
    join_refusal: str
    deadline: int | None
    lifetime_s: int
    announces_question: bool
    events: Sequence[Json]
    counted: Json | None  # None: it stays
    standings: Json | None  # None: they stay
    journal: Sequence[Json]
    channel: str
    deadlines_channel: str | None  # None if the deadline need not be announced
    shard: int


class JoinRequest(msgspec.Struct, frozen=True, gc=False):
    player: str
    record: Json
    name: str  # folded
    user: str | None  # None for a guest
    connection: str
    secret: str  # its hash
    has_key: bool  # the secret was made from the client's key and may be sent again
    address: str | None  # its hash; None if it is not known
    device: str | None  # its hash; None if the client did not say one


class JoinArguments(ScriptArguments, frozen=True):
    now: int
    present_until: int
    channel: str
    shares: int  # an address may take this many times its share of the last seats
    ways_back: int  # the cap may have a seat, or a way back to one, this many times
    players: Sequence[JoinRequest]


class ResumeRequest(msgspec.Struct, frozen=True, gc=False):
    player: str
    secret: str  # its hash
    connection: str
    renamed: Json | None = None  # the record with a new name, if another player has the old one
    name: str | None = None  # the new name, folded


class ResumeArguments(ScriptArguments, frozen=True):
    present_until: int
    channel: str
    players: Sequence[ResumeRequest]


class PlayerConnection(msgspec.Struct, frozen=True, gc=False):
    player: str
    connection: str


class LeaveArguments(ScriptArguments, frozen=True):
    now: int
    wait_until: int  # how long an open question waits for those who left it unanswered
    kept_until: int  # how long their seats count and their names are theirs
    channel: str
    players: Sequence[PlayerConnection]


class HeartbeatArguments(ScriptArguments, frozen=True):
    now: int
    present_until: int
    channel: str
    players: Sequence[PlayerConnection]


class Submission(msgspec.Struct, frozen=True, gc=False):
    player: str
    arrived_at: int
    answer: Json  # a StoredAnswer


class SubmitArguments(ScriptArguments, frozen=True):
    question: int
    now: int
    channel: str
    answers: Sequence[Submission]


class KickArguments(ScriptArguments, frozen=True):
    player: str
    now: int
    channel: str
    removed_kept: int  # how many removed players the room remembers
    entry_start: str  # the journal entry up to the player's record
    entry_end: str  # the journal entry after it


class ReadmitArguments(ScriptArguments, frozen=True):
    player: str
    channel: str


class ClearAbsentArguments(ScriptArguments, frozen=True):
    now: int
    channel: str


class NoteHostAddressArguments(ScriptArguments, frozen=True):
    address: str  # its hash


class ClaimCodeArguments(ScriptArguments, frozen=True):
    session: str
    instead_of: str | None  # the session that the code may lead to before; None for none
    lifetime_s: int


class ClaimDeadlinesArguments(ScriptArguments, frozen=True):
    now: int
    leased_until: int
    most: int


class SetDeadlineArguments(ScriptArguments, frozen=True):
    session: str
    expected_revision: int
    deadline: int | None  # None for never
    deadlines_channel: str
    shard: int


def to_json(value: object) -> Json:
    return _packed(_encode(value))


def _packed(json: bytes) -> Json:
    """A string in MessagePack. Decoding large JSON first would copy it twice more."""
    return Json(b"\xdb" + len(json).to_bytes(4, "big") + json)


def open_arguments(at: RoomKeys, definition: RoomDefinition, state: RoomState) -> OpenArguments:
    return OpenArguments(
        session=at.session,
        state=to_json(state),
        definition=to_json(definition),
        join_refusal=_join_refusal(state),
        cap=definition.settings.max_players,
        deadline=rooms.deadline(state),
        lifetime_s=keys.IDLE_TTL_S,
        deadlines_channel=keys.DEADLINES_CHANNEL,
        shard=at.shard,
    )


def commit_arguments(at: RoomKeys, commit: Commit, revision: int) -> CommitArguments:
    state = commit.state
    deadline = rooms.deadline(state)
    is_soon = deadline is not None and deadline < state.touched_at + keys.ANNOUNCED_MS
    return CommitArguments(
        session=at.session,
        expected_revision=commit.revision,
        new_revision=revision,
        kicked=commit.kicked,
        state=to_json(state),
        phase=state.phase,
        question=state.question,
        open=_open_question(state),
        opens_at=state.opens_at or 0,
        closes_at=state.closes_at or 0,
        join_refusal=_join_refusal(state),
        deadline=deadline,
        lifetime_s=keys.FINISHED_TTL_S if state.phase is Phase.FINISHED else keys.IDLE_TTL_S,
        announces_question=any(isinstance(each, rooms.QuestionOpened) for each in commit.events),
        events=[_packed(encode_event(event)) for event in commit.events],
        counted=None if commit.counted is None else to_json(commit.counted),
        standings=None if commit.standings is None else to_json(commit.standings),
        journal=[_packed(encode_entry(entry)) for entry in commit.journal],
        channel=at.channel,
        deadlines_channel=keys.DEADLINES_CHANNEL if is_soon else None,
        shard=at.shard,
    )


def kick_arguments(at: RoomKeys, player: str, now: int) -> KickArguments:
    return KickArguments(
        player=player,
        now=now,
        channel=at.channel,
        removed_kept=REMOVED_KEPT,
        entry_start=f'{{"kind":"kicked","session":{_encode(at.session).decode()},"player":',
        entry_end=f',"at":{now}}}',
    )


def _open_question(state: RoomState) -> int | None:
    return state.question if state.phase is Phase.QUESTION and state.paused_at is None else None


def _join_refusal(state: RoomState) -> str:
    try:
        rooms.may_join(state)
    except Refusal as refusal:
        return refusal.code
    return ""
