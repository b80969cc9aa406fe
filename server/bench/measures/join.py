"""Measures a rush of joins: all players connect and join at once, until the last `welcome`.

One in forty asks for a name that another has: exactly those must be refused.
"""

from server.bench.games import Games, Needs, Part
from server.bench.results import Bar, Line, busy, total_ms
from server.bench.rooms import DOUBLED
from server.bench.testbeds import BenchOptions, Testbed

PLAYERS = 2_000
BAR = Bar(1_000.0)


def needs(options: BenchOptions) -> Needs:
    return {min(PLAYERS, options.players): frozenset({Part.JOIN})}


def lines(testbed: Testbed, games: Games) -> list[Line]:
    players = testbed.at_most(PLAYERS)
    own = games.of(players).own[Part.JOIN]
    doubled = players // DOUBLED
    expected = {"nickname_taken": doubled} if doubled else {}
    unique = all(timing.failed == expected and timing.received == players for timing in own)
    return [
        Line(
            what=f"{players:,} players",
            value=total_ms(own) if unique else None,
            unit="ms",
            bar=BAR,
            rounds=len(own),
            client_busy=busy(own),
            more={"names_refused": doubled},
            remarks=[] if unique else [f"not one player to a name: {own[-1].failed}"],
        )
    ]
