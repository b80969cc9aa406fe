"""Measures how late questions close when their time is up, in many rooms at once.

From the moment that the room has for it, 30 ms after `closes_at` (answers that arrived in time may
still be on their way until then), to each player's `reveal`, so scoring and sending are in it.
"""

from statistics import median

import msgspec

from game.rules.rooms import COMMIT_GRACE_MS
from server.bench.client_messages import Timing
from server.bench.games import Games, Needs
from server.bench.results import Bar, Line
from server.bench.rooms import many
from server.bench.testbeds import BenchOptions, Testbed
from server.live.protocol import QuestionOpened

ROOMS = 200
PLAYERS = 5
TIME_LIMIT_S = 5
BAR = Bar(50.0)


def needs(_: BenchOptions) -> Needs:
    return {}


def lines(testbed: Testbed, _: Games) -> list[Line]:
    count = testbed.at_most(ROOMS * PLAYERS) // PLAYERS
    rounds = [late for late in _rounds(testbed, count) if late]
    return [
        Line(
            what=f"{count} rooms of {PLAYERS} players, 99 %",
            value=median(late[len(late) * 99 // 100] for late in rounds),
            unit="ms",
            bar=BAR,
            rounds=len(rounds),
            more={
                "median_ms": median(late[len(late) // 2] for late in rounds),
                "worst_ms": max(late[-1] for late in rounds),
                "earliest_ms": min(late[0] for late in rounds),
            },
        )
    ]


def _rounds(testbed: Testbed, count: int) -> list[list[float]]:
    """Of each round how late every player heard, in ms, the latest last."""
    late = []
    with many(testbed, count, PLAYERS, time_limit=TIME_LIMIT_S) as (rooms, any_room):
        for counts in testbed.turns(f"{count} deadlines"):
            testbed.server.settle()
            if not counts:  # nobody has to wait for the time to be up
                rooms.next()
                rooms.close()
                continue
            clock_s = any_room.clock_s()
            late.append(_lateness(rooms.play_to_reveal(), clock_s))
    return late


def _lateness(timing: Timing, clock_s: float) -> list[float]:
    closes = {
        kept.group: msgspec.json.decode(kept.payload, type=QuestionOpened).closes_at
        + COMMIT_GRACE_MS
        for kept in timing.kept
        if b'"closes_at"' in kept.payload
    }
    return sorted(
        (kept.at + clock_s) * 1000 - closes[kept.group]
        for kept in timing.kept
        if b'"closes_at"' not in kept.payload
    )
