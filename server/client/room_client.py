"""Somebody who stays in a room, and comes back when the connection is lost."""

import asyncio
import contextlib
from collections.abc import Sequence
from random import Random
from time import monotonic

from websockets.exceptions import ConnectionClosed, WebSocketException

from server.client.clock import RoomClock
from server.client.connection import Connection, close_code, connect
from server.client.retries import reconnect_after_s, repeat_after_s
from server.live.error_codes import RETRYABLE_CLOSES, CloseCode
from server.live.protocol import (
    Error,
    Extended,
    FromClient,
    Hello,
    Paused,
    QuestionOpened,
    ToClient,
    Unpaused,
    Welcome,
)

WELCOME_WITHIN_S = 20.0


class HelloRefusedError(Exception):
    """The room does not take this client."""


class RoomClient:
    """Subclasses say who they are (`hello`), and override what they want to hear of."""

    repeat_after_s = 1.0
    """A retryable refusal without `retry_ms` is answered after so long, or up to twice as long."""

    def __init__(
        self, addresses: Sequence[str], random: Random, *, token: str = "", first: int = 0
    ) -> None:
        """Each connection goes to the next of the addresses; `token` is a sign-in."""
        self.clock = RoomClock()
        self._addresses = addresses
        self._token = token
        self._at = first
        self._random = random
        self._connection: Connection | None = None
        self.was_in = False
        """Whether this connection, or the one that was lost, came to a welcome."""
        self._has_left = False
        self._saying: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """Where it is or will be connected to."""
        return self._addresses[self._at % len(self._addresses)]

    @property
    def is_in(self) -> bool:
        """Welcomed, by a connection that is not lost."""
        return self._connection is not None

    # What a subclass decides.

    def hello(self) -> Hello:
        raise NotImplementedError

    def heard(self, message: ToClient) -> None:
        """The server said something."""

    def hello_refused(self, error: Error) -> None:
        """What `hello` says was refused for good; what it says now is said next.

        Raises:
            HelloRefusedError: always, unless a subclass knows better.
        """
        raise HelloRefusedError(error.message)

    def lost(self, code: int, error: Exception | None) -> None:
        """The connection ended, or `error` says why there was none."""

    # What it does.

    async def stay(self) -> int:
        """Return the close code after which nobody comes back, or the last one after `leave`.

        Raises:
            HelloRefusedError: the room does not take this client.
            msgspec.DecodeError: something else than a room of Kuis answers there.
        """
        tries = 0
        while True:
            self.was_in = False
            code = await self._visit()
            if self._has_left or code not in RETRYABLE_CLOSES:
                return code
            tries = 0 if self.was_in else tries + 1
            self._at += 1
            await asyncio.sleep(reconnect_after_s(tries, code, self._random))

    def leave(self) -> None:
        """Do not come back, and hear nothing more after the message that is heard now."""
        self._has_left = True

    def drop(self) -> None:
        """As when the network goes."""
        if self._connection is not None:
            self._connection.abort()

    def say(self, message: FromClient) -> None:
        """Lost if there is no connection just now: the next welcome says what is to be done."""
        if self._connection is not None:
            saying = asyncio.create_task(_send(self._connection, message))
            self._saying.add(saying)
            saying.add_done_callback(self._saying.discard)

    def should_repeat_after_s(self, error: Error) -> float | None:
        """None: what was refused would be refused again."""
        return repeat_after_s(error, self.repeat_after_s, self._random)

    async def enter(self) -> Connection:
        """Connect and say hello, until there is a welcome or this client leaves."""
        connection = await connect(self.address, self._token)
        try:
            async with asyncio.timeout(WELCOME_WITHIN_S):
                while not (self.was_in or self._has_left):
                    await connection.send(self.hello())
                    await self._hear_welcome(connection)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _hear_welcome(self, connection: Connection) -> None:
        """Or a refusal, after which it is time to say hello again."""
        while True:
            match await connection.receive():
                case Welcome() as welcome:
                    self.was_in = True
                    self._connection = connection
                    self._hear(welcome)
                    return
                case Error() as error:
                    after_s = self.should_repeat_after_s(error)
                    if after_s is None:
                        self.hello_refused(error)
                    else:
                        await asyncio.sleep(after_s)
                    return

    async def _visit(self) -> int:
        """One connection from its opening to its end, and the code of that."""
        connection, code, error = None, int(CloseCode.ABNORMAL), None
        try:
            connection = await self.enter()
            while not self._has_left:
                self._hear(await connection.receive())
        except ConnectionClosed as closed:
            code = close_code(closed)
        except (OSError, WebSocketException) as failed:
            error = failed
        finally:
            self._connection = None
            if connection is not None:
                await connection.close()
        self.lost(code, error)
        return code

    def _hear(self, message: ToClient) -> None:
        match message:
            case Welcome(room=heard):
                self.clock.told(heard.now, monotonic())
            case QuestionOpened() | Extended() | Paused() | Unpaused():
                self.clock.told(message.now, monotonic())
        self.heard(message)


async def _send(connection: Connection, message: FromClient) -> None:
    with contextlib.suppress(ConnectionClosed):  # whoever listens hears of it too
        await connection.send(message)
