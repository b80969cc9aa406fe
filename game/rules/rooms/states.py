"""A room's state, the commands that it takes and the events that follow."""

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from game.rules.rooms.settings import RoomSettings


class Phase(StrEnum):
    """`scoring` is internal: the question is closed, its answers are not judged yet.

    To clients it is still `question`.
    """

    LOBBY = "lobby"
    QUESTION = "question"
    SCORING = "scoring"
    REVEAL = "reveal"
    FINISHED = "finished"


class View(StrEnum):
    """What the screens in the classroom show after a question."""

    ANSWER = "answer"
    PLACES = "places"


class RoomState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of a room that commands change; times in ms on the room's clock.

    Attributes:
        of: the number of questions.
        question: the 0-based index of the last announced question.
        opens_at, closes_at: of that question; a pause moves both when it ends.
        opened_at: when it opened first; a pause after that does not move it, and who joined later
            joined late.
        paused_at: since when the question, or the pause before the next one, stands still.
        view: what host and projectors show after a reveal.
        places_at: when they go on to the places by themselves, under auto-advance.
        next_at: when the next question opens by itself after a reveal.
        score_by: in scoring, when another process may take the scoring over.
        asked_ms: the limits of all scored questions together, as `limit_ms` counts them.
        ending: the host ended the room; it finishes once the question is scored.
        code: a newer code than the one that the room was opened under.
        touched_at: the last change; a room is abandoned 4 hours after it.
    """

    of: int
    settings: RoomSettings
    touched_at: int
    phase: Phase = Phase.LOBBY
    question: int | None = None
    opens_at: int | None = None
    opened_at: int | None = None
    closes_at: int | None = None
    paused_at: int | None = None
    view: View = View.ANSWER
    places_at: int | None = None
    next_at: int | None = None
    score_by: int | None = None
    asked_ms: int = 0
    locked: bool = False
    code: str | None = None
    ending: bool = False
    finished_at: int | None = None


class CurrentQuestion(NamedTuple):
    """The announced question, which every phase between lobby and end has."""

    question: int
    opens_at: int
    closes_at: int


def current_question(state: RoomState) -> CurrentQuestion:
    if state.question is None or state.opens_at is None or state.closes_at is None:
        raise ValueError(f"a room in {state.phase} must have a question")
    return CurrentQuestion(state.question, state.opens_at, state.closes_at)


class _Command(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    pass


class Start(_Command, frozen=True, tag="start"):
    pass


class Next(_Command, frozen=True, tag="next"):
    pass


class CloseQuestion(_Command, frozen=True, tag="close_question"):
    pass


class Pause(_Command, frozen=True, tag="pause"):
    pass


class Unpause(_Command, frozen=True, tag="unpause"):
    pass


class Lock(_Command, frozen=True, tag="lock"):
    pass


class Unlock(_Command, frozen=True, tag="unlock"):
    pass


class End(_Command, frozen=True, tag="end"):
    pass


class Extend(_Command, frozen=True, tag="extend"):
    seconds: int


class Show(_Command, frozen=True, tag="show"):
    view: View


class NewCode(_Command, frozen=True, tag="new_code"):
    """Another code leads to the room from now on."""

    code: str


class Tick(_Command, frozen=True, tag="tick"):
    """Time has passed: do what is due."""


class EveryoneAnswered(_Command, frozen=True, tag="everyone_answered"):
    """No connected player lacks an answer to this question; nothing if it is not open any more."""

    question: int


class Scored(_Command, frozen=True, tag="scored"):
    """The answers to this question are judged; nothing if it is not in scoring any more."""

    question: int


HostCommand = Start | Next | CloseQuestion | Pause | Unpause | Lock | Unlock | End | Extend | Show
Command = HostCommand | NewCode | Tick | EveryoneAnswered | Scored


class _Event(Struct, frozen=True, tag_field="type"):
    pass


class QuestionOpened(_Event, frozen=True, tag="question_opened"):
    question: int
    opens_at: int
    closes_at: int


class Extended(_Event, frozen=True, tag="extended"):
    question: int
    opens_at: int
    closes_at: int


class Paused(_Event, frozen=True, tag="paused"):
    """The question, or after a reveal the wait for the next one, stands still since `at`."""

    question: int
    opens_at: int
    closes_at: int
    at: int


class Unpaused(_Event, frozen=True, tag="unpaused"):
    """`opens_at` and `closes_at` are moved by the pause in a question, `next_at` after a reveal."""

    question: int
    opens_at: int
    closes_at: int
    next_at: int | None = None


class QuestionClosed(_Event, frozen=True, tag="question_closed"):
    question: int


class Revealed(_Event, frozen=True, tag="revealed"):
    question: int
    next_at: int | None = None


class Shown(_Event, frozen=True, tag="shown"):
    """The screens in the classroom go from the answer to the places, or back."""

    question: int
    view: View


class Finished(_Event, frozen=True, tag="finished"):
    at: int


class LockChanged(_Event, frozen=True, tag="lock_changed"):
    locked: bool


class CodeChanged(_Event, frozen=True, tag="code_changed"):
    code: str


Event = (
    QuestionOpened
    | Extended
    | Paused
    | Unpaused
    | QuestionClosed
    | Revealed
    | Shown
    | Finished
    | LockChanged
    | CodeChanged
)
