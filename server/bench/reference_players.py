"""As many players as a room has, before the reference instead."""

from collections.abc import Iterator
from contextlib import contextmanager

from server.bench import reference
from server.bench.client import all_there
from server.bench.client_messages import Connect, Timing
from server.bench.testbeds import Testbed


class ReferencePlayers:
    def __init__(self, testbed: Testbed, port: int, players: int) -> None:
        self._clients = testbed.clients
        for group, path, count in (
            ("control", reference.CONTROL, 1),
            ("crowd", reference.PLAYERS, players),
        ):
            connect = Connect(group=group, host=reference.HOST, port=port, path=path, count=count)
            all_there(self._clients.connect(connect))

    def take(self, payload: bytes) -> None:
        """What everybody is to get."""
        self._clients.exchange(["control"], [payload], ["control"], "heard")

    def next(self) -> Timing:
        timing = self._clients.exchange(["control"], [reference.SAY], ["crowd"], "question")
        all_there(timing)
        return timing

    def answer(self, payloads: list[bytes], window_s: float) -> Timing:
        timing = self._clients.exchange(["crowd"], payloads, ["crowd"], "answer", window_s=window_s)
        all_there(timing)
        return timing

    def leave(self) -> None:
        for group in ("control", "crowd"):
            self._clients.drop(group)


@contextmanager
def reference_players(testbed: Testbed, players: int) -> Iterator[ReferencePlayers | None]:
    """On the web process's core; None where that is on another machine."""
    if not testbed.server.is_here:
        yield None
        return
    with reference.serving({testbed.cores.web[0]}) as port:
        crowd = ReferencePlayers(testbed, port, players)
        yield crowd
        crowd.leave()
