"""Measures the fan-out of a question: from the host's `next` until the last player has it.

The host's command is stored and published before the first player is told, which the reference does
not do; so the time from the first player to the last is told too.
"""

from statistics import median

from server.bench.games import Games, Needs, Part
from server.bench.results import Bar, Line, busy, total_ms, unanswered
from server.bench.testbeds import BenchOptions, Testbed

PLAYERS = (1_000, 5_000)
BAR = Bar(0.9, on="ratio", at="least")


def needs(options: BenchOptions) -> Needs:
    return {
        min(players, options.players): frozenset({Part.FANOUT, Part.REFERENCE})
        for players in PLAYERS
    }


def lines(testbed: Testbed, games: Games) -> list[Line]:
    return [_line(players, games) for players in needs(testbed.options)]


def _line(players: int, games: Games) -> Line:
    samples = games.of(players)
    own, reference = samples.own[Part.FANOUT], samples.reference[Part.FANOUT]
    value = total_ms(own)
    line = Line(
        what=f"{players:,} players",
        value=value,
        unit="ms",
        bar=BAR,
        rounds=len(own),
        client_busy=busy(own),
        more={
            "messages_per_s": round(players / value * 1000),
            "first_ms": median(timing.first_ms for timing in own),
            "first_to_last_ms": median(timing.spread_ms for timing in own),
        },
        remarks=[unanswered(own)],
    )
    if reference:
        line.reference = total_ms(reference)
        line.ratio = line.reference / value
        spread = median(timing.spread_ms for timing in reference)
        line.more["reference_first_to_last_ms"] = spread
        if line.more["first_to_last_ms"]:
            line.more["first_to_last_ratio"] = spread / line.more["first_to_last_ms"]
    return line
