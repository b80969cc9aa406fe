"""The measures of `kuis bench`, a file each: what a measure needs and what it makes of it."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from server.bench.games import Games, Needs
from server.bench.measures import (
    burst,
    deadlines,
    fanout,
    growth,
    join,
    memory,
    points,
    reveal,
    scaleout,
    steady,
)
from server.bench.results import Line
from server.bench.testbeds import BenchOptions, Testbed


class Measure(Struct, frozen=True):
    """`needs` says which games are to be played; `lines` measures, or looks at those games."""

    needs: Callable[[BenchOptions], Needs]
    lines: Callable[[Testbed, Games], Sequence[Line]]


MEASURES: Mapping[str, Measure] = {
    module.__name__.rpartition(".")[2]: Measure(module.needs, module.lines)
    for module in (
        fanout,
        burst,
        steady,
        reveal,
        join,
        memory,
        deadlines,
        points,
        growth,
        scaleout,
    )
}
NAMES = tuple(MEASURES)
