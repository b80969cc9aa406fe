"""The sockets of a broadcaster: who is on it, and who is closed."""

import pytest

from server.live import protocol
from server.live.broadcaster import Broadcaster
from server.live.connection import Caller, Connection
from server.live.error_codes import CloseCode
from server.live.protocol import Role
from server.live.websocket import Listener


class Ear:
    """A WebSocket that only notes the code with which it was closed."""

    rtt_ms = 0

    def __init__(self) -> None:
        self.closed: int | None = None

    def listen(self, listener: Listener, address: str) -> None: ...
    def settle(self) -> None: ...
    def write(self, frame: bytes) -> None: ...
    def allow_unsent(self, limit: int, in_kernel: int = 0) -> None: ...

    def close(self, code: int, reason: str = "") -> None:
        assert reason
        self.closed = code


class Nobody:
    """A connection owner that is never asked anything."""

    def now(self) -> int:
        return 0

    async def dispatch(
        self, connection: Connection, message: protocol.FromClient, arrived_at: int
    ) -> None: ...

    def begin_answer(
        self, connection: Connection, answer: protocol.Answer, arrived_at: int
    ) -> None: ...

    def ended(self, connection: Connection, code: int) -> None: ...


@pytest.mark.parametrize("order", [("1", "2"), ("2", "1")])
async def test_a_players_newest_connection_stays_whichever_comes_last(
    order: tuple[str, str],
) -> None:
    broadcaster, wires = Broadcaster("session", lambda: 0), {"1": Ear(), "2": Ear()}
    for id_ in order:
        connection = Connection(wires[id_], "session", Caller("local", None), Nobody())
        connection.id = id_
        connection.become(Role.PLAYER, protocol.Person("ana", "Ana"))
        broadcaster.enter(connection)
    assert broadcaster.players["ana"].id == "2"
    assert wires["1"].closed == CloseCode.CONNECTED_ELSEWHERE
    assert wires["2"].closed is None
    broadcaster.stop()
