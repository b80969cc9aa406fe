"""Measures how much memory a web process needs for each player.

Memory that was freed is used again before a process grows, so every round has a fresh server. A
server that runs already is measured once; the figure is true only if it was just started.
"""

from statistics import median

from server.bench import testbeds
from server.bench.games import Games, Needs
from server.bench.results import Bar, Line
from server.bench.rooms import Room
from server.bench.testbeds import BenchOptions, Testbed

PLAYERS = 2_000
FIRST = 100
"""Players who come before, so that what is made once is made."""
BAR = Bar(14.0)


def needs(_: BenchOptions) -> Needs:
    return {}


def lines(testbed: Testbed, _: Games) -> list[Line]:
    players = testbed.at_most(PLAYERS)
    if not testbed.server.is_ours:
        grown, note = [_growth_kb(testbed, players)], "one round, on a server that may not be fresh"
        if not testbed.server.is_here:
            grown, note = [], "the server is on another machine"
    else:
        grown, note = [], ""
        for number in range(1, testbed.rounds + 1):
            testbed.say(f"memory of {players:,} players: round {number} of {testbed.rounds}")
            with testbeds.own_server(testbed.options, testbed.say) as fresh:
                grown.append(_growth_kb(fresh, players))
    return [
        Line(
            what=f"{players:,} players",
            value=median(grown) if grown else None,
            unit="KB a player",
            bar=BAR,
            rounds=len(grown),
            remarks=[note],
        )
    ]


def _growth_kb(testbed: Testbed, players: int) -> float:
    early = Room(testbed, 1, FIRST)
    early.fill(min(FIRST, players))
    room = Room(testbed, 1, players)
    testbed.server.settle()
    before = testbed.server.resident_bytes()
    room.fill(players)
    testbed.server.settle()
    grown = testbed.server.resident_bytes() - before
    for each in (early, room):
        each.leave()
    return grown / players / 1024
