"""From the host's `close_question` until the last player has their own `reveal`."""

from statistics import median

from server.bench.games import Games, Needs, Part
from server.bench.results import Bar, Line, busy, total_ms, unanswered
from server.bench.stands import Stand, Wishes

PLAYERS = 5_000
BAR = Bar(250.0)


def needs(wishes: Wishes) -> Needs:
    return {min(PLAYERS, wishes.players): frozenset({Part.REVEAL})}


def lines(stand: Stand, games: Games) -> list[Line]:
    players = stand.at_most(PLAYERS)
    own = games.of(players).own[Part.REVEAL]
    return [
        Line(
            what=f"{players:,} players",
            value=total_ms(own),
            unit="ms",
            bar=BAR,
            rounds=len(own),
            client_busy=busy(own),
            more={"first_ms": median(timing.total_ms - timing.spread_ms for timing in own)},
            note=unanswered(own),
        )
    ]
