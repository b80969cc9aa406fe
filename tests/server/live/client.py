"""A client of the room protocol for tests: it keeps every frame that it got."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

WAIT_S = 5.0

Message = dict[str, Any]  # Any: JSON


async def connect(
    url: str, token: str | None = None, origin: str | None = None, subprotocol: str | None = None
) -> "Client":
    socket = await open_socket(
        url,
        compression=None,
        max_size=None,
        ping_interval=None,
        proxy=None,
        additional_headers={"Authorization": f"Bearer {token}"} if token else None,
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol(subprotocol)] if subprotocol else None,
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
