"""A client of the room protocol for tests: it keeps every frame that it got."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed

from server.client import frames, messages
from server.client.connection import Connection, close_code, connect
from server.client.seat import new_key
from server.live.protocol import FromClient

WAIT_S = 5.0
BACK_WITHIN_S = 20.0  # an engine that was away
SAY_AGAIN_S = 0.15
READ_BYTES = 65_536

Message = dict[str, Any]  # Any: JSON


class Client:
    """Speaks as a client of ours, and reads the JSON that came."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.socket = connection.socket
        self.frames: list[str] = []
        """All that came, as it came."""
        self.welcomed: Message = {}
        """The first welcome."""

    @classmethod
    async def connect(cls, address: str, token: str = "", **options: object) -> "Client":
        return cls(await connect(address, token, **options))

    @property
    def id(self) -> str:
        return str(self.welcomed["player"]["id"])

    @property
    def token(self) -> str:
        return str(self.welcomed["token"])

    @property
    def messages(self) -> list[Message]:
        """All messages so far, read or not by a test."""
        return [json.loads(frame) for frame in self.frames]

    async def send(self, type_: str, **fields: object) -> None:
        """A message of the protocol; whatever is none goes by `raw`."""
        await self.connection.send(msgspec.convert({"type": type_, **fields}, FromClient))

    async def raw(self, data: str | bytes) -> None:
        await self.socket.send(data)

    async def next(self) -> Message:
        async with asyncio.timeout(WAIT_S):
            frame = await self.socket.recv(decode=True)
        assert messages.decode(frame) is not None, "not of a type that the protocol has"
        self.frames.append(str(frame))
        message: Message = json.loads(frame)
        if message["type"] == "welcome" and not self.welcomed:
            self.welcomed = message
        return message

    async def hears(self, *types: str, **fields: object) -> Message:
        """The next message of one of these types with these fields; others are passed over."""
        while True:
            message = await self.next()
            if message["type"] in types and fields.items() <= message.items():
                return message

    async def patiently(self, type_: str, answer: str, **fields: object) -> None:
        """Says it again, as the pages do, while it is `unavailable`."""
        async with asyncio.timeout(BACK_WITHIN_S):
            while True:
                await self.send(type_, **fields)
                message = await self.hears(answer, "error")
                if message["type"] == answer:
                    return
                assert message["code"] == "unavailable"
                await asyncio.sleep(SAY_AGAIN_S)

    async def sees_reveal(self) -> Message:
        """By its event, or by the snapshot of a server that may have missed it."""
        while True:
            message = await self.hears("reveal", "welcome")
            if message["type"] == "reveal":
                return message
            if "reveal" in message["room"]:
                revealed: Message = message["room"]["reveal"]
                return revealed

    async def refused(self, code: str, on: str | None = None) -> Message:
        """The next error, which must be this one."""
        error = await self.hears("error")
        assert (error["code"], error.get("on")) == (code, on)
        assert error["message"]
        return error

    async def closed(self) -> int:
        """Reads until the server closes; its code."""
        while True:
            try:
                await self.next()
            except ConnectionClosed as closed:
                return close_code(closed)
            except TimeoutError:
                pytest.fail("the server did not close the connection")

    async def quiet(self) -> None:
        """Everything that the server has sent so far is read; a ping comes back last."""
        await self.send("ping", sent_at=-1)
        await self.hears("pong", sent_at=-1)

    async def close(self) -> None:
        await self.socket.close()


class Door:
    """The way into a room; it knows who went in."""

    clients: list[Client]
    token: str
    """The sign-in of the room's teacher."""

    @property
    def room_address(self) -> str:
        raise NotImplementedError

    async def connect(
        self, token: str | None = None, address: str | None = None, **options: object
    ) -> Client:
        """With `address`, which must be of the loopback interface, from there."""
        if address is not None:
            options["local_addr"] = (address, 0)
        client = await Client.connect(self.room_address, token or "", **options)
        self.clients.append(client)
        return client

    async def player(
        self,
        nickname: str,
        address: str | None = None,
        token: str | None = None,
        **fields: object,
    ) -> Client:
        client = await self.connect(token, address)
        await client.send("join", nickname=nickname, **({"key": new_key()} | fields))
        await client.hears("welcome")
        return client

    async def resumed(self, token: str) -> Client:
        """Who has only said so: there may be no way back."""
        client = await self.connect()
        await client.send("resume", token=token)
        return client

    async def host(self, token: str | None = None) -> Client:
        """With the teacher's sign-in, unless another is given."""
        client = await self.connect(token or self.token)
        await client.send("host")
        await client.hears("welcome")
        return client

    async def projector(self) -> Client:
        client = await self.connect()
        await client.send("watch")
        await client.hears("welcome")
        return client


class Deaf:
    """A socket that is open and joined, but neither reads nor answers pings until it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._rest = b""

    @classmethod
    async def connect(cls, url: str, buffer: int = 4096) -> "Deaf":
        """A small receive buffer, so that what is not read piles up at the server.

        Small packets, as on a network: on the loopback interface the system would else keep
        megabytes for each socket before anything waits in the server.
        """
        address = urlsplit(url)
        link = socket.socket()
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)
        link.setblocking(False)  # noqa: FBT003  # the standard library's own signature
        await asyncio.get_running_loop().sock_connect(link, (address.hostname, address.port))
        reader, writer = await asyncio.open_connection(sock=link, limit=buffer // 2)
        writer.write(frames.handshake(address.netloc, address.path))
        assert b" 101 " in await reader.readuntil(frames.OVER)
        return cls(reader, writer)

    def say(self, message: FromClient) -> None:
        self.frame(frames.TEXT, messages.encode(message))

    def frame(self, opcode: int, data: bytes, *, final: bool = True) -> None:
        head, *rest = frames.masked(data, opcode)
        self.writer.write(bytes((head if final else head & ~frames.FINAL, *rest)))

    async def hears(self, type_: str) -> bytes:
        """The next payload of this type."""
        return await self._reads(lambda _, payload: payload.startswith(frames.beginning(type_)))

    async def close_code(self) -> int:
        payload = await self._reads(lambda opcode, _: opcode == frames.CLOSE)
        return int.from_bytes(payload[:2], "big")

    async def _reads(self, is_it: Callable[[int, bytes], bool]) -> bytes:
        """The next frame that it is; what came before is not of interest."""
        async with asyncio.timeout(2 * WAIT_S):
            while data := await self.reader.read(READ_BYTES):
                *whole, (_, self._rest) = frames.split(self._rest + data)
                for opcode, payload in whole:
                    if is_it(opcode, payload):
                        return payload
        raise EOFError

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()
