"""The measures of `kuis bench`, a file each: what a measure needs and what it makes of it."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from server.bench.games import Games, Needs
from server.bench.measures import burst, fanout, join, memory, reveal
from server.bench.results import Line
from server.bench.stands import Stand, Wishes


class Measure(Struct, frozen=True):
    """`needs` says which games are to be played; `lines` measures, or looks at those games."""

    needs: Callable[[Wishes], Needs]
    lines: Callable[[Stand, Games], Sequence[Line]]


MEASURES: Mapping[str, Measure] = {
    "fanout": Measure(fanout.needs, fanout.lines),
    "burst": Measure(burst.needs, burst.lines),
    "reveal": Measure(reveal.needs, reveal.lines),
    "join": Measure(join.needs, join.lines),
    "memory": Measure(memory.needs, memory.lines),
}
NAMES = tuple(MEASURES)
