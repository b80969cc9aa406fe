"""A client of the room protocol for tests: it keeps every frame that it got."""

import asyncio
import contextlib
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

WAIT_S = 5.0
BACK_WITHIN_S = 20.0  # an engine that was away
SAY_AGAIN_S = 0.15

Message = dict[str, Any]  # Any: JSON


async def connect(
    url: str,
    token: str | None = None,
    origin: str | None = None,
    subprotocol: str | None = None,
    address: str | None = None,
) -> "Client":
    """With `address`, which must be of the loopback interface, from there."""
    socket = await open_socket(
        url,
        compression=None,
        max_size=None,
        ping_interval=None,
        proxy=None,
        additional_headers={"Authorization": f"Bearer {token}"} if token else None,
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol(subprotocol)] if subprotocol else None,
        local_addr=(address, 0) if address else None,
    )
    return Client(socket)


class Client:
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[str] = []
        """All that came, as it came."""
        self.welcomed: Message = {}
        """The first welcome."""

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
        await self.socket.send(json.dumps({"type": type_, **fields}))

    async def raw(self, data: str | bytes) -> None:
        await self.socket.send(data)

    async def next(self) -> Message:
        async with asyncio.timeout(WAIT_S):
            frame = await self.socket.recv(decode=True)
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
                return closed.rcvd.code if closed.rcvd is not None else 1006
            except TimeoutError:
                pytest.fail("the server did not close the connection")

    async def quiet(self) -> None:
        """Everything that the server has sent so far is read; a ping comes back last."""
        await self.send("ping", sent_at=-1)
        await self.hears("pong", sent_at=-1)

    async def close(self) -> None:
        await self.socket.close()


def handshake(url: str) -> bytes:
    address = urlsplit(url)
    return (
        f"GET {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


class Deaf:
    """A socket that is open and joined, but neither reads nor answers pings until it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

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
        writer.write(handshake(url))
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        return cls(reader, writer)

    def say(self, text: str) -> None:
        self.frame(0x1, text.encode())

    def frame(self, opcode: int, data: bytes, *, final: bool = True) -> None:
        """A masked frame of fewer than 126 bytes."""
        assert len(data) < 126
        mask = bytes(4)
        self.writer.write(bytes(((0x80 if final else 0) | opcode, 0x80 | len(data))) + mask + data)

    async def close_code(self) -> int:
        """Reads on to the close frame."""
        async with asyncio.timeout(2 * WAIT_S):
            while True:
                opcode, data = await self._frame()
                if opcode == 0x8:
                    return int.from_bytes(data[:2], "big")

    async def _frame(self) -> tuple[int, bytes]:
        head, length = await self.reader.readexactly(2)
        if length == 126:
            length = int.from_bytes(await self.reader.readexactly(2), "big")
        elif length == 127:
            length = int.from_bytes(await self.reader.readexactly(8), "big")
        return head & 0xF, await self.reader.readexactly(length)

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()
