"""Builds the arguments of the Lua scripts."""

from typing import Any

import msgspec

from game.errors import Refusal
from game.live import keys
from game.live.events import encode as encode_event
from game.live.journal import encode as encode_entry
from game.live.keys import RoomKeys
from game.live.script_data import Commit
from game.rules import rooms
from game.rules.rooms import Phase, RoomState

encode = msgspec.json.Encoder().encode


def commit_arguments(
    at: RoomKeys, commit: Commit, revision: int
) -> list[Any]:  # Any: what Redis takes
    """The arguments of `commit.lua`."""
    state = commit.state
    is_over = state.phase is Phase.FINISHED
    asks_anew = any(isinstance(event, rooms.QuestionOpened) for event in commit.events)
    deadline = rooms.deadline(state)
    is_soon = deadline is not None and deadline < state.touched_at + keys.ANNOUNCED_MS
    return [
        at.session,
        commit.revision,
        or_none(commit.kicked),
        encode(state),
        state.phase.value,
        or_none(state.question),
        or_none(_open_question(state)),
        state.opens_at or 0,
        state.closes_at or 0,
        join_refusal(state),
        or_none(deadline),
        keys.FINISHED_TTL_S if is_over else keys.IDLE_TTL_S,
        int(asks_anew),
        b",".join(map(encode_event, commit.events)),
        b"" if commit.counted is None else encode(commit.counted),
        b"" if commit.standings is None else encode(commit.standings),
        at.channel,
        keys.DEADLINES_CHANNEL if is_soon else "",
        at.shard,
        revision,
        *map(encode_entry, commit.journal),
    ]


def _open_question(state: RoomState) -> int | None:
    """The question that takes answers now, opening and closing times aside."""
    return state.question if state.phase is Phase.QUESTION and state.paused_at is None else None


def join_refusal(state: RoomState) -> str:
    """The code of the refusal of new players. '' if they may join."""
    try:
        rooms.may_join(state)
    except Refusal as refusal:
        return refusal.code
    return ""


def or_none(number: int | None) -> int | str:
    return "" if number is None else number


def entry_head(kind: str, session: str, field: str) -> bytes:
    """The start of a journal entry, up to the value of its last field. The script adds the rest."""
    return b'{"kind":"%s","session":%s,"%s":' % (
        kind.encode(),
        encode(session),
        field.encode(),
    )
