"""All transitions of a live room, as one table."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from game.errors import room_refusal
from game.rules.questions import Question
from game.rules.rooms.settings import RoomSettings
from game.rules.rooms.states import (
    CloseQuestion,
    CodeChanged,
    Command,
    End,
    Event,
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
    Shown,
    Start,
    Tick,
    Unlock,
    Unpause,
    Unpaused,
    View,
    current_question,
)

COMMIT_GRACE_MS = 30
SCORING_RECOVERY_MS = 250
ABANDONED_AFTER_MS = 4 * 60 * 60 * 1000
EXTEND_MIN_S, EXTEND_MAX_S = 1, 300

Outcome = tuple[RoomState, tuple[Event, ...]]


def opened(of: int, settings: RoomSettings, now: int) -> RoomState:
    """A fresh room in its lobby."""
    return RoomState(of=of, settings=settings, touched_at=now)


def apply(state: RoomState, command: Command, now: int, questions: Sequence[Question]) -> Outcome:
    """The state after a command, and what happened; the same state and no events if nothing did.

    A command that asks for what is already so (lock a locked room, end a finished one) changes
    nothing. `End` in an open question goes to scoring with `ending` set; `Scored` then answers
    both `Revealed` and `Finished`. A Tick that is due in scoring sets a new `score_by` and has no
    events: whoever applied it scores the question.

    Raises:
        Refusal: `wrong_phase`, or `bad_message` for an extension out of range.
    """
    moment = _Moment(state, command, now, questions)
    transition = _TRANSITIONS.get((state.phase, type(command)))
    if transition is not None:
        return transition(moment)
    if isinstance(command, _INTERNAL):
        return _nothing(moment)
    raise room_refusal("wrong_phase", f"This cannot be done while the room is in {state.phase}.")


class _Moment(NamedTuple):
    """A command and the room that it meets, before anything has changed."""

    state: RoomState
    command: Any  # the table that chose the transition knows its type
    now: int
    questions: Sequence[Question]

    def to(self, *events: Event, **changes: object) -> Outcome:
        return replace(self.state, touched_at=self.now, **changes), events


def _nothing(moment: _Moment) -> Outcome:
    return moment.state, ()


def _open_next(moment: _Moment) -> Outcome:
    state = moment.state
    question = 0 if state.question is None else state.question + 1
    if question >= state.of:
        return _finish(moment)
    opens_at = moment.now + state.settings.lead_in_ms
    closes_at = opens_at + moment.questions[question].time_limit * 1000
    return moment.to(
        QuestionOpened(question, opens_at, closes_at),
        phase=Phase.QUESTION,
        question=question,
        opens_at=opens_at,
        opened_at=opens_at,
        closes_at=closes_at,
        paused_at=None,
        view=View.ANSWER,
        places_at=None,
        next_at=None,
    )


def _close(moment: _Moment, *, ending: bool = False) -> Outcome:
    return moment.to(
        QuestionClosed(current_question(moment.state).question),
        phase=Phase.SCORING,
        paused_at=None,
        score_by=moment.now + SCORING_RECOVERY_MS,
        ending=ending,
    )


def _close_and_end(moment: _Moment) -> Outcome:
    return _close(moment, ending=True)


def _close_if_everyone_answered(moment: _Moment) -> Outcome:
    current = current_question(moment.state)
    is_open = moment.state.paused_at is None and moment.now >= current.opens_at
    if is_open and moment.command.question == current.question:
        return _close(moment)
    return _nothing(moment)


def _reveal(moment: _Moment) -> Outcome:
    current = current_question(moment.state)
    if moment.command.question != current.question:
        return _nothing(moment)
    asked_ms = moment.state.asked_ms + limit_ms(moment.state, moment.questions)
    if moment.state.ending:
        return _finish(moment, Revealed(current.question), asked_ms=asked_ms)
    settings, places_at, next_at = moment.state.settings, None, None
    if settings.auto_advance:
        next_at = moment.now + settings.auto_advance_ms
        places_at = moment.now + settings.auto_advance_ms // 2
    return moment.to(
        Revealed(current.question, next_at),
        phase=Phase.REVEAL,
        score_by=None,
        asked_ms=asked_ms,
        places_at=places_at,
        next_at=next_at,
    )


def _show(moment: _Moment) -> Outcome:
    view: View = moment.command.view
    if moment.state.view is view:
        return _nothing(moment)
    event = Shown(current_question(moment.state).question, view)
    return moment.to(event, view=view, places_at=None)


def limit_ms(state: RoomState, questions: Sequence[Question]) -> int:
    """How long the closed question counts for who did not answer it.

    That is its time limit, or as long as it was open if the host extended it, so that no answer
    took longer.
    """
    question, opens_at, closes_at = current_question(state)
    open_ms = min(closes_at, state.touched_at) - opens_at
    return max(questions[question].time_limit * 1000, open_ms)


def _finish(moment: _Moment, *before: Event, **changes: object) -> Outcome:
    return moment.to(
        *before,
        Finished(moment.now),
        phase=Phase.FINISHED,
        paused_at=None,
        view=View.ANSWER,
        places_at=None,
        next_at=None,
        score_by=None,
        ending=False,
        finished_at=moment.now,
        **changes,
    )


def _end_after_scoring(moment: _Moment) -> Outcome:
    return _nothing(moment) if moment.state.ending else moment.to(ending=True)


def _pause_question(moment: _Moment) -> Outcome:
    if moment.state.paused_at is not None:
        return _nothing(moment)
    _must_not_be_over(moment)
    return _pause(moment)


def _must_not_be_over(moment: _Moment) -> None:
    """In the grace after `closes_at` a question waits for what is on its way and for no more."""
    if moment.now > current_question(moment.state).closes_at:
        raise room_refusal("wrong_phase", "The question is over.")


def _pause_reveal(moment: _Moment) -> Outcome:
    _must_wait_for_next(moment)
    return _nothing(moment) if moment.state.paused_at is not None else _pause(moment)


def _must_wait_for_next(moment: _Moment) -> None:
    if moment.state.next_at is None:
        raise room_refusal("wrong_phase", "Nothing is running that could be paused.")


def _pause(moment: _Moment) -> Outcome:
    return moment.to(Paused(*current_question(moment.state), at=moment.now), paused_at=moment.now)


def _unpause_question(moment: _Moment) -> Outcome:
    if moment.state.paused_at is None:
        return _nothing(moment)
    question, opens_at, closes_at = current_question(moment.state)
    is_announced = moment.state.opened_at == opens_at >= moment.state.paused_at
    opens_at, closes_at = opens_at + _paused_ms(moment), closes_at + _paused_ms(moment)
    return moment.to(
        Unpaused(question, opens_at, closes_at),
        paused_at=None,
        opens_at=opens_at,
        opened_at=opens_at if is_announced else moment.state.opened_at,
        closes_at=closes_at,
    )


def _unpause_reveal(moment: _Moment) -> Outcome:
    _must_wait_for_next(moment)
    if moment.state.paused_at is None or moment.state.next_at is None:
        return _nothing(moment)
    next_at, places_at = moment.state.next_at + _paused_ms(moment), moment.state.places_at
    if places_at is not None:
        places_at += _paused_ms(moment)
    event = Unpaused(*current_question(moment.state), next_at=next_at)
    return moment.to(event, paused_at=None, places_at=places_at, next_at=next_at)


def _paused_ms(moment: _Moment) -> int:
    """How long the pause took; another process's clock may be a little behind."""
    return max(moment.now - (moment.state.paused_at or moment.now), 0)


def _extend(moment: _Moment) -> Outcome:
    seconds: int = moment.command.seconds
    if not EXTEND_MIN_S <= seconds <= EXTEND_MAX_S:
        raise room_refusal("bad_message", f"Extend by {EXTEND_MIN_S} to {EXTEND_MAX_S} seconds.")
    if moment.state.paused_at is None:
        _must_not_be_over(moment)
    question, opens_at, closes_at = current_question(moment.state)
    closes_at += seconds * 1000
    return moment.to(Extended(question, opens_at, closes_at), closes_at=closes_at)


def _lock(moment: _Moment) -> Outcome:
    return _set_lock(moment, locked=True)


def _unlock(moment: _Moment) -> Outcome:
    return _set_lock(moment, locked=False)


def _set_lock(moment: _Moment, *, locked: bool) -> Outcome:
    if moment.state.locked is locked:
        return _nothing(moment)
    return moment.to(LockChanged(locked), locked=locked)


def _new_code(moment: _Moment) -> Outcome:
    code: str = moment.command.code
    return moment.to(CodeChanged(code), code=code)


def _tick_lobby(moment: _Moment) -> Outcome:
    return _finish(moment) if _is_abandoned(moment) else _nothing(moment)


def _tick_question(moment: _Moment) -> Outcome:
    if _is_abandoned(moment):
        return _close_and_end(moment)
    closes_at = current_question(moment.state).closes_at
    is_over = moment.state.paused_at is None and moment.now >= closes_at + COMMIT_GRACE_MS
    return _close(moment) if is_over else _nothing(moment)


def _tick_scoring(moment: _Moment) -> Outcome:
    """Nobody has scored yet: whoever ticks does. What cannot be scored for hours ends unscored."""
    if _is_abandoned(moment):
        return _finish(moment)
    if not _is_due(moment, moment.state.score_by):
        return _nothing(moment)
    return replace(moment.state, score_by=moment.now + SCORING_RECOVERY_MS), ()


def _tick_reveal(moment: _Moment) -> Outcome:
    if _is_abandoned(moment):
        return _finish(moment)
    if moment.state.paused_at is not None:
        return _nothing(moment)
    if _is_due(moment, moment.state.next_at):
        return _open_next(moment)
    if _is_due(moment, moment.state.places_at):
        return _show(moment._replace(command=Show(View.PLACES)))
    return _nothing(moment)


def _is_due(moment: _Moment, at: int | None) -> bool:
    return at is not None and moment.now >= at


def _is_abandoned(moment: _Moment) -> bool:
    return moment.now >= moment.state.touched_at + ABANDONED_AFTER_MS


# What is not in the table is `wrong_phase` to a host and nothing to the room's own commands.
_TRANSITIONS: dict[tuple[Phase, type[Struct]], Callable[[_Moment], Outcome]] = {
    (Phase.LOBBY, Start): _open_next,
    (Phase.LOBBY, Next): _open_next,
    (Phase.LOBBY, Lock): _lock,
    (Phase.LOBBY, Unlock): _unlock,
    (Phase.LOBBY, NewCode): _new_code,
    (Phase.LOBBY, End): _finish,
    (Phase.LOBBY, Tick): _tick_lobby,
    (Phase.QUESTION, CloseQuestion): _close,
    (Phase.QUESTION, EveryoneAnswered): _close_if_everyone_answered,
    (Phase.QUESTION, Pause): _pause_question,
    (Phase.QUESTION, Unpause): _unpause_question,
    (Phase.QUESTION, Extend): _extend,
    (Phase.QUESTION, Lock): _lock,
    (Phase.QUESTION, Unlock): _unlock,
    (Phase.QUESTION, NewCode): _new_code,
    (Phase.QUESTION, End): _close_and_end,
    (Phase.QUESTION, Tick): _tick_question,
    (Phase.SCORING, CloseQuestion): _nothing,
    (Phase.SCORING, Scored): _reveal,
    (Phase.SCORING, Lock): _lock,
    (Phase.SCORING, Unlock): _unlock,
    (Phase.SCORING, NewCode): _new_code,
    (Phase.SCORING, End): _end_after_scoring,
    (Phase.SCORING, Tick): _tick_scoring,
    (Phase.REVEAL, Next): _open_next,
    (Phase.REVEAL, Show): _show,
    (Phase.REVEAL, Pause): _pause_reveal,
    (Phase.REVEAL, Unpause): _unpause_reveal,
    (Phase.REVEAL, Lock): _lock,
    (Phase.REVEAL, Unlock): _unlock,
    (Phase.REVEAL, NewCode): _new_code,
    (Phase.REVEAL, End): _finish,
    (Phase.REVEAL, Tick): _tick_reveal,
    (Phase.FINISHED, End): _nothing,
}
_INTERNAL = (Tick, EveryoneAnswered, Scored)


def deadline(state: RoomState) -> int | None:
    """When a Tick has something to do; None for a finished room."""
    if state.phase is Phase.FINISHED:
        return None
    abandoned = state.touched_at + ABANDONED_AFTER_MS
    due = _due(state)
    return abandoned if due is None else min(due, abandoned)


def _due(state: RoomState) -> int | None:
    if state.phase is Phase.SCORING:
        return state.score_by
    if state.paused_at is not None:
        return None
    if state.phase is Phase.QUESTION:
        return current_question(state).closes_at + COMMIT_GRACE_MS
    return state.next_at if state.places_at is None else state.places_at
