"""Clients that stay in a room during all faults, and note what the server acknowledged."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from random import Random
from time import monotonic
from typing import Any

import msgspec

from server.client.addresses import room_address
from server.client.answers import Answers, Given
from server.client.connection import Connection
from server.client.messages import Own, own_part
from server.client.room_client import RoomClient
from server.client.seat import Seat
from server.live import protocol
from server.live.error_codes import ErrorCode
from server.live.protocol import (
    Command,
    Extended,
    Finished,
    OwnPlace,
    Paused,
    Phase,
    Question,
    QuestionOpened,
    Reveal,
    ToClient,
    Unpaused,
    Watch,
    Welcome,
)

REPEAT_AFTER_S = 0.25  # sooner than others, so that tests do not wait
COMMAND_WITHIN_S = 1.0
WAIT_S = 90.0  # processes start slowly on a machine that runs other tests too
GAME = QuestionOpened | Extended | Paused | Unpaused | Reveal | Finished

Json = dict[str, Any]  # Any: JSON


class Visit(msgspec.Struct):
    """A connection that came to a welcome; times of `time.monotonic()`."""

    tried_at: float
    welcomed_at: float
    lost_at: float = 0.0
    code: int = 0


class Line(RoomClient):
    """A connection to a room that is renewed at the next address whenever it is lost."""

    repeat_after_s = REPEAT_AFTER_S

    def __init__(self, urls: Sequence[str], code: str, seed: int, token: str = "") -> None:
        addresses = [room_address(url, code) for url in urls]
        super().__init__(addresses, Random(seed), token=token, first=seed)
        self.visits: list[Visit] = []
        self.phase: tuple[str, int] = ("", -1)
        """Where the game is and which question it shows, as this client has been told."""
        self.question: Question | None = None
        self.told: list[Json] = []
        """What was told of the game, without what is personal or of the moment."""
        self.seen_at: dict[tuple[str, int], float] = {}
        """When a question or its reveal was first seen, as an event or in a snapshot."""
        self._news = asyncio.Event()
        self._task: asyncio.Task[int] | None = None

    # As a client of the room.

    async def open(self) -> Connection:
        tried_at = monotonic()
        connection = await super().open()
        self.visits.append(Visit(tried_at, monotonic()))
        self._pulse()
        return connection

    def on_disconnect(self, code: int, error: Exception | None) -> None:
        del error
        if self.was_welcomed:
            self.visits[-1].lost_at, self.visits[-1].code = monotonic(), code
        self._pulse()

    def on_message(self, message: ToClient) -> None:
        match message:
            case Welcome(room=room):
                self._show(room.phase, room.question or self.question)
            case QuestionOpened():
                self._show(Phase.QUESTION, message)
            case Reveal():
                self._show(Phase.REVEAL, self.question)
            case Finished():
                self._show(Phase.FINISHED, self.question)
        if isinstance(message, GAME):
            told: Json = msgspec.to_builtins(message)
            self.told.append({k: v for k, v in told.items() if k not in {"now", "you"}})
        self._pulse()

    def _show(self, phase: Phase, question: Question | None) -> None:
        self.question = question
        self.phase = (phase, question.question if question else -1)
        self.seen_at.setdefault(self.phase, monotonic())

    # As a test has it.

    async def join(self) -> None:
        self._task = asyncio.create_task(self.run())
        await self.until(lambda: self.is_welcomed)

    async def go(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def until(self, holds: Callable[[], bool], within_s: float = WAIT_S) -> None:
        async with asyncio.timeout(within_s):
            while not holds():
                await self._news.wait()

    async def sees(self, phase: str, question: int) -> None:
        await self.until(lambda: self.phase == (phase, question))

    async def is_told(self, event: str) -> None:
        await self.until(lambda: any(told["type"] == event for told in self.told))

    async def is_back(self, since: float = 0.0) -> None:
        """Return when this is in, by a connection that was made since then."""
        await self.until(lambda: self.is_welcomed and self.visits[-1].welcomed_at > since)

    def absences(self, since: float) -> Iterator[tuple[float, float]]:
        """After each loss since then: seconds away, and seconds that coming back took."""
        for lost, back in zip(self.visits, self.visits[1:], strict=False):
            if lost.lost_at > since:
                yield back.welcomed_at - lost.lost_at, back.welcomed_at - back.tried_at

    def codes(self, since: float) -> list[int]:
        return [visit.code for visit in self.visits if visit.lost_at > since]

    def _pulse(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Player(Line):
    """Answers when told to, and keeps account of what the server said was stored."""

    def __init__(self, urls: Sequence[str], code: str, number: int) -> None:
        super().__init__(urls, code, number)
        self.number = number
        self.seat = Seat(f"Player {number}")
        self.own: Own | None = None
        """What the last snapshot said of this player."""
        self.stored: dict[int, tuple[object, float]] = {}
        """Question → the response that the server says it has, and when it said so."""
        self.said: dict[int, object] = {}
        self.refused: dict[int, ErrorCode] = {}
        self.scores: list[int] = []
        self.final_score: int | None = None
        self._answers = Answers(self.send, self.should_repeat_after_s, self._settled)

    @property
    def id(self) -> str:
        return self.seat.id

    async def answer(self, question: int, response: object) -> None:
        """Return when it is stored, or refused for good."""
        self.said[question] = response
        self._answers.give(question, response)
        await self.until(lambda: question in self.stored or question in self.refused)

    async def is_told_the_end(self) -> None:
        await self.until(lambda: self.final_score is not None)

    def hello(self) -> protocol.Join | protocol.Resume:
        return self.seat.hello()

    def on_message(self, message: ToClient) -> None:
        self._answers.on_message(message)
        match message:
            case Welcome():
                self.seat.welcomed(message)
                self.own = own_part(message.room)
                if isinstance(self.own, OwnPlace):
                    self.final_score = self.own.score
            case Reveal() if message.you:
                self.scores.append(message.you.score)
            case Finished() if message.you:
                self.final_score = message.you.score
        super().on_message(message)

    def on_disconnect(self, code: int, error: Exception | None) -> None:
        self._answers.stop()
        super().on_disconnect(code, error)

    def _settled(self, given: Given, refusal: ErrorCode | None) -> None:
        question = given.message.question
        if refusal is None:
            self.stored[question] = (given.message.response, monotonic())
        else:
            self.refused[question] = refusal


class Host(Line):
    def hello(self) -> protocol.Host:
        return protocol.Host()

    async def bring(self, command: Command, *phase: object) -> float:
        """Say a command, again if need be, until the room is there; when it was first said."""
        began = monotonic()
        async with asyncio.timeout(WAIT_S):
            while self.phase != phase:
                self.send(command)
                with contextlib.suppress(TimeoutError):
                    await self.until(lambda: self.phase == phase, COMMAND_WITHIN_S)
        return began


class Projector(Line):
    def hello(self) -> Watch:
        return Watch()
