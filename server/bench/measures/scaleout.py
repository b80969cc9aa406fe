"""Measures the gain of a second web process: the same room on one and on two, alternating."""

from contextlib import ExitStack

from server.bench import testbeds
from server.bench.client_messages import Timing
from server.bench.games import Games, Needs, Part
from server.bench.results import Bar, Line, busy, p99_ms, total_ms, unanswered
from server.bench.rooms import Room
from server.bench.testbeds import BenchOptions, Testbed

PLAYERS = 5_000
WEB = 2
BAR = Bar(1.6, on="ratio", at="least")
WHAT = {Part.FANOUT: "fan-out", Part.RUSH: "answers"}


def needs(_: BenchOptions) -> Needs:
    return {}


def lines(testbed: Testbed, _: Games) -> list[Line]:
    players = testbed.at_most(PLAYERS)
    if not testbed.server.is_ours:
        return [_nothing(part, players) for part in WHAT]
    with testbeds.own_server(testbed.options, testbed.say, WEB) as wide, ExitStack() as stack:
        rooms = []
        for each in (testbed, wide):
            rooms.append(_full(each, players))
            stack.callback(rooms[-1].leave)
        one, two = _play(testbed, [testbed, wide], rooms)
        note = _note(wide)
    return [_line(part, players, one[part], two[part], note) for part in WHAT]


Timings = dict[Part, list[Timing]]


def _full(testbed: Testbed, players: int) -> Room:
    testbed.say(f"{players:,} players join {len(testbed.cores.web)} web processes")
    room = Room(testbed, testbed.rounds + 1, players)
    room.fill(players)
    return room


def _play(testbed: Testbed, many: list[Testbed], rooms: list[Room]) -> list[Timings]:
    timings: list[Timings] = [{part: [] for part in WHAT} for _ in rooms]
    for counts in testbed.turns("scale-out"):
        for each, room, found in zip(many, rooms, timings, strict=True):
            each.server.settle()
            opened, answered = room.next(), room.answer()
            room.close()
            if counts:
                found[Part.FANOUT].append(opened)
                found[Part.RUSH].append(answered)
    return timings


def _line(part: Part, players: int, one: list[Timing], two: list[Timing], note: str) -> Line:
    value, reference = total_ms(two), total_ms(one)
    return Line(
        what=f"{WHAT[part]}, {players:,} players, {WEB} web processes against one",
        value=value,
        unit="ms",
        reference=reference,
        ratio=reference / value,
        bar=BAR,
        rounds=len(two),
        client_busy=max(busy(one), busy(two)),
        more={"p99_ms": p99_ms(two)},
        remarks=[unanswered(two), note],
    )


def _note(testbed: Testbed) -> str:
    """How the players are spread; and that there is nothing to gain where cores are missing."""
    spread = "sockets and files of each: " + ", ".join(map(str, testbed.server.connections()))
    cores = len({*testbed.cores.web, *testbed.cores.others})
    needed = 2 * WEB  # a core for each web process, one for Redis, one for the client
    if cores >= needed:
        return spread
    return f"cannot hold here: it takes {needed} free cores, this machine has {cores}; {spread}"


def _nothing(part: Part, players: int) -> Line:
    return Line(
        what=f"{WHAT[part]}, {players:,} players",
        value=None,
        unit="ms",
        bar=BAR,
        remarks=["only on servers that the bench starts"],
    )
