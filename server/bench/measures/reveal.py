"""Measures the reveal: from the host's `close_question` until the last player has their own result.

As a whole question is played for it, from its announcement to the last row in PostgreSQL, a second
line says what that costs: CPU time of the web process, of Redis, and of worker and PostgreSQL.
"""

from statistics import median

from server.bench.games import Games, Needs, Part
from server.bench.results import Bar, Line, busy, total_ms, unanswered
from server.bench.server import SPENDERS
from server.bench.testbeds import BenchOptions, Testbed

PLAYERS = 5_000
BAR = Bar(150.0)
CPU_BAR = Bar(110.0)
"""For a question to 1,000 players, of all processes together."""


def needs(options: BenchOptions) -> Needs:
    return {min(PLAYERS, options.players): frozenset({Part.REVEAL})}


def lines(testbed: Testbed, games: Games) -> list[Line]:
    players = testbed.at_most(PLAYERS)
    samples = games.of(players)
    own = samples.own[Part.REVEAL]
    cost = {
        who: median(spent[who] for spent in samples.cpu_s) * 1000 / players * 1000
        for who in SPENDERS
    }
    return [
        Line(
            what="a question's CPU for 1,000 players",
            value=sum(cost.values()) if testbed.server.is_here else None,
            unit="ms",
            bar=CPU_BAR,
            rounds=len(own),
            more={f"cpu_{who}_ms_per_1000": each for who, each in cost.items()},
            remarks=[", ".join(f"{who} {each:.0f} ms" for who, each in cost.items())],
        ),
        Line(
            what=f"{players:,} players",
            value=total_ms(own),
            unit="ms",
            bar=BAR,
            rounds=len(own),
            client_busy=busy(own),
            more={"first_ms": median(timing.first_ms for timing in own)},
            remarks=[unanswered(own)],
        ),
    ]
