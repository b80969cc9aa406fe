"""How much the web process grows with each player who joins: its resident memory.

Memory that was freed is used again before a process grows, so every round has a fresh server. A
server that runs already is measured once; the figure is true only if it was just started.
"""

from statistics import median

from server.bench import stands
from server.bench.games import Games, Needs
from server.bench.results import Bar, Line
from server.bench.rooms import Room
from server.bench.stands import Stand, Wishes

PLAYERS = 2_000
FIRST = 100
"""Players who come before, so that what is made once is made."""
BAR = Bar(14.0)


def needs(_: Wishes) -> Needs:
    return {}


def lines(stand: Stand, _: Games) -> list[Line]:
    players = stand.at_most(PLAYERS)
    if not stand.server.is_ours:
        grown, note = [_growth_kb(stand, players)], "one round, on a server that may not be fresh"
        if not stand.server.is_here:
            grown, note = [], "the server is on another machine"
    else:
        grown, note = [], ""
        for number in range(1, stand.rounds + 1):
            stand.say(f"memory of {players:,} players: round {number} of {stand.rounds}")
            with stands.own(stand.wishes, stand.say) as fresh:
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


def _growth_kb(stand: Stand, players: int) -> float:
    early = Room(stand, 1, FIRST)
    early.fill(min(FIRST, players))
    room = Room(stand, 1, players)
    stand.server.settle()
    before = stand.server.resident_bytes()
    room.fill(players)
    stand.server.settle()
    grown = stand.server.resident_bytes() - before
    for each in (early, room):
        each.leave()
    return grown / players / 1024
