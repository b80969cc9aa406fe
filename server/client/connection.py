"""A WebSocket connection to a room, which sends and receives the protocol's messages."""

from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import ConnectionClosed

from server.client import messages
from server.live.error_codes import CloseCode
from server.live.protocol import FromClient, ToClient

OPEN_WITHIN_S = 20.0


class Connection:
    """Carries the protocol's messages."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, message: FromClient) -> None:
        await self.socket.send(messages.encode(message), text=True)

    async def receive(self) -> ToClient:
        """The next message of a type that is known here."""
        while True:
            message = messages.decode(await self.socket.recv(decode=False))
            if message is not None:
                return message

    def abort(self) -> None:
        """Disconnect without a close, like a phone that loses its network."""
        self.socket.transport.abort()

    async def close(self) -> None:
        await self.socket.close()


async def connect(
    address: str,
    token: str = "",
    **options: Any,  # noqa: ANN401  # as `websockets.connect` takes them
) -> Connection:
    """Signed in by `token` if there is one.

    Without compression, pings and a queue of its own: the server pings, and there may be thousands.
    """
    return Connection(
        await open_socket(
            address,
            additional_headers={"Authorization": f"Bearer {token}"} if token else None,
            compression=None,
            max_size=None,
            open_timeout=OPEN_WITHIN_S,
            ping_interval=None,
            close_timeout=1,
            proxy=None,
            **options,
        )
    )


def close_code(closed: ConnectionClosed) -> int:
    return CloseCode.ABNORMAL if closed.rcvd is None else closed.rcvd.code
