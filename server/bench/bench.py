"""Measuring: what was wished for, on one test stand."""

import os
import resource
from collections.abc import Iterator
from contextlib import AbstractContextManager

from server.bench import stands
from server.bench.errors import BenchError
from server.bench.games import Games
from server.bench.measures import MEASURES
from server.bench.results import Result
from server.bench.stands import Say, Stand, Wishes

SPARE_FILES = 500


def measure(wishes: Wishes, say: Say) -> Iterator[tuple[str, Result]]:
    """Yield each measure's name and result as soon as it is done; `say` hears what is going on.

    Raises:
        BenchError: it cannot be measured here, or the server does not do what it should.
    """
    _check(wishes.players)
    chosen = {name: MEASURES[name] for name in wishes.measures}
    with _stand(wishes, say) as stand:
        games = Games(stand, [each.needs(wishes) for each in chosen.values()])
        for name, each in chosen.items():
            say(name)
            yield name, Result(each.lines(stand, games))


def _stand(wishes: Wishes, say: Say) -> AbstractContextManager[Stand]:
    if wishes.url is None:
        return stands.own(wishes, say)
    return stands.visiting(wishes, wishes.url, say)


def _check(players: int) -> None:
    if not hasattr(os, "sched_setaffinity"):
        raise BenchError("kuis bench runs on Linux only: it needs epoll and to choose cores.")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < players + SPARE_FILES:
        raise BenchError(f"This machine allows a process {hard} open files; use fewer --players.")
