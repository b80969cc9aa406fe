"""An answer is sent again until the server has stored or finally refused it."""

import asyncio
from typing import Any

import pytest
from msgspec import UNSET, UnsetType

from game.rules.questions import Kind
from server.client.answers import Answers, Given
from server.live.error_codes import ErrorCode
from server.live.protocol import (
    Answer,
    Answered,
    Error,
    OwnResult,
    Phase,
    Question,
    Reveal,
    Role,
    Room,
    ToClient,
    Unpaused,
    Welcome,
)

SAID = Answer(1, "a")
QUESTION = Question(1, 2, Kind.MULTIPLE_CHOICE, "Which?", 1000, 20, 0, 20_000, ())
STANDING = {"score": 0, "rank": 0, "streak": 0}
RESULT = STANDING | {"correct": True, "gained": 0}


class Said:
    """What was said to a server, and what became of it."""

    def __init__(self) -> None:
        self.messages: list[Answer] = []
        self.settled: list[ErrorCode | None] = []
        self.answers = Answers(self.messages.append, self._again, self._settle)
        self.answers.give(1, "a")

    def _again(self, error: Error) -> float | None:
        return 0.0 if error.code is ErrorCode.NOT_OPEN_YET else None

    def _settle(self, given: Given, refusal: ErrorCode | None) -> None:
        assert given.message == SAID
        self.settled.append(refusal)


def welcome(phase: Phase, you: dict[str, Any], *, paused: bool = False) -> Welcome:
    room = Room(
        "KQ7M2X",
        "Moons",
        phase,
        locked=False,
        paused=paused,
        players=1,
        of=2,
        now=0,
        question=QUESTION,
        you=you,
    )
    return Welcome(Role.PLAYER, room)


def reveal(question: int, response: object) -> Reveal:
    own = OwnResult(response, correct=None, gained=0, score=0, rank=1, streak=0)
    return Reveal(question, "a", {}, 1, 1, (), you=own)


def refused(code: ErrorCode, question: int | UnsetType = UNSET) -> Error:
    return Error(code, "No.", "answer", question=question)


@pytest.mark.parametrize(
    ("heard", "settled"),
    [
        (Answered(1, 5), [None]),
        (Answered(0, 5), []),
        (refused(ErrorCode.TOO_LATE), [ErrorCode.TOO_LATE]),
        (refused(ErrorCode.TOO_LATE, question=1), [ErrorCode.TOO_LATE]),
        (refused(ErrorCode.TOO_LATE, question=0), []),
        (refused(ErrorCode.WRONG_PHASE), []),
        (Error(ErrorCode.BAD_MESSAGE, "No.", "ping"), []),
        (reveal(1, "a"), [None]),
        (reveal(1, None), [ErrorCode.TOO_LATE]),
        (reveal(0, None), []),
        (welcome(Phase.QUESTION, STANDING | {"response": "a"}), [None]),
        (welcome(Phase.REVEAL, RESULT | {"response": "a"}), [None]),
        (welcome(Phase.REVEAL, RESULT | {"response": None}), [ErrorCode.TOO_LATE]),
    ],
)
def test_what_settles_an_answer(heard: ToClient, settled: list[ErrorCode | None]) -> None:
    said = Said()
    said.answers.on_message(heard)
    said.answers.on_message(Answered(0, 9))
    assert said.settled == settled
    assert said.messages == [SAID]


@pytest.mark.parametrize("heard", [welcome(Phase.QUESTION, STANDING), Unpaused(1, 0, 20_000, 0)])
def test_an_answer_that_may_be_lost_is_said_again(heard: ToClient) -> None:
    said = Said()
    said.answers.on_message(heard)
    assert said.messages == [SAID, SAID]
    said.answers.on_message(Answered(1, 5))
    said.answers.on_message(heard)
    assert said.messages == [SAID, SAID]


def test_while_a_room_is_paused_an_answer_waits() -> None:
    said = Said()
    said.answers.on_message(welcome(Phase.QUESTION, STANDING, paused=True))
    assert said.messages == [SAID]


async def test_an_answer_that_came_too_early_is_said_again() -> None:
    said = Said()
    said.answers.on_message(refused(ErrorCode.NOT_OPEN_YET))
    await asyncio.sleep(0.01)
    assert said.messages == [SAID, SAID]
    said.answers.on_message(refused(ErrorCode.NOT_OPEN_YET))
    said.answers.stop()
    await asyncio.sleep(0.01)
    assert said.messages == [SAID, SAID]
    assert said.settled == []
