"""The measures of `kuis bench`, one per file: the games that it needs and their evaluation."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from server.bench.games import Games, Needs
from server.bench.measures import (
    burst,
    deadlines,
    fanout,
    growth,
    homework,
    join,
    lists,
    memory,
    points,
    reveal,
    reviews,
    scaleout,
    search,
    steady,
)
from server.bench.results import Line
from server.bench.testbeds import BenchOptions, Testbed


class Measure(Struct, frozen=True):
    """A measure. `needs` lists the games to play; `lines` evaluates them, or measures itself."""

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
        homework,
        scaleout,
        search,
        lists,
        reviews,
    )
}
NAMES = tuple(MEASURES)
