"""The bare picows server, as a process; see `reference.py`. It ends with its standard input."""

import asyncio
import gc
import resource
import sys

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

from server.bench.reference import CONTROL, HOST, SAY

BACKLOG = 4096
_RECEIVED = b'{"type":"heard"}'


class _Players:
    """What all sockets but the control share."""

    def __init__(self) -> None:
        self.sockets: dict[WSTransport, None] = {}
        self.payload = b""


class _Player(WSListener):
    """Echoes what it hears."""

    def __init__(self, players: _Players) -> None:
        super().__init__()
        self._players = players

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._players.sockets[transport] = None

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._players.sockets.pop(transport, None)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.TEXT:
            transport.send(WSMsgType.TEXT, frame.get_payload_as_bytes())


class _Control(WSListener):
    """Takes the payload that everybody is to get, and says it to everybody when told."""

    def __init__(self, players: _Players) -> None:
        super().__init__()
        self._players = players

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.TEXT:
            return
        said = frame.get_payload_as_bytes()
        if said != SAY:
            self._players.payload = said
            transport.send(WSMsgType.TEXT, _RECEIVED)
            return
        payload = self._players.payload
        for player in self._players.sockets:
            player.send(WSMsgType.TEXT, payload)


async def _serve() -> None:
    players = _Players()

    def listener(request: WSUpgradeRequest) -> WSListener:
        return (_Control if request.path == CONTROL.encode() else _Player)(players)

    server = await ws_create_server(listener, HOST, 0, backlog=BACKLOG)
    gc.freeze()
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    # Until nobody holds the other end of our standard input any more.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(_serve())


if __name__ == "__main__":
    main()
