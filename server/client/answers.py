"""Sends a player's answer, again and again until the server has stored or finally refused it."""

import asyncio
from collections.abc import Callable
from time import monotonic

from msgspec import UNSET, Struct

from server.client.messages import own_part
from server.live.error_codes import ErrorCode
from server.live.protocol import (
    Answer,
    Answered,
    Error,
    OwnResult,
    OwnStanding,
    QuestionOpened,
    Reveal,
    Room,
    ToClient,
    Unpaused,
    Welcome,
)
from server.live.protocol.values import Response


class Given(Struct):
    """An answer without a response from the server."""

    message: Answer
    sent_at: float = 0.0
    """When it was last sent, by `time.monotonic()`."""


class Answers:
    """Holds one answer at a time, as a room has one question at a time.

    `settled` is called once for each answer: with the reason if it was refused, else with None.
    """

    def __init__(
        self,
        send: Callable[[Answer], None],
        repeat_after_s: Callable[[Error], float | None],
        settled: Callable[[Given, ErrorCode | None], None],
    ) -> None:
        self._send = send
        self._repeat_after_s = repeat_after_s
        self._settled = settled
        self._given: Given | None = None
        self._timer: asyncio.TimerHandle | None = None

    def give(self, question: int, response: Response) -> None:
        self._given = Given(Answer(question, response))
        self._repeat()

    def on_message(self, message: ToClient) -> None:
        given = self._given
        if given is None:
            return
        asked = given.message.question
        match message:
            case Answered(question) if question == asked:
                self._settle(given)
            case Error(on="answer", question=question) if question in {UNSET, asked}:
                self._is_refused(given, message)
            case Welcome():
                self._compare(given, message.room)
            case Unpaused():
                self._repeat()
            case Reveal(question, you=OwnResult() as own) if question == asked:
                self._settle(given, None if own.response is not None else ErrorCode.TOO_LATE)
            case QuestionOpened(question) if question != asked:
                self._settle(given, ErrorCode.TOO_LATE)

    def stop(self) -> None:
        """Repeat nothing before the next welcome."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _repeat(self) -> None:
        """Send the answer again. That is harmless, as the same response twice is no error."""
        self.stop()
        if self._given is not None:
            self._given.sent_at = monotonic()
            self._send(self._given.message)

    def _is_refused(self, given: Given, error: Error) -> None:
        after_s = self._repeat_after_s(error)
        if after_s is not None:
            self.stop()
            self._timer = asyncio.get_running_loop().call_later(after_s, self._repeat)
        elif error.code is not ErrorCode.WRONG_PHASE:  # paused: `unpaused` or `reveal` comes next
            self._settle(given, error.code)

    def _compare(self, given: Given, room: Room) -> None:
        """A snapshot shows whether the answer is stored, or was when it was revealed."""
        shown = room.question.question if room.question else None
        if shown != given.message.question:
            self._settle(given, ErrorCode.TOO_LATE)
            return
        match own_part(room):
            case OwnStanding(response=response) if response is UNSET:
                if not room.paused:
                    self._repeat()
            case OwnResult(response=None):
                self._settle(given, ErrorCode.TOO_LATE)
            case _:
                self._settle(given)

    def _settle(self, given: Given, refusal: ErrorCode | None = None) -> None:
        self.stop()
        self._given = None
        self._settled(given, refusal)
