"""A client that stays in a room: it reconnects by itself when the connection is lost."""

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
    """The room refuses this client."""


class RoomClient:
    """Base class. Subclasses define the first message (`hello`), and override callbacks."""

    repeat_after_s = 1.0
    """The wait after a retryable refusal without `retry_ms`; it is randomised up to twice that."""

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
        self.was_welcomed = False
        """Whether this connection, or the one that was lost, came to a welcome."""
        self._has_left = False
        self._sending: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """The address of the present or next connection."""
        return self._addresses[self._at % len(self._addresses)]

    @property
    def is_welcomed(self) -> bool:
        """Whether the present connection has got its welcome."""
        return self._connection is not None

    # What a subclass decides.

    def hello(self) -> Hello:
        raise NotImplementedError

    def on_message(self, message: ToClient) -> None:
        """Called with each message from the server."""

    def on_hello_refused(self, error: Error) -> None:
        """Called when the first message was refused for good. `hello` is then sent again.

        Raises:
            HelloRefusedError: always, unless a subclass knows better.
        """
        raise HelloRefusedError(error.message)

    def on_disconnect(self, code: int, error: Exception | None) -> None:
        """Called when the connection has ended, or with the `error` if there was none."""

    # What it does.

    async def run(self) -> int:
        """Stay in the room. Returns the final close code, or the last one after `leave`.

        Raises:
            HelloRefusedError: the room refuses this client.
            msgspec.DecodeError: something else than a room of Kuis answers there.
        """
        tries = 0
        while True:
            self.was_welcomed = False
            code = await self._connect_once()
            if self._has_left or code not in RETRYABLE_CLOSES:
                return code
            tries = 0 if self.was_welcomed else tries + 1
            self._at += 1
            await asyncio.sleep(reconnect_after_s(tries, code, self._random))

    def leave(self) -> None:
        """Do not reconnect, and process no more messages after the present one."""
        self._has_left = True

    def drop(self) -> None:
        """Drop the connection, as if the network failed."""
        if self._connection is not None:
            self._connection.abort()

    def send(self, message: FromClient) -> None:
        """Send a message. Without a connection it is lost; the next welcome shows what to do."""
        if self._connection is not None:
            sending = asyncio.create_task(_send(self._connection, message))
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)

    def should_repeat_after_s(self, error: Error) -> float | None:
        """The wait before a refused message is sent again; None if it would be refused again."""
        return repeat_after_s(error, self.repeat_after_s, self._random)

    async def open(self) -> Connection:
        """Connect and send the first message, until there is a welcome or this client leaves."""
        connection = await connect(self.address, self._token)
        try:
            async with asyncio.timeout(WELCOME_WITHIN_S):
                while not (self.was_welcomed or self._has_left):
                    await connection.send(self.hello())
                    await self._await_welcome(connection)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _await_welcome(self, connection: Connection) -> None:
        """Or a refusal, after which it is time to say hello again."""
        while True:
            match await connection.receive():
                case Welcome() as welcome:
                    self.was_welcomed = True
                    self._connection = connection
                    self._receive(welcome)
                    return
                case Error() as error:
                    after_s = self.should_repeat_after_s(error)
                    if after_s is None:
                        self.on_hello_refused(error)
                    else:
                        await asyncio.sleep(after_s)
                    return

    async def _connect_once(self) -> int:
        """Open one connection and process it to its end. Returns the close code."""
        connection, code, error = None, int(CloseCode.ABNORMAL), None
        try:
            connection = await self.open()
            while not self._has_left:
                self._receive(await connection.receive())
        except ConnectionClosed as closed:
            code = close_code(closed)
        except (OSError, WebSocketException) as failed:
            error = failed
        finally:
            self._connection = None
            if connection is not None:
                await connection.close()
        self.on_disconnect(code, error)
        return code

    def _receive(self, message: ToClient) -> None:
        match message:
            case Welcome(room=room):
                self.clock.update(room.now, monotonic())
            case QuestionOpened() | Extended() | Paused() | Unpaused():
                self.clock.update(message.now, monotonic())
        self.on_message(message)


async def _send(connection: Connection, message: FromClient) -> None:
    with contextlib.suppress(ConnectionClosed):  # whoever listens hears of it too
        await connection.send(message)
