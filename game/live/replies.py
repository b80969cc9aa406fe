"""Decodes the replies of the scripts."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from game.errors import Refusal, Unavailable, room_refusal
from game.live.events import Counted
from game.live.journal import JournalPlayer
from game.live.script_data import (
    ALREADY_ANSWERED,
    NOT_ACCEPTED,
    NOT_RESUMED,
    NOT_SEATED,
    RoomDefinition,
    ScoringInput,
    SeatResult,
    StoredAnswer,
)
from game.rules.rooms import RoomState, may_answer
from game.rules.scoring import Standing

Reply = Any  # Any: it depends on the script

state_decoder = msgspec.json.Decoder(RoomState)
definition_decoder = msgspec.json.Decoder(RoomDefinition)
counted_decoder = msgspec.json.Decoder(Counted)
player_decoder = msgspec.json.Decoder(JournalPlayer)
players_decoder = msgspec.json.Decoder(tuple[JournalPlayer, ...])
answer_decoder = msgspec.json.Decoder(StoredAnswer)
answers_decoder = msgspec.json.Decoder(tuple[StoredAnswer, ...])
standings_decoder = msgspec.json.Decoder(tuple[Standing, ...])


def players(records: Iterable[bytes]) -> tuple[JournalPlayer, ...]:
    return players_decoder.decode(b"[" + b",".join(records) + b"]")


def scoring_input(reply: Reply) -> ScoringInput:
    state, revision, records, kicked, unseen, answers, standings = reply
    return ScoringInput(
        state=state_decoder.decode(state),
        revision=int(revision),
        players={record.player: record for record in players(records)},
        kicked=frozenset(player.decode() for player in kicked),
        unseen=frozenset(player.decode() for player in unseen),
        answers=_stored(answers),
        standings=standings_decoder.decode(standings or b"[]"),
    )


def _stored(answers: Sequence[bytes]) -> dict[str, StoredAnswer]:
    values = answers_decoder.decode(b"[" + b",".join(answers[1::2]) + b"]")
    return {player.decode(): value for player, value in zip(answers[::2], values, strict=True)}


def seat_results(reply: Reply) -> list[SeatResult]:
    return [
        (code.decode(), player_decoder.decode(record) if record else None) for code, record in reply
    ]


def answer_refusal(
    result: int, state: RoomState | None, question: int, arrived_at: int
) -> Refusal | None:
    """Why an answer was not stored; None if it was."""
    if result == NOT_SEATED:
        return room_refusal("not_joined")
    if result == NOT_RESUMED:
        return Unavailable("unavailable", "The connection was lost for too long; resume first.")
    if result == ALREADY_ANSWERED:
        return room_refusal("already_answered")
    if result == NOT_ACCEPTED and state is not None:
        try:
            may_answer(state, question, arrived_at)
        except Refusal as refusal:
            return refusal
        return room_refusal("wrong_phase")
    return None
