"""Clients as the pages are: they come back by themselves and say an answer until it is stored."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Coroutine, Iterator, Sequence
from random import Random
from time import monotonic
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

FIRST_WAIT_S = 0.4  # as server/web/static/sessions/socket.js
LONGEST_WAIT_S = 10.0
SAY_AGAIN_S = 0.25
OPEN_WITHIN_S = 20.0
WAIT_S = 90.0  # processes start slowly on a machine that runs other tests too
AGAIN = {"unavailable", "rate_limited", "not_open_yet"}
GAME = ("question", "extended", "paused", "unpaused", "reveal", "finished")

Json = dict[str, Any]  # Any: JSON


class Visit(msgspec.Struct):
    """One connection; times of `time.monotonic()`."""

    tried_at: float
    welcomed_at: float = 0.0
    lost_at: float = 0.0
    code: int = 1006


class Line:
    """A connection to a room that is renewed at the next address whenever it is lost."""

    def __init__(self, urls: Sequence[str], code: str, seed: int) -> None:
        self.visits: list[Visit] = []
        """Only those that came to a welcome, and the last one."""
        self.room: Json = {}
        """The last snapshot, and after that only what `phase` and `question` have become."""
        self.told: list[Json] = []
        """What was told of the game, without what is personal or of the moment."""
        self.offset_s = float("-inf")
        """From `time.monotonic()` to the room's clock, by the message that took the least time."""
        self.seen_at: dict[tuple[str, int], float] = {}
        """When a question or its reveal was first seen, as an event or in a snapshot."""
        self._urls = urls
        self._code = code
        self._at = seed
        self._random = Random(seed)
        self._socket: ClientConnection | None = None
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The web process that it is or will be connected to."""
        return self._urls[self._at % len(self._urls)]

    @property
    def is_in(self) -> bool:
        return bool(self.visits) and not self.visits[-1].lost_at and bool(self.room)

    @property
    def phase(self) -> tuple[str, int]:
        """Where the game is, as this client has been told."""
        question = self.room.get("question")
        return self.room.get("phase", ""), question["question"] if question else -1

    def hello(self) -> Json:
        raise NotImplementedError

    def headers(self) -> dict[str, str]:
        return {}

    def heard(self, message: Json) -> None:
        """Something that only this kind of client hears."""

    async def join(self) -> None:
        self._task = asyncio.create_task(self._come_back_for_ever())
        await self.until(lambda: self.is_in)

    async def leave(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def drop(self) -> None:
        """As when the network goes."""
        if self._socket is not None:
            self._socket.transport.abort()

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
        await self.until(lambda: self.is_in and self.visits[-1].welcomed_at > since)

    async def say(self, **message: object) -> None:
        """Lost if there is no connection just now: the next welcome says what is to be done."""
        if self._socket is not None and self.is_in:
            await _send(self._socket, message)

    def absences(self, since: float) -> Iterator[tuple[float, float]]:
        """After each loss since then: seconds away, and seconds that coming back took."""
        for lost, back in zip(self.visits, self.visits[1:], strict=False):
            if lost.lost_at > since and back.welcomed_at:
                yield back.welcomed_at - lost.lost_at, back.welcomed_at - back.tried_at

    def codes(self, since: float) -> list[int]:
        return [visit.code for visit in self.visits if visit.lost_at > since]

    async def _come_back_for_ever(self) -> None:
        tries = 0
        while True:
            visit = Visit(monotonic())
            try:
                await self._visit(visit)
            except ConnectionClosed as closed:
                visit.code = closed.rcvd.code if closed.rcvd is not None else 1006
            except (OSError, WebSocketException):
                pass
            self._socket = None
            visit.lost_at = monotonic()
            self._pulse()
            tries = 0 if visit.welcomed_at else tries + 1
            self._at += 1
            most = min(FIRST_WAIT_S * 2**tries, LONGEST_WAIT_S)
            await asyncio.sleep(FIRST_WAIT_S / 2 + self._random.random() * most)

    async def _visit(self, visit: Visit) -> None:
        async with connect(
            f"{self.url.replace('http', 'ws', 1)}/ws/rooms/{self._code}",
            additional_headers=self.headers(),
            compression=None,
            max_size=None,
            open_timeout=OPEN_WITHIN_S,
            ping_interval=None,
            close_timeout=1,
            proxy=None,
        ) as socket:
            await _send(socket, self.hello())
            while True:
                self._hear(socket, visit, msgspec.json.decode(await socket.recv(decode=False)))
                self._pulse()

    def _hear(self, socket: ClientConnection, visit: Visit, message: Json) -> None:
        match message["type"]:
            case "welcome":
                self._welcomed(socket, visit, message)
            case "question":
                self.room |= {"phase": "question", "question": message}
                self._set_clock(message["now"])
            case "reveal":
                self.room |= {"phase": "reveal"}
            case "finished":
                self.room |= {"phase": "finished"}
            case "error" if message["code"] in AGAIN and not visit.welcomed_at:
                self._later(lambda: _send(socket, self.hello()))
        self.seen_at.setdefault(self.phase, monotonic())
        if message["type"] in GAME:
            self.told.append({k: v for k, v in message.items() if k not in {"now", "you"}})
        self.heard(message)

    def _welcomed(self, socket: ClientConnection, visit: Visit, message: Json) -> None:
        if not visit.welcomed_at:
            visit.welcomed_at = monotonic()
            if self.visits and not self.visits[-1].welcomed_at:
                self.visits.pop()
            self.visits.append(visit)
        self._socket = socket
        self.room = message["room"]
        self._set_clock(self.room["now"])

    def _set_clock(self, now_ms: int) -> None:
        self.offset_s = max(self.offset_s, now_ms / 1000 - monotonic())

    @staticmethod
    def _later(act: Callable[[], Coroutine[Any, Any, None]], seconds: float = SAY_AGAIN_S) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, lambda: loop.create_task(act()))

    def _pulse(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Player(Line):
    """Answers when told to, and keeps account of what the server said was stored."""

    def __init__(self, urls: Sequence[str], code: str, number: int) -> None:
        super().__init__(urls, code, number)
        self.number = number
        self.id = ""
        self.token = ""
        self.stored: dict[int, tuple[object, float]] = {}
        """Question → the response that the server says it has, and when it said so."""
        self.said: dict[int, object] = {}
        self.refused: dict[int, str] = {}
        self.scores: list[int] = []
        self.finished: Json = {}
        self._key = secrets.token_urlsafe()

    def hello(self) -> Json:
        if self.token:
            return {"type": "resume", "token": self.token}
        return {"type": "join", "nickname": f"Player {self.number}", "key": self._key}

    async def answer(self, question: int, response: object) -> None:
        """Return when it is stored, or refused for good."""
        self.said[question] = response
        await self._send(question)
        await self.until(lambda: question in self.stored or question in self.refused)

    async def is_told_the_end(self) -> None:
        await self.until(lambda: bool(self.finished))

    def heard(self, message: Json) -> None:
        match message:
            case {"type": "welcome", "player": player}:
                self.id = player["id"]
                self.token = message.get("token") or self.token
                self._look_at_own_answer()
            case {"type": "answered", "question": question}:
                self._is_stored(question)
            case {"type": "error", "on": "answer", "code": code}:
                self._answer_refused(code)
            case {"type": "reveal", "question": question, "you": you}:
                self.scores.append(you["score"])
                self._is_revealed(question, you)
            case {"type": "finished", "you": you}:
                self.finished = you

    def _look_at_own_answer(self) -> None:
        phase, question = self.phase
        you = self.room.get("you") or {}
        if phase == "finished":
            self.finished = you
        elif phase == "reveal":
            self._is_revealed(question, you)
        elif question in self.said and you.get("response") is not None:
            self._is_stored(question)
        elif question in self.said:
            self._later(lambda: self._send(question), 0.0)

    def _is_revealed(self, question: int, you: Json) -> None:
        """Whether an answer counted of which nothing has been heard."""
        if question in self.said and you.get("response") is not None:
            self._is_stored(question)
        elif question in self.said and question not in self.stored:
            self.refused[question] = "too_late"

    def _is_stored(self, question: int) -> None:
        self.stored.setdefault(question, (self.said[question], monotonic()))

    def _answer_refused(self, code: str) -> None:
        question = max(self.said)
        if code in AGAIN:
            self._later(lambda: self._send(question))
        elif question not in self.stored:
            self.refused[question] = code

    async def _send(self, question: int) -> None:
        if question not in self.stored:
            await self.say(type="answer", question=question, response=self.said[question])


class Host(Line):
    def __init__(self, urls: Sequence[str], code: str, token: str, seed: int = 0) -> None:
        super().__init__(urls, code, seed)
        self._token = token

    def hello(self) -> Json:
        return {"type": "host"}

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def bring(self, command: str, *phase: object) -> float:
        """Say a command, again if need be, until the room is there; when it was first said."""
        began = monotonic()
        async with asyncio.timeout(WAIT_S):
            while self.phase != phase:
                await self.say(type=command)
                with contextlib.suppress(TimeoutError):
                    await self.until(lambda: self.phase == phase, 1.0)
        return began


class Projector(Line):
    def hello(self) -> Json:
        return {"type": "watch"}


async def _send(socket: ClientConnection, message: Json) -> None:
    with contextlib.suppress(ConnectionClosed):  # the reading side hears of it too
        await socket.send(msgspec.json.encode(message), text=True)
