"""Runs the selected measures on one testbed."""

import os
import resource
from collections.abc import Iterator
from contextlib import AbstractContextManager

from server.bench import testbeds
from server.bench.errors import BenchError
from server.bench.games import Games
from server.bench.measures import MEASURES
from server.bench.results import Result
from server.bench.testbeds import BenchOptions, ReportProgress, Testbed

SPARE_FILES = 500


def measure(options: BenchOptions, say: ReportProgress) -> Iterator[tuple[str, Result]]:
    """Yield each measure's name and result as soon as it is done. `say` reports the progress.

    Raises:
        BenchError: it cannot be measured here, or the server does not do what it should.
    """
    _check(options.players)
    chosen = {name: MEASURES[name] for name in options.measures}
    with _testbed(options, say) as testbed:
        games = Games(testbed, [each.needs(options) for each in chosen.values()])
        for name, each in chosen.items():
            say(name)
            yield name, Result(each.lines(testbed, games))


def _testbed(options: BenchOptions, say: ReportProgress) -> AbstractContextManager[Testbed]:
    if options.url is None:
        return testbeds.own_server(options, say)
    return testbeds.running_server(options, options.url, say)


def _check(players: int) -> None:
    if not hasattr(os, "sched_setaffinity"):
        raise BenchError("kuis bench runs on Linux only: it needs epoll and to choose cores.")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < players + SPARE_FILES:
        raise BenchError(f"This machine allows a process {hard} open files; use fewer --players.")
