"""Answers stored in a second, with many rooms: always a thousand on their way, rooms mixed."""

from collections.abc import Sequence
from statistics import median

from server.bench.calls import Timing
from server.bench.games import Games, Needs
from server.bench.results import Bar, Line, busy, p99_ms, unanswered
from server.bench.rooms import many
from server.bench.stands import Stand, Wishes

ROOMS = 80
PLAYERS = 100
OUTSTANDING = 1_000
BAR = Bar(12_000.0, at="least")


def needs(_: Wishes) -> Needs:
    return {}


def lines(stand: Stand, _: Games) -> list[Line]:
    players = stand.at_most(ROOMS * PLAYERS)
    count = max(2, players // PLAYERS)
    own = _play(stand, count, players // count)
    return [
        Line(
            what=f"{count} rooms of {players // count} players",
            value=median(timing.received / (timing.last - timing.began) for timing in own),
            unit="answers/s",
            bar=BAR,
            rounds=len(own),
            client_busy=busy(own),
            more={"p99_ms": p99_ms(own)},
            remarks=[unanswered(own)],
        )
    ]


def _play(stand: Stand, count: int, players: int) -> Sequence[Timing]:
    own = []
    with many(stand, count, players) as (rooms, _):
        for counts in stand.turns(f"{count} rooms of {players}"):
            stand.server.settle()
            rooms.next()
            timing = rooms.answer(OUTSTANDING)
            rooms.close()
            if counts:
                own.append(timing)
    return own
