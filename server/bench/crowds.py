"""As many players as a room has, before the reference instead."""

from collections.abc import Iterator
from contextlib import contextmanager

from server.bench import reference
from server.bench.calls import Connect, Timing
from server.bench.client import all_there
from server.bench.stands import Stand


class Crowd:
    def __init__(self, stand: Stand, port: int, players: int) -> None:
        self._clients = stand.clients
        for group, path, count in (
            ("control", reference.CONTROL, 1),
            ("crowd", reference.PLAYERS, players),
        ):
            connect = Connect(group=group, host=reference.HOST, port=port, path=path, count=count)
            all_there(self._clients.connect(connect))

    def take(self, payload: bytes) -> None:
        """What everybody is to get."""
        self._clients.exchange(["control"], [payload.decode()], ["control"], "heard")

    def next(self) -> Timing:
        timing = self._clients.exchange(["control"], [reference.SAY], ["crowd"], "question")
        all_there(timing)
        return timing

    def answer(self, texts: list[str], window_s: float) -> Timing:
        timing = self._clients.exchange(["crowd"], texts, ["crowd"], "answer", window_s=window_s)
        all_there(timing)
        return timing

    def leave(self) -> None:
        for group in ("control", "crowd"):
            self._clients.drop(group)


@contextmanager
def gathered(stand: Stand, players: int) -> Iterator[Crowd | None]:
    """On the web process's core; None where that is on another machine."""
    if not stand.server.is_here:
        yield None
        return
    with reference.serving({stand.cores.web[0]}) as port:
        crowd = Crowd(stand, port, players)
        yield crowd
        crowd.leave()
