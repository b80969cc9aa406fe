"""One bot: joins, thinks, answers, loses its connection now and then, and stays to the end."""

import asyncio
import contextlib
import secrets
from enum import Enum
from random import Random
from time import monotonic
from typing import Protocol

import msgspec
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from server.bots import messages
from server.bots.behaviour import Behaviour, Belief
from server.bots.messages import Error, Finished, Question, Reveal, Room, Welcome
from server.errors import CommandError
from server.live.error_codes import RETRYABLE_CLOSES, CloseCode, ErrorCode

OPEN_WITHIN_S = 20.0
WELCOME_WITHIN_S = 20.0
GIVE_UP_AFTER_S = 90.0
BACKOFF_MIN_S, BACKOFF_MAX_S = 0.3, 8.0
AWAY_MIN_S, AWAY_MAX_S = 0.3, 3.0
RETRY_S = 0.5
DROPS_SHARE = 0.01  # of questions in which a bot loses its connection

_OTHER_NAME = {ErrorCode.NICKNAME_TAKEN, ErrorCode.NICKNAME_INVALID}
_AGAIN = {ErrorCode.UNAVAILABLE, ErrorCode.RATE_LIMITED, ErrorCode.NOT_OPEN_YET}
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
    """What a bot shares with the others, and whom it tells what happens."""

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
    """What to answer to a question, and how long after its opening; None: not at all."""

    question: int
    response: object
    after_s: float | None
    drops: bool
    sent_at: float = 0.0


class Bot:
    def __init__(self, crowd: Crowd, random: Random) -> None:
        self._crowd = crowd
        self._random = random
        self._behaviour = Behaviour.random(random)
        self._nickname = crowd.name()
        self._key = secrets.token_urlsafe()
        self._token: str | None = None
        self._plan: _Plan | None = None
        self._answering: asyncio.Task[None] | None = None
        self._offset_ms = 0.0
        self._is_in = False
        self._ended: Ending | None = None

    async def play(self) -> Ending:
        """To the end of the game, coming back as often as the connection is lost.

        Raises:
            BotsError: this room cannot be played.
        """
        tries, seen_at = 0, monotonic()
        while True:
            code = await self._visit()
            self._ended = self._ended or self._ending(code)
            if self._is_in:
                tries, seen_at, self._is_in = 0, monotonic(), False
            if self._ended is None and monotonic() - seen_at > GIVE_UP_AFTER_S:
                self._ended = Ending.LOST
            if self._ended is not None:
                return self._must_have_joined(code, self._ended)
            await asyncio.sleep(self._backoff_s(tries))
            tries += 1

    def _must_have_joined(self, code: int, ending: Ending) -> Ending:
        """A room that not even the first bot gets into is no room for the others."""
        if self._crowd.has_joined():
            return ending
        why = _HOPELESS.get(code, "Room {code} takes no bots: the server closed with {closed}.")
        raise BotsError(why.format(code=self._crowd.code, closed=code))

    def _backoff_s(self, tries: int) -> float:
        longest_s: float = min(BACKOFF_MIN_S * 2.0**tries, BACKOFF_MAX_S)
        return longest_s * self._random.uniform(0.5, 1.5)

    @staticmethod
    def _ending(code: int) -> Ending | None:
        """What a close code means for this bot; None: it comes back."""
        if code in RETRYABLE_CLOSES:
            return None
        return Ending.KICKED if code == CloseCode.KICKED else Ending.LOST

    async def _visit(self) -> int:
        """One connection from its opening to its end, and the code of that."""
        socket: ClientConnection | None = None
        try:
            async with self._crowd.gate:
                socket = await _open(self._crowd.address)
                await self._enter(socket)
            await self._listen(socket)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else CloseCode.ABNORMAL
        except (OSError, WebSocketException) as error:
            if not self._crowd.has_joined():
                raise BotsError(f"{self._crowd.address} cannot be reached: {error}") from error
        finally:
            self._stop_answering()
            if socket is not None:
                await socket.close()
        return CloseCode.ABNORMAL

    async def _enter(self, socket: ClientConnection) -> None:
        async with asyncio.timeout(WELCOME_WITHIN_S):
            while not self._is_in and self._ended is None:
                await _say(socket, self._hello())
                await self._hear_answer_to_hello(socket)

    def _hello(self) -> dict[str, object]:
        if self._token is not None:
            return {"type": "resume", "token": self._token}
        return {"type": "join", "nickname": self._nickname, "key": self._key}

    async def _hear_answer_to_hello(self, socket: ClientConnection) -> None:
        while True:
            match await _heard(socket):
                case Welcome() as welcome:
                    self._welcomed(socket, welcome)
                    return
                case Error() as error:
                    await self._refused(error)
                    return

    async def _refused(self, error: Error) -> None:
        if error.code in _OTHER_NAME:
            self._nickname = self._crowd.name()
        elif error.code in _AGAIN:
            await asyncio.sleep(RETRY_S if error.retry_ms is None else error.retry_ms / 1000)
        elif self._token is not None:
            self._ended = Ending.LOST
        else:
            raise BotsError(f"Room {self._crowd.code} takes no more bots: {error.message}")

    def _welcomed(self, socket: ClientConnection, welcome: Welcome) -> None:
        if self._token is None:
            self._crowd.joined()
        elif not self._is_in:
            self._crowd.came_back()
        self._is_in = True
        self._token = welcome.token or self._token
        self._nickname = welcome.player.nickname
        self._draw(socket, welcome.room)

    def _draw(self, socket: ClientConnection, room: Room) -> None:
        """The room as a snapshot shows it: an open question may still want an answer."""
        self._set_clock(room.now)
        self._stop_answering()
        if room.phase == "finished":
            self._ended = Ending.FINISHED
        has_answered = room.you is not None and room.you.response is not None
        if room.phase == "question" and room.question is not None and not has_answered:
            self._consider(room.question)
            if not room.paused:
                self._answer_in_time(socket, room.question.opens_at)

    async def _listen(self, socket: ClientConnection) -> None:
        while self._ended is None:
            self._hear(socket, await _heard(socket))

    def _hear(self, socket: ClientConnection, heard: messages.Heard) -> None:
        match heard:
            case messages.Opened():
                self._set_clock(heard.now)
                self._consider(heard)
                self._answer_in_time(socket, heard.opens_at)
            case messages.Paused():
                self._stop_answering()
            case messages.Moved():
                self._set_clock(heard.now)
                self._answer_in_time(socket, heard.opens_at)
            case messages.Answered():
                self._answered(heard.question)
            case Error(on="answer"):
                self._answer_refused(socket, heard)
            case Welcome():
                self._welcomed(socket, heard)
            case Reveal() | Finished():
                self._judged(heard)

    def _judged(self, heard: Reveal | Finished) -> None:
        self._plan = None
        self._stop_answering()
        if isinstance(heard, Reveal):
            self._crowd.revealed(self._nickname, heard)
        else:
            self._ended = Ending.FINISHED
            self._crowd.finished(self._nickname, heard)

    def _set_clock(self, now_ms: int) -> None:
        self._offset_ms = now_ms - monotonic() * 1000

    def _consider(self, question: Question) -> None:
        """Decide once what to answer and when; a connection that comes back finds it decided."""
        self._crowd.opened(question.question)
        if self._plan is None or self._plan.question != question.question:
            self._plan = _Plan(
                question=question.question,
                response=self._behaviour.respond(self._crowd.believe(question), self._random),
                after_s=self._behaviour.think_s(question, self._random),
                drops=self._random.random() < DROPS_SHARE,
            )

    def _answer_in_time(self, socket: ClientConnection, opens_at: int) -> None:
        self._stop_answering()
        if self._plan is not None and self._plan.after_s is not None:
            due_ms = opens_at + self._plan.after_s * 1000 - self._offset_ms
            self._answer_after(socket, self._plan, due_ms / 1000 - monotonic())

    def _answer_after(self, socket: ClientConnection, plan: _Plan, seconds: float) -> None:
        self._answering = asyncio.create_task(self._answer(socket, plan, max(seconds, 0)))

    async def _answer(self, socket: ClientConnection, plan: _Plan, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if plan.drops:
            plan.drops = False
            socket.transport.abort()
            return
        plan.sent_at = monotonic()
        answer = {"type": "answer", "question": plan.question, "response": plan.response}
        with contextlib.suppress(ConnectionClosed):  # the listening side hears of it too
            await _say(socket, answer)

    def _answer_refused(self, socket: ClientConnection, error: Error) -> None:
        """Once more if that can help; too late is too late."""
        if self._plan is not None and error.code in _AGAIN:
            self._stop_answering()
            self._answer_after(socket, self._plan, RETRY_S)

    def _answered(self, question: int) -> None:
        if self._plan is not None and self._plan.question == question:
            took_s = monotonic() - self._plan.sent_at
            self._plan = None
            self._crowd.answered(question, took_s * 1000)

    def _stop_answering(self) -> None:
        if self._answering is not None:
            self._answering.cancel()
            self._answering = None


async def _open(address: str) -> ClientConnection:
    """Without compression, pings and queues of its own: the server pings, and there are many."""
    return await connect(
        address,
        compression=None,
        open_timeout=OPEN_WITHIN_S,
        ping_interval=None,
        close_timeout=1,
        proxy=None,
    )


async def _say(socket: ClientConnection, message: dict[str, object]) -> None:
    await socket.send(messages.write(message), text=True)


async def _heard(socket: ClientConnection) -> messages.Heard:
    try:
        heard: messages.Heard = messages.read(await socket.recv(decode=False))
    except msgspec.DecodeError as error:
        raise BotsError("What answers there does not speak Kuis's room protocol.") from error
    return heard
