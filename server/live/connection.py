"""One client's connection: decodes its messages, applies them in order, limits and ends it."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

import msgspec
import structlog

from game.errors import RateLimited, Refusal, Unavailable
from game.live.seats import KickedOut
from game.rules.questions import Response
from server import metrics
from server.auth.sign_ins import SignedIn
from server.live import protocol
from server.live.error_codes import CloseCode, ErrorCode
from server.live.frames import frame
from server.live.protocol import Role
from server.live.websocket import WebSocket

FRAMES_A_SECOND = 10
FRAMES_AT_ONCE = 30
WAITING_MAX = 30  # messages not done yet, while something that they need is slow
REFUSED_FRAMES_MAX = 100  # of one burst; then it is no accident
BAD_FRAMES_MAX = 10
KICKED_REASON = "The host removed you from this room."

log = structlog.get_logger(__name__)

_decoder: msgspec.json.Decoder[protocol.FromClient] = msgspec.json.Decoder(protocol.FromClient)
_types = frozenset(str(message.__struct_config__.tag) for message in protocol.FromClient.__args__)
_codes = frozenset(ErrorCode)
_NAME_REFUSALS = frozenset({ErrorCode.NICKNAME_INVALID, ErrorCode.NICKNAME_TAKEN})


class _Typed(msgspec.Struct):
    type: str


class Caller(msgspec.Struct, frozen=True):
    """What the handshake tells about the client."""

    address: str
    signed_in: SignedIn | None
    by_former_code: bool = False
    """The room has a new code. Only its host and players who come back may use this one."""
    code: str | None = None
    """Set until the code is looked up, for an address that is slowed; see `code_lookups`."""


class ConnectionOwner(Protocol):
    """The part of the process that a connection calls."""

    def now(self) -> int:
        """The time of the room's clock, in ms."""

    async def dispatch(
        self, connection: "Connection", message: protocol.FromClient, arrived_at: int
    ) -> None:
        """Apply a message. Raises Refusal."""

    def begin_answer(
        self, connection: "Connection", answer: protocol.Answer, arrived_at: int
    ) -> asyncio.Future[None] | None:
        """Pass an answer on without waiting. None if that is not possible. Raises Refusal."""

    def ended(self, connection: "Connection", code: int) -> None:
        """The connection has ended. `code` is ours if we closed it."""


class Connection:
    """Reads a WebSocket. Frames are counted and decoded at once, but applied one by one."""

    __slots__ = (
        "_allowance",
        "_bad",
        "_counted_at",
        "_hello_timer",
        "_owner",
        "_refused",
        "_waiting",
        "_work",
        "answer",
        "caller",
        "gone",
        "id",
        "player",
        "role",
        "session",
        "websocket",
        "write",
    )

    def __init__(
        self, websocket: WebSocket, session: str, caller: Caller, owner: ConnectionOwner
    ) -> None:
        self.websocket = websocket
        self.write = websocket.write
        self.session = session
        """Empty until `caller.code` is looked up."""
        self.caller = caller
        self.id = ""
        """Set with the first message. A newer connection of the same player has a greater id."""
        self.role: Role | None = None
        self.player: protocol.Person | None = None
        self.answer: tuple[int, Response] | None = None
        """The question and the response of the last answer that is known to be stored."""
        self.gone = False
        self._owner = owner
        self._allowance = float(FRAMES_AT_ONCE)
        self._counted_at = time.monotonic()
        self._refused = 0
        self._bad = 0
        self._waiting: deque[tuple[protocol.FromClient, int]] | None = None
        self._work: asyncio.Future[None] | None = None
        self._hello_timer: asyncio.TimerHandle | None = None
        self._expect_hello(protocol.HELLO_WITHIN_S)

    # Callbacks from the WebSocket.

    def text(self, data: bytes) -> None:
        arrived_at = self._owner.now()
        if not self._allowed():
            self._refuse_frame()
            return
        try:
            message = _decoder.decode(data)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            self._bad_frame(data, error)
            return
        if isinstance(message, protocol.Ping) and self.role is not None:
            self.write(frame(protocol.Pong(message.sent_at, arrived_at)))
            return
        if isinstance(message, protocol.Answer) and self._begin_answer(message, arrived_at):
            return
        self._enqueue(message, arrived_at)

    def binary(self) -> None:
        if self._allowed():
            self._count_bad()
            self.error(ErrorCode.BAD_MESSAGE, "Send text frames: one JSON object each.")
        else:
            self._refuse_frame()

    def control_frame(self) -> None:
        if not self._allowed():
            self._count_refused()

    def finish(self, done: Callable[[], None]) -> None:
        if self._work is None:
            done()
        else:
            self._work.add_done_callback(lambda _: self.finish(done))

    def lost(self, code: int) -> None:
        self.gone = True
        self.write = _discard
        self._cancel_hello()
        if self._waiting is not None:
            self._waiting.clear()
        self._owner.ended(self, code)

    # Methods for the room.

    def become(self, role: Role, player: protocol.Person | None = None) -> None:
        self._cancel_hello()
        self.websocket.settle()
        self.role = role
        self.player = player

    def error(
        self,
        code: ErrorCode,
        message: str,
        about: protocol.FromClient | str | None = None,
        retry_ms: int | None = None,
    ) -> None:
        """Report a refusal. `about` is the refused message, or its type if that is all we know."""
        on = about if isinstance(about, str | None) else str(about.__struct_config__.tag)
        question = about.question if isinstance(about, protocol.Answer) else msgspec.UNSET
        retry = retry_ms or msgspec.UNSET
        self.write(frame(protocol.Error(code, message, on or msgspec.UNSET, retry, question)))

    def kick(self) -> None:
        self.write(frame(protocol.Kicked(KICKED_REASON)))
        self.close(CloseCode.KICKED, "kicked")

    def close(self, code: CloseCode, reason: str) -> None:
        self.websocket.close(code, reason)

    # Applying messages in order.

    def _enqueue(self, message: protocol.FromClient, arrived_at: int) -> None:
        if self._waiting is None:
            self._waiting = deque()
        elif len(self._waiting) >= WAITING_MAX:
            self.error(ErrorCode.UNAVAILABLE, "What you said before is not done yet.", message)
            return
        self._waiting.append((message, arrived_at))
        if self._work is None:
            self._work = asyncio.create_task(self._process_queue(), name="connection")

    async def _process_queue(self) -> None:
        try:
            while self._waiting:
                await self._process(*self._waiting.popleft())
        finally:
            self._work = self._waiting = None

    async def _process(self, message: protocol.FromClient, arrived_at: int) -> None:
        try:
            await self._owner.dispatch(self, message, arrived_at)
        except Exception as error:  # noqa: BLE001  # logged there, unless it is an answer
            self._failed(message, error)

    def _begin_answer(self, answer: protocol.Answer, arrived_at: int) -> bool:
        """Pass an answer on without a task, if nothing else is under way. Whether that was done."""
        if self._work is not None or self.role is not Role.PLAYER:
            return False
        try:
            stored = self._owner.begin_answer(self, answer, arrived_at)
        except Exception as error:  # noqa: BLE001  # logged there, unless it is an answer
            self._failed(answer, error)
            return True
        if stored is None:
            return False
        self._work = stored
        stored.add_done_callback(partial(self._answered, answer))
        return True

    def _answered(self, answer: protocol.Answer, stored: asyncio.Future[None]) -> None:
        self._work = None
        if not stored.cancelled() and (error := stored.exception()) is not None:
            self._failed(answer, error)
        if self._waiting:
            self._work = asyncio.create_task(self._process_queue(), name="connection")

    def _failed(self, message: protocol.FromClient, error: BaseException) -> None:
        """Report why a message failed. The connection goes on, unless the error has to end it."""
        _count_outcome(message, error.code if isinstance(error, Refusal) else "unavailable")
        match error:
            case KickedOut():
                self.kick()
            case RateLimited() if self.role is None:
                self.close(CloseCode.RATE_LIMITED, error.message)
            case RateLimited():
                self.error(ErrorCode.RATE_LIMITED, error.message, message, error.retry_after * 1000)
            case Refusal():
                self.refuse(error, message)
                self._expect_hello_again(error)
            case _:
                on = message.__struct_config__.tag
                log.error("live.failed", room=self.session, on=on, exc_info=error)
                self.error(ErrorCode.UNAVAILABLE, "Something went wrong here; try again.", message)

    def refuse(self, refusal: Refusal, message: protocol.FromClient) -> None:
        if refusal.code == "no_such_room":
            self.close(CloseCode.NO_SUCH_ROOM, "no such room")
        elif isinstance(refusal, Unavailable):
            self.error(ErrorCode.UNAVAILABLE, refusal.message, message, refusal.retry_ms)
        elif refusal.code in _codes:
            self.error(ErrorCode(refusal.code), refusal.message, message)
        else:
            on = message.__struct_config__.tag
            log.error("live.unknown_refusal", room=self.session, on=on, refusal=refusal.code)
            self.error(ErrorCode.NOT_ALLOWED, refusal.message, message)

    # Limits.

    def _allowed(self) -> bool:
        """Count a frame. 30 are allowed at once, and 10 more each second."""
        now = time.monotonic()
        earned = (now - self._counted_at) * FRAMES_A_SECOND
        self._allowance = min(self._allowance + earned, float(FRAMES_AT_ONCE))
        self._counted_at = now
        if self._allowance == FRAMES_AT_ONCE:
            self._refused = 0
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def _refuse_frame(self) -> None:
        self._count_refused()
        self.error(ErrorCode.RATE_LIMITED, "Too many messages; slow down.")

    def _count_refused(self) -> None:
        self._refused += 1
        if self._refused >= REFUSED_FRAMES_MAX:
            self.close(CloseCode.RATE_LIMITED, "too many messages")

    def _bad_frame(self, data: bytes, error: Exception) -> None:
        type_ = _type_of(data)
        if type_ is not None and type_ not in _types:
            self.error(ErrorCode.UNKNOWN_TYPE, "There is no message of this type.", type_[:40])
        else:
            self.error(ErrorCode.BAD_MESSAGE, _decoding_problem(error), type_)
        self._count_bad()

    def _count_bad(self) -> None:
        self._bad += 1
        if self._bad >= BAD_FRAMES_MAX:
            self.close(CloseCode.BAD_FRAMES, "too many bad frames")

    def _expect_hello(self, within_s: float) -> None:
        self._cancel_hello()
        loop = asyncio.get_running_loop()
        self._hello_timer = loop.call_later(within_s, self._hello_timed_out)

    def _expect_hello_again(self, refusal: Refusal) -> None:
        """Give more time only to those who need another nickname or were told to wait."""
        if self.role is not None or self.gone:
            return
        if refusal.code in _NAME_REFUSALS:
            self._expect_hello(protocol.HELLO_AGAIN_WITHIN_S)
        elif isinstance(refusal, Unavailable):
            self._expect_hello(protocol.HELLO_WITHIN_S + (refusal.retry_ms or 0) / 1000)

    def _hello_timed_out(self) -> None:
        self._hello_timer = None
        if self._work is not None:  # its message is being processed
            self._expect_hello(protocol.HELLO_WITHIN_S)
            return
        self.close(CloseCode.SILENT, "say who you are first")

    def _cancel_hello(self) -> None:
        if self._hello_timer is not None:
            self._hello_timer.cancel()
            self._hello_timer = None


def _discard(_: bytes) -> None:
    """Takes the place of `write` when the connection has ended."""


def _count_outcome(message: protocol.FromClient, code: str) -> None:
    if isinstance(message, protocol.Answer):
        metrics.ANSWERS.labels(code).inc()
    elif isinstance(message, protocol.Join):
        metrics.JOINS.labels(code).inc()


def _type_of(data: bytes) -> str | None:
    try:
        return msgspec.json.decode(data, type=_Typed).type
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _decoding_problem(error: Exception) -> str:
    """What is wrong with a frame; a validation error names the place and quotes nothing secret."""
    if isinstance(error, msgspec.ValidationError):
        return f"{error}."
    return "Send one JSON object."
