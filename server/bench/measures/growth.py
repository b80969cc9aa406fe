"""Measures how the time per player changes as rooms grow, for each thing that a room does.

All sizes take turns within each round. A line's value is the greatest rise from any size to a
larger one: 1 is flat, and below 1 a larger room is cheaper. For the answers all players send as
fast as the client can.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

from server.bench.games import Games, Needs, Part, Samples, play_in_turn
from server.bench.results import Bar, Line, busy, total_ms, unanswered
from server.bench.testbeds import BenchOptions, Testbed

SHARES = (20, 5, 2, 1)
"""Of 10,000 players: 500, 2,000, 5,000 and all."""
MOST = 10_000
BAR = Bar(1.2)
PARTS: Mapping[Part, str] = {
    Part.FANOUT: "fan-out",
    Part.RUSH: "answers",
    Part.REVEAL: "reveal",
    Part.JOIN: "joining",
}


def needs(_: BenchOptions) -> Needs:
    return {}


def lines(testbed: Testbed, _: Games) -> list[Line]:
    sizes = [testbed.at_most(MOST) // share for share in SHARES]
    samples = play_in_turn(testbed, sizes, frozenset(PARTS))
    return [_line(part, sizes, samples) for part in PARTS]


def _line(part: Part, sizes: Sequence[int], samples: Mapping[int, Samples]) -> Line:
    own = {players: samples[players].own[part] for players in sizes}
    cost = {players: total_ms(timings) * 1000 / players for players, timings in own.items()}
    last = own[sizes[-1]]
    return Line(
        what=f"{PARTS[part]}, {sizes[0]:,} to {sizes[-1]:,} players",
        value=max(cost[more] / cost[fewer] for fewer, more in combinations(sizes, 2)),
        unit="times",
        bar=BAR,
        rounds=len(last),
        client_busy=busy(last),
        more={f"us_each_{players}": each for players, each in cost.items()},
        remarks=[
            "µs each: " + ", ".join(f"{each:.0f}" for each in cost.values()),
            unanswered(last) if part is not Part.JOIN else "",  # there, doubled names are refused
        ],
    )
