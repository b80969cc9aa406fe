"""Pins processes to cores: the web process alone on one, everything else on the others."""

import contextlib
import os
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Cores:
    """`web` has a core for each web process; the two sets overlap where there are too few."""

    web: tuple[int, ...]
    others: frozenset[int]


def shared_out(web: int) -> Cores:
    """The assignment of the available cores for this number of web processes."""
    cores = sorted(os.sched_getaffinity(0))
    chosen = tuple(cores[number % len(cores)] for number in range(web))
    others = frozenset(cores) - set(chosen)
    return Cores(chosen, others or frozenset(cores))


@contextlib.contextmanager
def pinned(cores: AbstractSet[int]) -> Iterator[None]:
    """Processes that are started in this context run on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def pin(process: psutil.Process, core: int) -> None:
    """Move a running process with all its threads."""
    for thread in process.threads():
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(thread.id, {core})
