"""Which answers count, and who may join."""

import pytest

from game.errors import ROOM_REFUSALS, Refusal
from game.rules import rooms
from game.rules.rooms import End, Lock, Next, Pause, RoomSettings, RoomState
from tests.game.rules.playing import (
    T0,
    Make,
    finished,
    in_question,
    in_reveal,
    in_scoring,
    lobby,
    play,
)


@pytest.mark.parametrize(
    ("make", "question", "after", "code"),
    [
        (in_question, 0, 1_000, None),
        (in_question, 0, 21_000, None),
        (in_question, 0, 999, "not_open_yet"),
        (in_question, 0, 21_001, "too_late"),
        (in_question, 1, 5_000, "not_open_yet"),
        (in_question, 2, 5_000, "no_such_question"),
        (in_question, -1, 5_000, "no_such_question"),
        (in_scoring, 0, 4_000, "too_late"),
        (in_reveal, 0, 4_000, "too_late"),
        (in_reveal, 1, 6_000, "not_open_yet"),
        (lobby, 0, 0, "wrong_phase"),
        (finished, 0, 0, "wrong_phase"),
    ],
)
def test_when_an_answer_counts(make: Make, question: int, after: int, code: str | None) -> None:
    assert answer_refusal(make(), question, T0 + after) == code


def answer_refusal(state: RoomState, question: int, arrived_at: int) -> str | None:
    try:
        rooms.may_answer(state, question, arrived_at)
    except Refusal as refusal:
        return refusal.code
    return None


def test_a_tap_after_the_result_does_not_count_for_the_next_question() -> None:
    state, _ = play(in_reveal(), (Next(), 6_000))
    assert answer_refusal(state, 0, T0 + 8_000) == "too_late"


def test_a_paused_question_takes_no_answers() -> None:
    state, _ = play(in_question(), (Pause(), 5_000))
    assert answer_refusal(state, 0, T0 + 6_000) == "wrong_phase"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (lobby(), None),
        (in_question(), None),
        (in_question(RoomSettings(late_join=False)), "wrong_phase"),
        (lobby(RoomSettings(late_join=False)), None),
        (play(lobby(), (Lock(), 0))[0], "room_locked"),
        (finished(), "wrong_phase"),
        (play(in_question(), (End(), 5_000))[0], "wrong_phase"),
    ],
)
def test_who_may_join(state: RoomState, code: str | None) -> None:
    if code is None:
        rooms.may_join(state)
    else:
        with pytest.raises(Refusal) as refusal:
            rooms.may_join(state)
        assert refusal.value.code == code


def test_who_may_not_join_is_told_why() -> None:
    messages = {ROOM_REFUSALS["wrong_phase"][1]}  # which would fit any room
    for state in (finished(), in_question(RoomSettings(late_join=False))):
        with pytest.raises(Refusal) as refusal:
            rooms.may_join(state)
        messages.add(refusal.value.message)
    assert len(messages) == 3
