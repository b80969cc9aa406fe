"""Measures throughput: answers stored per second in many rooms, with 1,000 always on their way.

It depends on the machine. A second line is the web process's CPU time per answer.
"""

from collections.abc import Sequence
from statistics import median

from server.bench.client_messages import Timing
from server.bench.games import Games, Needs
from server.bench.results import Bar, Line, busy, p99_ms, unanswered
from server.bench.rooms import many
from server.bench.testbeds import BenchOptions, Testbed

ROOMS = 80
PLAYERS = 100
OUTSTANDING = 1_000
BAR = Bar(20_000.0, at="least")
CPU_BAR = Bar(45.0)


def needs(_: BenchOptions) -> Needs:
    return {}


def lines(testbed: Testbed, _: Games) -> list[Line]:
    players = testbed.at_most(ROOMS * PLAYERS)
    count = max(2, players // PLAYERS)
    own, spent_s = _play(testbed, count, players // count)
    each_us = [spent / timing.received * 1e6 for timing, spent in zip(own, spent_s, strict=True)]
    return [
        Line(
            what="CPU of the web process for an answer",
            value=median(each_us) if testbed.server.is_here else None,
            unit="µs",
            bar=CPU_BAR,
            rounds=len(own),
        ),
        Line(
            what=f"{count} rooms of {players // count} players",
            value=median(timing.received / (timing.last - timing.began) for timing in own),
            unit="answers/s",
            bar=BAR,
            rounds=len(own),
            client_busy=busy(own),
            more={"p99_ms": p99_ms(own)},
            remarks=[unanswered(own)],
        ),
    ]


def _play(testbed: Testbed, count: int, players: int) -> tuple[Sequence[Timing], Sequence[float]]:
    """Of each round the answers' timing, and the CPU time that the web process took for them."""
    own, spent_s = [], []
    with many(testbed, count, players) as (rooms, _):
        for counts in testbed.turns(f"{count} rooms of {players}"):
            testbed.server.settle()
            rooms.next()
            before = testbed.server.cpu_s()["web"]
            timing = rooms.answer(OUTSTANDING)
            after = testbed.server.cpu_s()["web"]
            rooms.close()
            if counts:
                own.append(timing)
                spent_s.append(after - before)
    return own, spent_s
