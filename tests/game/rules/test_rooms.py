"""The phases of a room: what each command does in each phase, and when something is due."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.errors import Refusal
from game.rules import rooms
from game.rules.rooms import (
    CloseQuestion,
    CodeChanged,
    Command,
    End,
    EveryoneAnswered,
    Extend,
    Extended,
    Finished,
    Lock,
    LockChanged,
    NewCode,
    Next,
    Pause,
    Paused,
    Phase,
    QuestionClosed,
    QuestionOpened,
    Revealed,
    RoomState,
    Scored,
    Show,
    Start,
    Tick,
    Unlock,
    Unpause,
    Unpaused,
)
from tests.game.rules.playing import (
    HOURS_MS,
    QUESTIONS,
    T0,
    Make,
    finished,
    in_question,
    in_reveal,
    in_scoring,
    lobby,
    play,
)

BY_PHASE = {
    Phase.LOBBY: lobby,
    Phase.QUESTION: in_question,
    Phase.SCORING: in_scoring,
    Phase.REVEAL: in_reveal,
    Phase.FINISHED: finished,
}
PHASES_OF = {
    Start: {Phase.LOBBY},
    Next: {Phase.LOBBY, Phase.REVEAL},
    CloseQuestion: {Phase.QUESTION, Phase.SCORING},
    Pause: {Phase.QUESTION},
    Unpause: {Phase.QUESTION},
    Extend: {Phase.QUESTION},
    Show: {Phase.REVEAL},
    Lock: set(Phase) - {Phase.FINISHED},
    Unlock: set(Phase) - {Phase.FINISHED},
    End: set(Phase),
}


@pytest.mark.parametrize(
    ("steps", "limit_ms"),
    [
        ([(CloseQuestion(), 5_000)], 20_000),
        ([(Extend(10), 5_000), (CloseQuestion(), 9_000)], 20_000),
        ([(Extend(10), 5_000), (CloseQuestion(), 28_000)], 27_000),
        ([(Extend(10), 5_000), (Tick(), 99_000)], 30_000),
        ([(Pause(), 5_000), (CloseQuestion(), 15_000)], 20_000),
    ],
)
def test_who_is_silent_takes_the_limit_or_as_long_as_it_was_open(
    steps: list[tuple[Command, int]], limit_ms: int
) -> None:
    closed, _ = play(in_question(), *steps)
    assert rooms.limit_ms(closed, QUESTIONS) == limit_ms
    assert play(closed, (Scored(0), 100_000))[0].asked_ms == limit_ms
    ending, _ = play(closed, (End(), 100_000))
    over, _ = play(ending, (Scored(0), 100_001))
    assert over.asked_ms == rooms.limit_ms(ending, QUESTIONS)


def test_every_phase_can_be_reached() -> None:
    assert {phase: make().phase for phase, make in BY_PHASE.items()} == {p: p for p in Phase}


@pytest.mark.parametrize(("kind", "phase"), list(itertools.product(PHASES_OF, Phase)))
def test_a_command_out_of_its_phase_is_refused(kind: type[Command], phase: Phase) -> None:
    fields: dict[type[Command], dict[str, object]] = {
        Extend: {"seconds": 10},
        Show: {"view": "places"},
    }
    command = msgspec.convert({"type": _tag(kind)} | fields.get(kind, {}), Command)
    if phase in PHASES_OF[kind]:
        play(BY_PHASE[phase](), (command, 6_000))
    else:
        with pytest.raises(Refusal) as refusal:
            play(BY_PHASE[phase](), (command, 6_000))
        assert refusal.value.code == "wrong_phase"


def test_a_refusal_names_the_phase() -> None:
    with pytest.raises(Refusal, match="lobby"):
        play(lobby(), (CloseQuestion(), 0))


def _tag(kind: type[Command]) -> object:
    return kind.__struct_config__.tag


@pytest.mark.parametrize("command", [Start(), Next()])
def test_the_first_question_is_announced_before_it_opens(command: Command) -> None:
    state, events = play(lobby(), (command, 0))
    assert events == (QuestionOpened(0, T0 + 1_000, T0 + 21_000),)
    assert (state.phase, state.question, state.opened_at) == (Phase.QUESTION, 0, T0 + 1_000)
    assert rooms.deadline(state) == T0 + 21_000 + rooms.COMMIT_GRACE_MS


def test_a_question_closes_after_its_grace() -> None:
    state = in_question()
    assert play(state, (Tick(), 21_029)) == (state, ())
    state, events = play(state, (Tick(), 21_030))
    assert events == (QuestionClosed(0),)
    assert (state.phase, state.score_by) == (Phase.SCORING, T0 + 21_030 + 250)


def test_a_question_is_scored_and_revealed() -> None:
    state, events = play(in_scoring(), (Scored(0), 5_010))
    assert events == (Revealed(0, None),)
    assert (state.phase, state.next_at, state.score_by) == (Phase.REVEAL, None, None)
    assert play(state, (Scored(0), 5_011)) == (state, ())


def test_scoring_of_another_question_reveals_nothing() -> None:
    state = in_scoring()
    assert play(state, (Scored(1), 5_010)) == (state, ())


def test_scoring_that_nobody_finished_is_taken_over() -> None:
    state = in_scoring()
    assert rooms.deadline(state) == T0 + 5_250
    state, events = play(state, (Tick(), 5_250))
    assert (state.phase, state.score_by, events) == (Phase.SCORING, T0 + 5_500, ())


def test_what_cannot_be_scored_ends_unscored() -> None:
    state, events = play(in_scoring(), (Tick(), 5_000 + 4 * HOURS_MS))
    assert (state.phase, events) == (Phase.FINISHED, (Finished(state.touched_at),))


@pytest.mark.parametrize("after", [1_000, 4_000])
def test_a_question_closes_when_everyone_has_answered(after: int) -> None:
    assert play(in_question(), (EveryoneAnswered(0), after))[1] == (QuestionClosed(0),)


@pytest.mark.parametrize(
    ("command", "after"),
    [(EveryoneAnswered(1), 4_000), (EveryoneAnswered(0), 999)],
    ids=["another question", "before it opened"],
)
def test_everyone_has_answered_only_what_is_open(command: Command, after: int) -> None:
    state = in_question()
    assert play(state, (command, after)) == (state, ())


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.QUESTION])
def test_everyone_has_answered_means_nothing_in_other_phases(phase: Phase) -> None:
    state = BY_PHASE[phase]()
    assert play(state, (EveryoneAnswered(0), 6_000)) == (state, ())


def test_after_the_last_reveal_the_room_finishes() -> None:
    state, events = play(
        in_reveal(),
        (Next(), 9_000),
        (CloseQuestion(), 12_000),
        (Scored(1), 12_010),
        (Next(), 15_000),
    )
    assert (state.phase, state.question, state.finished_at) == (Phase.FINISHED, 1, T0 + 15_000)
    assert events == (Finished(T0 + 15_000),)
    assert rooms.deadline(state) is None


def test_the_end_in_an_open_question_scores_it_first() -> None:
    state, events = play(in_question(), (End(), 5_000))
    assert (state.phase, state.ending, events) == (Phase.SCORING, True, (QuestionClosed(0),))
    state, events = play(state, (Scored(0), 5_010))
    assert events == (Revealed(0, None), Finished(T0 + 5_010))
    assert (state.phase, state.ending) == (Phase.FINISHED, False)


def test_the_end_while_scoring_finishes_after_it() -> None:
    ending, _ = play(in_scoring(), (End(), 5_005))
    assert play(ending, (End(), 5_006)) == (ending, ())
    state, events = play(ending, (Scored(0), 5_010))
    assert (state.phase, events) == (Phase.FINISHED, (Revealed(0, None), Finished(T0 + 5_010)))


@pytest.mark.parametrize("make", [lobby, in_reveal])
def test_the_end_finishes_at_once(make: Make) -> None:
    state, events = play(make(), (End(), 6_000))
    assert (state.phase, events) == (Phase.FINISHED, (Finished(T0 + 6_000),))
    assert play(state, (End(), 7_000)) == (state, ())


def test_a_pause_moves_the_times_and_not_when_it_opened() -> None:
    state, events = play(in_question(), (Pause(), 5_000))
    assert events == (Paused(0, T0 + 1_000, T0 + 21_000, at=T0 + 5_000),)
    assert rooms.deadline(state) == T0 + 5_000 + 4 * HOURS_MS
    assert play(state, (Tick(), 60_000)) == (state, ())
    assert play(state, (EveryoneAnswered(0), 60_000)) == (state, ())
    assert play(state, (Pause(), 60_000)) == (state, ())
    state, events = play(state, (Unpause(), 65_000))
    assert events == (Unpaused(0, T0 + 61_000, T0 + 81_000),)
    assert (state.paused_at, state.opened_at) == (None, T0 + 1_000)
    assert play(state, (Unpause(), 66_000)) == (state, ())


def test_a_pause_before_the_opening_keeps_the_rest_of_the_lead_in() -> None:
    state, _ = play(in_question(), (Pause(), 400), (Unpause(), 10_400))
    assert (state.opens_at, state.closes_at) == (T0 + 11_000, T0 + 31_000)


def test_who_joins_in_a_pause_before_the_opening_is_not_late() -> None:
    state, _ = play(lobby(), (Start(), 0), (Pause(), 400), (Unpause(), 20_000))
    assert state.opened_at == state.opens_at == T0 + 20_600
    state, _ = play(state, (Pause(), 20_500), (Unpause(), 30_500), (Pause(), 30_900))
    state, _ = play(state, (Unpause(), 90_000))
    assert (state.opened_at, state.opens_at) == (T0 + 30_600, T0 + 89_700)


def test_who_joins_in_a_pause_at_the_moment_of_the_opening_is_not_late() -> None:
    state, _ = play(in_question(), (Pause(), 1_000), (Unpause(), 20_000))
    assert state.opened_at == state.opens_at == T0 + 20_000


def test_a_pause_that_a_clock_behind_ends_moves_nothing() -> None:
    state, _ = play(in_question(), (Pause(), 5_000), (Unpause(), 4_990))
    assert (state.opens_at, state.closes_at) == (T0 + 1_000, T0 + 21_000)


@pytest.mark.parametrize("phase", Phase)
def test_a_new_code_is_announced(phase: Phase) -> None:
    state = BY_PHASE[phase]()
    if phase is Phase.FINISHED:
        with pytest.raises(Refusal):
            play(state, (NewCode("234ABC"), 6_000))
    else:
        state, events = play(state, (NewCode("234ABC"), 6_000))
        assert (state.code, events) == ("234ABC", (CodeChanged("234ABC"),))


def test_a_paused_question_can_be_closed() -> None:
    state, events = play(in_question(), (Pause(), 5_000), (CloseQuestion(), 6_000))
    assert (state.phase, state.paused_at, events) == (Phase.SCORING, None, (QuestionClosed(0),))


@pytest.mark.parametrize("command", [Pause(), Extend(10)])
def test_a_question_that_is_over_stays_so(command: Command) -> None:
    with pytest.raises(Refusal, match="over"):
        play(in_question(), (command, 21_001))


def test_a_question_can_be_paused_until_the_very_end() -> None:
    _, events = play(in_question(), (Pause(), 21_000))
    assert events == (Paused(0, T0 + 1_000, T0 + 21_000, at=T0 + 21_000),)


def test_a_paused_question_can_be_extended_however_long_the_pause_took() -> None:
    state, events = play(in_question(), (Pause(), 5_000), (Extend(10), 60_000))
    assert events == (Extended(0, T0 + 1_000, T0 + 31_000),)
    assert (state.closes_at, state.paused_at) == (T0 + 31_000, T0 + 5_000)


def test_an_extension_moves_the_end() -> None:
    state, events = play(in_question(), (Extend(1), 20_000), (Extend(300), 22_000))
    assert events == (Extended(0, T0 + 1_000, T0 + 322_000),)
    assert state.closes_at == T0 + 322_000


@pytest.mark.parametrize("seconds", [0, -1, 301, 10**9])
def test_an_extension_out_of_range_is_refused(seconds: int) -> None:
    with pytest.raises(Refusal, match=r"1 .* 300") as refusal:
        play(in_question(), (Extend(seconds), 5_000))
    assert refusal.value.code == "bad_message"


def test_the_lock() -> None:
    state, events = play(lobby(), (Lock(), 1))
    assert (state.locked, events) == (True, (LockChanged(locked=True),))
    assert play(state, (Lock(), 2)) == (state, ())
    state, events = play(state, (Unlock(), 3))
    assert (state.locked, events) == (False, (LockChanged(locked=False),))
    assert play(state, (Unlock(), 4)) == (state, ())


@pytest.mark.parametrize(
    ("make", "phase"),
    [(lobby, Phase.FINISHED), (in_question, Phase.SCORING), (in_reveal, Phase.FINISHED)],
)
def test_a_room_left_alone_is_finished(make: Make, phase: Phase) -> None:
    state, _ = play(make(), (Pause(), 5_000)) if phase is Phase.SCORING else (make(), ())
    at = rooms.deadline(state)
    assert at == state.touched_at + 4 * HOURS_MS
    after, _ = rooms.apply(state, Tick(), at, QUESTIONS)
    assert after.phase is phase
    assert after.ending is (phase is Phase.SCORING)


@given(st.sampled_from(list(BY_PHASE.values())), st.integers(0, 5 * HOURS_MS))
def test_a_tick_with_nothing_due_changes_nothing(make: Make, early: int) -> None:
    state = make()
    at = rooms.deadline(state)
    if at is not None:
        assert rooms.apply(state, Tick(), at - 1 - early, QUESTIONS) == (state, ())


def test_a_state_survives_storage() -> None:
    for make in BY_PHASE.values():
        state = make()
        assert msgspec.json.decode(msgspec.json.encode(state), type=RoomState) == state
