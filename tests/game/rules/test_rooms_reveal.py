"""After a question: the answer and the places, and when the room moves on by itself."""

import msgspec
import pytest

from game.errors import ROOM_REFUSALS, Refusal
from game.rules import rooms
from game.rules.rooms import (
    CloseQuestion,
    Command,
    End,
    Finished,
    Next,
    Pause,
    Paused,
    QuestionOpened,
    Revealed,
    RoomSettings,
    RoomState,
    Scored,
    Show,
    Shown,
    Tick,
    Unpause,
    Unpaused,
    View,
)
from tests.game.rules.playing import (
    AUTO,
    HOURS_MS,
    T0,
    in_reveal,
    in_scoring,
    play,
)


def test_the_host_leads_all_screens_from_the_answer_to_the_places_and_back() -> None:
    state, events = play(in_reveal(), (Show(View.PLACES), 6_000))
    assert (state.view, events) == (View.PLACES, (Shown(0, View.PLACES),))
    assert play(state, (Show(View.PLACES), 7_000)) == (state, ())
    state, events = play(state, (Show(View.ANSWER), 8_000))
    assert (state.view, events) == (View.ANSWER, (Shown(0, View.ANSWER),))
    assert rooms.deadline(state) == T0 + 8_000 + 4 * HOURS_MS


def test_every_question_shows_its_answer_first() -> None:
    state, _ = play(in_reveal(), (Show(View.PLACES), 6_000), (Next(), 7_000))
    assert state.view is View.ANSWER
    state, _ = play(in_reveal(), (Show(View.PLACES), 6_000), (End(), 7_000))
    assert state.view is View.ANSWER


def test_with_auto_advance_the_places_come_by_themselves_half_way() -> None:
    state = in_reveal(AUTO)
    assert rooms.deadline(state) == T0 + 9_010
    assert play(state, (Tick(), 9_009)) == (state, ())
    state, events = play(state, (Tick(), 9_010))
    assert events == (Shown(0, View.PLACES),)
    state, events = play(state, (Show(View.ANSWER), 10_000), (Tick(), 12_000))
    assert (state.view, events) == (View.ANSWER, ())
    assert rooms.deadline(state) == T0 + 13_010


def test_a_pause_after_the_reveal_holds_the_places() -> None:
    state, events = play(in_reveal(AUTO), (Pause(), 6_000), (Tick(), 100_000))
    assert events == ()
    state, _ = play(state, (Unpause(), 106_000))
    assert rooms.deadline(state) == T0 + 109_010


def test_with_auto_advance_the_room_moves_on_by_itself() -> None:
    state, events = play(in_scoring(AUTO), (Scored(0), 5_010))
    assert events == (Revealed(0, T0 + 13_010),)
    state, events = play(state, (Tick(), 13_010))
    assert events == (QuestionOpened(1, T0 + 14_010, T0 + 44_010),)
    state, events = play(state, (CloseQuestion(), 20_000), (Scored(1), 20_010), (Tick(), 28_010))
    assert events == (Finished(T0 + 28_010),)


def test_a_pause_after_the_reveal_holds_the_next_question() -> None:
    state, events = play(in_reveal(AUTO), (Pause(), 6_000))
    assert events == (Paused(0, T0 + 1_000, T0 + 21_000, at=T0 + 6_000),)
    assert play(state, (Tick(), 100_000)) == (state, ())
    assert play(state, (Pause(), 100_000)) == (state, ())
    state, events = play(state, (Unpause(), 106_000))
    assert events == (Unpaused(0, T0 + 1_000, T0 + 21_000, next_at=T0 + 113_010),)
    assert state.next_at == T0 + 113_010


@pytest.mark.parametrize("command", [Pause(), Unpause()])
def test_a_reveal_that_waits_for_the_host_cannot_be_paused(command: Command) -> None:
    with pytest.raises(Refusal) as refusal:
        play(in_reveal(), (command, 6_000))
    assert refusal.value.code == "wrong_phase"
    assert refusal.value.message != ROOM_REFUSALS["wrong_phase"][1]


def test_nothing_is_due_in_a_room_that_ended_in_a_held_reveal() -> None:
    state, _ = play(in_reveal(AUTO), (Pause(), 6_000), (End(), 7_000))
    assert (state.paused_at, state.places_at, state.next_at) == (None, None, None)


def test_the_places_come_at_a_whole_millisecond() -> None:
    state = in_reveal(RoomSettings(auto_advance=True, auto_advance_ms=3_001))
    assert msgspec.json.decode(msgspec.json.encode(state), type=RoomState) == state
    assert rooms.deadline(state) == T0 + 5_010 + 1_500


def test_the_host_need_not_wait_in_a_held_reveal() -> None:
    state, events = play(in_reveal(AUTO), (Pause(), 6_000), (Next(), 7_000))
    assert (state.paused_at, state.places_at, state.next_at) == (None, None, None)
    assert events == (QuestionOpened(1, T0 + 8_000, T0 + 38_000),)
