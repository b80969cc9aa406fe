"""The results of measures, and whether they reach their targets."""

from collections.abc import Sequence
from statistics import median
from typing import Literal

from msgspec import Struct

from server.bench.client_messages import Timing, failures

BUSY = 0.9
"""Above this share of its time the client was the bottleneck: the server could have done more."""


class Bar(Struct, frozen=True):
    """What a line is held against: its value or its ratio must be `at` least or most this."""

    limit: float
    on: Literal["value", "ratio"] = "value"
    at: Literal["least", "most"] = "most"

    def holds(self, number: float | None) -> bool:
        if number is None:
            return False
        return number <= self.limit if self.at == "most" else number >= self.limit


class Line(Struct, kw_only=True):
    """One figure: medians over `rounds`. `ratio` is how the reference compares: above 1, we win."""

    what: str
    value: float | None
    unit: str
    reference: float | None = None
    ratio: float | None = None
    bar: Bar
    rounds: int = 0
    client_busy: float | None = None
    more: dict[str, float] = {}
    remarks: Sequence[str] = ()
    """What else is to be said; empty ones say nothing."""
    details: str = ""
    """What is printed below the table."""

    @property
    def holds(self) -> bool:
        return self.bar.holds(self.value if self.bar.on == "value" else self.ratio)

    @property
    def note(self) -> str:
        busy = (self.client_busy or 0.0) > BUSY
        lower = "the client was the bottleneck: a lower bound for the server" if busy else ""
        return "; ".join(remark for remark in (*self.remarks, lower) if remark)


class Result(Struct, frozen=True):
    """All lines of a measure; the last one, of the most players, speaks for it."""

    lines: Sequence[Line]

    @property
    def holds(self) -> bool:
        return all(line.holds for line in self.lines)


def busy(timings: Sequence[Timing]) -> float:
    return round(median(timing.busy for timing in timings), 3)


def total_ms(timings: Sequence[Timing]) -> float:
    return median(timing.total_ms for timing in timings)


def p99_ms(timings: Sequence[Timing]) -> float:
    return median(timing.took_p99_s for timing in timings) * 1000


def unanswered(timings: Sequence[Timing]) -> str:
    """A remark on who got an error or nothing, over all rounds; mostly there is nothing to say."""
    return ", ".join(f"{count:,} {code}" for code, count in failures(timings).items())
