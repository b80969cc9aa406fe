"""Rooms of two questions in every phase, for the tests of the rules."""

from collections.abc import Callable

from game.rules import rooms
from game.rules.questions import Choice, MultipleChoice
from game.rules.rooms import (
    CloseQuestion,
    Command,
    End,
    Event,
    RoomSettings,
    RoomState,
    Scored,
    Start,
)

AB = (Choice("a", "a"), Choice("b", "b"))
QUESTIONS = tuple(
    MultipleChoice(stem="?", choices=AB, key="a", time_limit=limit) for limit in (20, 30)
)
T0 = 1_000_000
HOURS_MS = 3_600_000
Make = Callable[[], RoomState]
AUTO = RoomSettings(auto_advance=True)


def play(state: RoomState, *steps: tuple[Command, int]) -> tuple[RoomState, tuple[Event, ...]]:
    """The state after all commands at their times after T0, and the events of the last one."""
    events: tuple[Event, ...] = ()
    for command, after in steps:
        state, events = rooms.apply(state, command, T0 + after, QUESTIONS)
    return state, events


def lobby(settings: RoomSettings | None = None) -> RoomState:
    return rooms.opened(len(QUESTIONS), settings or RoomSettings(), T0)


def in_question(settings: RoomSettings | None = None) -> RoomState:
    """Question 0 opens at T0 + 1,000 and closes at T0 + 21,000."""
    return play(lobby(settings), (Start(), 0))[0]


def in_scoring(settings: RoomSettings | None = None) -> RoomState:
    return play(in_question(settings), (CloseQuestion(), 5_000))[0]


def in_reveal(settings: RoomSettings | None = None) -> RoomState:
    return play(in_scoring(settings), (Scored(0), 5_010))[0]


def finished() -> RoomState:
    return play(lobby(), (End(), 0))[0]
