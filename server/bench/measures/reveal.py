"""From the host's `close_question` until the last player has their own `reveal`.

As a whole question is played for it, from its announcement to the last row in PostgreSQL, what that
costs is told here too: CPU time of the web process, of Redis, and of worker and PostgreSQL.
"""

from statistics import median

from server.bench.games import Games, Needs, Part
from server.bench.results import Bar, Line, busy, total_ms, unanswered
from server.bench.server import SPENDERS
from server.bench.stands import Stand, Wishes

PLAYERS = 5_000
BAR = Bar(250.0)


def needs(wishes: Wishes) -> Needs:
    return {min(PLAYERS, wishes.players): frozenset({Part.REVEAL})}


def lines(stand: Stand, games: Games) -> list[Line]:
    players = stand.at_most(PLAYERS)
    samples = games.of(players)
    own = samples.own[Part.REVEAL]
    cost = {
        who: median(spent[who] for spent in samples.cpu_s) * 1000 / players * 1000
        for who in SPENDERS
    }
    told = ", ".join(f"{who} {each:.0f} ms" for who, each in cost.items())
    return [
        Line(
            what=f"{players:,} players",
            value=total_ms(own),
            unit="ms",
            bar=BAR,
            rounds=len(own),
            client_busy=busy(own),
            more={
                "first_ms": median(timing.first_ms for timing in own),
                **{f"cpu_{who}_ms_per_1000": each for who, each in cost.items()},
            },
            remarks=[unanswered(own), f"CPU of a question for 1,000 players: {told}"],
        )
    ]
