"""Starts and controls the bench's client processes, which hold the players' sockets."""

import socket
import subprocess
import sys
import time
from collections.abc import Sequence

from msgspec.structs import replace

from server.bench import client_messages
from server.bench.client_messages import Call, Connect, Done, Drop, Exchange, Failed, Timing
from server.bench.errors import BenchError

PROCESS = "server.bench.client_process"
START_S = 0.05
"""The time from a call until its exchange begins. By then all processes are ready."""


class Clients:
    """One or more client processes, which share each group of players evenly."""

    def __init__(self, count: int = 1) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._links: list[socket.socket] = []
        for _ in range(count):
            ours, theirs = socket.socketpair()
            with theirs:
                command = [sys.executable, "-m", PROCESS, str(theirs.fileno())]
                self._processes.append(
                    subprocess.Popen(  # noqa: S603  # ourselves
                        command, pass_fds=[theirs.fileno()], start_new_session=True
                    )
                )
            self._links.append(ours)

    def close(self) -> None:
        for link in self._links:
            link.close()
        for process in self._processes:
            process.kill()
            process.wait()
        self._links, self._processes = [], []

    def connect(self, call: Connect) -> Timing:
        """Open the sockets of a group, spread over all processes."""
        share, more = divmod(call.count, len(self._links))
        parts, first = [], call.first
        for number in range(len(self._links)):
            count = share + (number < more)
            parts.append(replace(call, count=count, first=first))
            first += count
        return _together(self._ask(parts))

    def exchange(  # noqa: PLR0913  # what an exchange is
        self,
        by: Sequence[str],
        payloads: Sequence[bytes],
        to: Sequence[str],
        awaited: str,
        *,
        window_s: float = 0.0,
        outstanding: int = 0,
        keep: Sequence[str] = (),
        at: float | None = None,
    ) -> Timing:
        """See `Exchange`. Without `at` it begins after START_S."""
        call = Exchange(
            by=list(by),
            payloads=list(payloads),
            to=list(to),
            awaited=awaited,
            at=time.monotonic() + START_S if at is None else at,
            window_s=window_s,
            outstanding=outstanding // len(self._links),
            keep=list(keep),
        )
        return _together(self._ask([call] * len(self._links)))

    def drop(self, group: str) -> None:
        self._ask([Drop(group)] * len(self._links))

    def _ask(self, parts: Sequence[Call]) -> list[Timing]:
        try:
            for link, part in zip(self._links, parts, strict=True):
                client_messages.send(link, part)
            answers = [client_messages.next_answer(link) for link in self._links]
        except BaseException:  # Ctrl-C: nobody waits for what was asked, so nobody shall go on
            self.close()
            raise
        for answer in answers:
            if answer is None:
                raise BenchError("A client process ended: see the lines above.")
            if isinstance(answer, Failed):
                raise BenchError(f"The client failed. {answer.reason}")
        return [answer.timing for answer in answers if isinstance(answer, Done) and answer.timing]


def all_there(timing: Timing) -> None:
    """Raise BenchError if a player got an error or nothing."""
    if timing.failed:
        raise BenchError(f"Not all got an answer: {timing.failed}.")


def _together(timings: list[Timing]) -> Timing:
    """The timing of all processes, without those whose players waited for nothing."""
    return client_messages.merged(
        [part for part in timings if part.received or part.failed] or timings
    )
