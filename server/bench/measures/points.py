"""Measures fairness: right answers at the same moment earn the same, however many others answer.

In a small and in a large room every player answers rightly within the same 50 ms, half a second
after the question opened; the value is how far the medians of their points are apart.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from statistics import median

import msgspec

from server.bench.games import WINDOW_S, Games, Needs
from server.bench.results import Bar, Line
from server.bench.rooms import Room
from server.bench.testbeds import BenchOptions, Testbed
from server.live.protocol import QuestionOpened, Reveal

FEW, MANY = 100, 2_000
TIME_LIMIT_S = 20
LEAD_IN_MS = 500
ANSWERED_AFTER_S = 0.5
BAR = Bar(0.0)


def needs(_: BenchOptions) -> Needs:
    return {}


def lines(testbed: Testbed, _: Games) -> list[Line]:
    sizes = testbed.at_most(FEW), testbed.at_most(MANY)
    rounds = _play(testbed, sizes)
    return [
        Line(
            what=f"{sizes[0]:,} against {sizes[1]:,} players",
            value=median(abs(median(few) - median(many)) for few, many in rounds),
            unit="points apart",
            bar=BAR,
            rounds=len(rounds),
            more={
                "few_median": median(median(few) for few, _ in rounds),
                "last_apart": median(min(few) - min(many) for few, many in rounds),
            },
        )
    ]


def _play(testbed: Testbed, sizes: Sequence[int]) -> list[list[list[int]]]:
    """Of each round the points of all players, by room."""
    found, rooms = [], []
    with ExitStack() as stack:
        for players in sizes:
            testbed.say(f"{players:,} players join")
            room = Room(
                testbed, testbed.rounds + 1, players, time_limit=TIME_LIMIT_S, lead_in_ms=LEAD_IN_MS
            )
            stack.callback(room.leave)
            room.fill(players)
            rooms.append(room)
        for counts in testbed.turns("points"):
            gained = [_gained(testbed, room) for room in rooms]
            if counts:
                found.append(gained)
    return found


def _gained(testbed: Testbed, room: Room) -> list[int]:
    testbed.server.settle()
    clock_s = room.clock_s()
    opened = room.next(keep=True)
    opens_at = msgspec.json.decode(opened.kept[-1].payload, type=QuestionOpened).opens_at
    room.answer_right(WINDOW_S, at=opens_at / 1000 - clock_s + ANSWERED_AFTER_S)
    reveal = room.close(keep=True)
    own = (msgspec.json.decode(kept.payload, type=Reveal).you for kept in reveal.kept)
    return [result.gained for result in own if result]
