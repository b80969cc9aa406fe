"""All transitions of a live room, as one table."""

from collections.abc import Sequence

from game.rules.questions import Question
from game.rules.rooms.settings import RoomSettings
from game.rules.rooms.states import Command, Event, RoomState

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
    raise NotImplementedError


def deadline(state: RoomState) -> int | None:
    """When a Tick has something to do; None for a finished room."""
    raise NotImplementedError


def may_answer(state: RoomState, question: int, arrived_at: int) -> None:
    """Whether an answer to this question that arrived then may be stored.

    Raises:
        Refusal: `no_such_question`, `wrong_phase`, `not_open_yet` or `too_late`.
    """
    raise NotImplementedError


def may_join(state: RoomState, players: int) -> None:
    """Whether one more may join a room with so many players.

    Raises:
        Refusal: `wrong_phase` (finished, or late joining is off), `room_locked` or `room_full`.
    """
    raise NotImplementedError
