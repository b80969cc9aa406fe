"""One bot: joins, thinks, answers, loses its connection now and then, and stays to the end."""

import asyncio
from enum import Enum
from random import Random
from time import monotonic
from typing import Protocol

import msgspec
from msgspec import UNSET, Struct

from server.bots.behaviour import Behaviour, Belief
from server.client.answers import Answers, Given
from server.client.connection import Connection
from server.client.messages import own_part
from server.client.room_client import RoomClient
from server.client.seat import Seat
from server.errors import CommandError
from server.live.error_codes import CloseCode, ErrorCode
from server.live.protocol import (
    Error,
    Extended,
    Finished,
    Join,
    OwnStanding,
    Paused,
    Phase,
    Question,
    QuestionOpened,
    Resume,
    Reveal,
    Room,
    ToClient,
    Unpaused,
    Welcome,
)

GIVE_UP_AFTER_S = 90.0
DROPS_SHARE = 0.01  # of questions in which a bot loses its connection

_OTHER_NAME = {ErrorCode.NICKNAME_TAKEN, ErrorCode.NICKNAME_INVALID}
_HOPELESS: dict[int, str] = {
    CloseCode.NO_SUCH_ROOM: "No room has the code {code}.",
    CloseCode.ROOM_OVER: "The game in room {code} is over.",
}


class BotsError(CommandError):
    """Why the bots cannot play, in one line."""


class Ending(Enum):
    """How a bot's game ended."""

    FINISHED = "finished"
    KICKED = "kicked"
    LOST = "lost"


class Crowd(Protocol):
    """The state that all bots share. A bot calls its methods when something has happened."""

    address: str
    code: str
    gate: asyncio.Semaphore

    def has_joined(self) -> bool: ...
    def name(self) -> str: ...
    def believe(self, question: Question) -> Belief: ...
    def joined(self) -> None: ...
    def came_back(self) -> None: ...
    def opened(self, question: int) -> None: ...
    def answered(self, question: int, took_ms: float) -> None: ...
    def revealed(self, nickname: str, reveal: Reveal) -> None: ...
    def finished(self, nickname: str, finished: Finished) -> None: ...


class _Plan(Struct):
    """What a bot answers to a question, and when.

    `after_s` counts from its opening. It is None if the bot does not answer, or has answered.
    """

    question: int
    response: object
    after_s: float | None
    drops: bool


class Bot(RoomClient):
    def __init__(self, crowd: Crowd, random: Random) -> None:
        super().__init__([crowd.address], random)
        self._crowd = crowd
        self._behaviour = Behaviour.random(random)
        self._seat = Seat(crowd.name())
        self._answers = Answers(self.send, self.should_repeat_after_s, self._settled)
        self._plan: _Plan | None = None
        self._thinking: asyncio.TimerHandle | None = None
        self._seen_at = monotonic()
        self._ending = Ending.LOST

    async def play(self) -> Ending:
        """Play to the end of the game, and reconnect whenever the connection is lost.

        Raises:
            BotsError: this room cannot be played.
        """
        try:
            code = await self.run()
        except msgspec.DecodeError as error:
            raise BotsError("What answers there does not speak Kuis's room protocol.") from error
        if not self._crowd.has_joined():
            # A room that not even the first bot gets into is no room for the others.
            why = _HOPELESS.get(code, "Room {code} takes no bots: the server closed with {closed}.")
            raise BotsError(why.format(code=self._crowd.code, closed=code))
        return Ending.KICKED if code == CloseCode.KICKED else self._ending

    # Callbacks of the client.

    def hello(self) -> Join | Resume:
        return self._seat.hello()

    async def open(self) -> Connection:
        was_here = bool(self._seat.token)
        async with self._crowd.gate:
            connection = await super().open()
        if was_here and self.is_welcomed:
            self._crowd.came_back()
        return connection

    def on_hello_refused(self, error: Error) -> None:
        if error.code in _OTHER_NAME:
            self._seat.nickname = self._crowd.name()
        elif self._seat.token:
            self.leave()
        else:
            raise BotsError(f"Room {self._crowd.code} takes no more bots: {error.message}")

    def on_disconnect(self, code: int, error: Exception | None) -> None:
        del code
        self._stop_thinking()
        self._answers.stop()
        if error is not None and not self._crowd.has_joined():
            raise BotsError(f"{self.address} cannot be reached: {error}") from error
        if self.was_welcomed:
            self._seen_at = monotonic()
        elif monotonic() - self._seen_at > GIVE_UP_AFTER_S:
            self.leave()

    def on_message(self, message: ToClient) -> None:
        self._answers.on_message(message)
        match message:
            case Welcome():
                self._welcomed(message)
            case QuestionOpened():
                self._consider(message)
                self._answer_in_time(message.opens_at)
            case Paused():
                self._stop_thinking()
            case Extended() | Unpaused():
                self._answer_in_time(message.opens_at)
            case Reveal():
                self._stop_thinking()
                self._crowd.revealed(self._seat.nickname, message)
            case Finished():
                self._crowd.finished(self._seat.nickname, message)
                self._finish()

    # Thinking and answering.

    def _welcomed(self, welcome: Welcome) -> None:
        if not self._seat.token:
            self._crowd.joined()
        self._seat.welcomed(welcome)
        self._draw(welcome.room)

    def _draw(self, room: Room) -> None:
        """Act on a snapshot of the room: its open question may still need an answer."""
        self._stop_thinking()
        if room.phase is Phase.FINISHED:
            self._finish()
        match own_part(room):
            case OwnStanding(response=response) if response is UNSET and room.question:
                self._consider(room.question)
                if not room.paused:
                    self._answer_in_time(room.question.opens_at)

    def _consider(self, question: Question) -> None:
        """Decide what to answer and when. After a reconnect the decision stays."""
        self._crowd.opened(question.question)
        if self._plan is None or self._plan.question != question.question:
            self._plan = _Plan(
                question=question.question,
                response=self._behaviour.respond(self._crowd.believe(question), self._random),
                after_s=self._behaviour.think_s(question, self._random),
                drops=self._random.random() < DROPS_SHARE,
            )

    def _answer_in_time(self, opens_at: int) -> None:
        self._stop_thinking()
        if self._plan is not None and self._plan.after_s is not None:
            due_s = opens_at / 1000 + self._plan.after_s - self.clock.offset_s
            loop = asyncio.get_running_loop()
            self._thinking = loop.call_later(max(due_s - monotonic(), 0), self._answer, self._plan)

    def _answer(self, plan: _Plan) -> None:
        if plan.drops:
            plan.drops = False
            self.drop()
        else:
            plan.after_s = None  # `Answers` repeats it if necessary
            self._answers.give(plan.question, plan.response)

    def _settled(self, given: Given, refusal: ErrorCode | None) -> None:
        if refusal is None:
            took_ms = (monotonic() - given.sent_at) * 1000
            self._crowd.answered(given.message.question, took_ms)

    def _finish(self) -> None:
        self._ending = Ending.FINISHED
        self.leave()

    def _stop_thinking(self) -> None:
        if self._thinking is not None:
            self._thinking.cancel()
            self._thinking = None
