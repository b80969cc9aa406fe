"""A way between a client and a server that is long, or breaks."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import msgspec

from tests.server.live.conftest import Room

CHUNK_BYTES = 64 * 1024


class Link:
    """A proxy that lets bytes out `delay_s` after they came in, in their order."""

    def __init__(self, server: str, delay_s: float) -> None:
        address = urlsplit(server)
        self._host, self._port = address.hostname, address.port
        self._delay_s = delay_s
        self._writers: set[asyncio.StreamWriter] = set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        self._writers |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way: deque[bytes] = deque()
        later = asyncio.get_running_loop().call_later
        try:
            while data := await reader.read(CHUNK_BYTES):
                under_way.append(data)
                later(self._delay_s, lambda: writer.write(under_way.popleft()))
        except ConnectionError:
            pass
        later(self._delay_s, writer.close)

    def cut(self) -> None:
        """What is under way is lost, and neither end is told why."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()


@asynccontextmanager
async def link_to(room: Room, delay_s: float) -> AsyncIterator[tuple[Room, Link]]:
    """The same room, but far away."""
    link = Link(room.server.ws_url, delay_s)
    proxy = await asyncio.start_server(link.carry, "127.0.0.1", 0)
    port = proxy.sockets[0].getsockname()[1]
    server = msgspec.structs.replace(room.server, ws_url=f"ws://127.0.0.1:{port}")
    try:
        yield room.at(server), link
    finally:
        link.cut()
        proxy.close()
