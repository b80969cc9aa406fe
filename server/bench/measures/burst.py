"""Measures a burst of answers: all players answer within 50 ms, until the last `answered`.

The reference echoes the same frames, and stores nothing.
"""

from statistics import median

from server.bench.games import Games, Needs, Part
from server.bench.results import Bar, Line, busy, p99_ms, total_ms, unanswered
from server.bench.testbeds import BenchOptions, Testbed

TIMES_THE_REFERENCE = {2_000: 1.6, 5_000: 3.0}
"""By players: a burst may take this many times as long as the reference takes."""


def needs(options: BenchOptions) -> Needs:
    return dict.fromkeys(_bars(options), frozenset({Part.BURST, Part.REFERENCE}))


def lines(testbed: Testbed, games: Games) -> list[Line]:
    return [_line(players, bar, games) for players, bar in _bars(testbed.options).items()]


def _bars(options: BenchOptions) -> dict[int, Bar]:
    """Where sizes become the same, the stricter bar stays."""
    bars: dict[int, Bar] = {}
    for players, times in TIMES_THE_REFERENCE.items():
        bar = Bar(1 / times, on="ratio", at="least")
        bars.setdefault(min(players, options.players), bar)
    return bars


def _line(players: int, bar: Bar, games: Games) -> Line:
    samples = games.of(players)
    own, reference = samples.own[Part.BURST], samples.reference[Part.BURST]
    value = total_ms(own)
    line = Line(
        what=f"{players:,} players",
        value=value,
        unit="ms",
        bar=bar,
        rounds=len(own),
        client_busy=busy(own),
        more={
            "p99_ms": p99_ms(own),
            "sent_within_ms": median(timing.sent - timing.began for timing in own) * 1000,
            "stored": median(timing.received for timing in own),
        },
        remarks=[unanswered(own)],
    )
    if reference:
        line.reference = total_ms(reference)
        line.ratio = line.reference / value
    return line
