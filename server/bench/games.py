"""Plays games for the measures: rounds of question, answers and reveal, shared by all of them."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from enum import StrEnum

from msgspec import Struct, field

from server.bench.client_messages import Timing
from server.bench.reference_players import ReferencePlayers, reference_players
from server.bench.rooms import Room
from server.bench.testbeds import Testbed

WINDOW_S = 0.05
"""All answers of a burst are sent within this time."""


class Part(StrEnum):
    """The parts of a game that can be measured."""

    JOIN = "join"
    FANOUT = "fanout"
    BURST = "burst"
    """Answers within 50 ms."""
    REVEAL = "reveal"
    RUSH = "rush"
    """Answers as fast as the client can send them."""
    REFERENCE = "reference"
    """The same with the reference server, as far as it can do it."""


Needs = Mapping[int, frozenset[Part]]
"""The parts that a measure needs, by number of players."""


class Samples(Struct):
    """By part, a timing for each round; the warm-up round is left out."""

    own: dict[Part, list[Timing]] = field(default_factory=lambda: {part: [] for part in Part})
    reference: dict[Part, list[Timing]] = field(default_factory=lambda: {part: [] for part in Part})
    cpu_s: list[dict[str, float]] = []
    """Of each question from its announcement until all of it was recorded; see `Server.cpu_s`."""


class Games:
    """Plays the game of each size when a measure first needs it."""

    def __init__(self, testbed: Testbed, needs: list[Needs]) -> None:
        self._testbed = testbed
        self._parts: dict[int, frozenset[Part]] = {}
        for need in needs:
            for players, parts in need.items():
                self._parts[players] = self._parts.get(players, frozenset()) | parts
        self._played: dict[int, Samples] = {}

    def of(self, players: int) -> Samples:
        if players not in self._played:
            self._played[players] = play(self._testbed, players, self._parts[players])
        return self._played[players]


def play(testbed: Testbed, players: int, parts: frozenset[Part]) -> Samples:
    samples = Samples()
    with ExitStack() as stack:
        room = _full(testbed, players, parts, samples)
        stack.callback(room.leave)
        crowd = None
        if Part.REFERENCE in parts:
            crowd = stack.enter_context(reference_players(testbed, players))
        for counts in testbed.turns(f"{players:,} players"):
            found = samples if counts else Samples()
            before = testbed.server.cpu_s()
            questions = _round(room, crowd, parts, found, warm_up=not counts)
            testbed.server.settle()
            after = testbed.server.cpu_s()
            if questions:
                spent = {who: (after[who] - before[who]) / questions for who in after}
                found.cpu_s.append(spent)
    return samples


def play_in_turn(
    testbed: Testbed, sizes: Sequence[int], parts: frozenset[Part]
) -> dict[int, Samples]:
    """Play all sizes in each round, so that a slow phase of the machine affects all of them."""
    samples = {players: Samples() for players in sizes}
    for counts in testbed.turns(f"{sizes[0]:,} to {sizes[-1]:,} players"):
        for players in sizes:
            found = samples[players] if counts else Samples()
            room = Room(testbed, 2, players)
            found.own[Part.JOIN].append(room.rush_in(players))
            testbed.server.settle()
            _round(room, None, parts, found, warm_up=not counts)
            room.leave()
            testbed.server.settle()
    return samples


def _full(testbed: Testbed, players: int, parts: frozenset[Part], samples: Samples) -> Room:
    """A room with its players; if joining is looked at, the last of several that were filled."""
    questions = 2 * (testbed.rounds + 1)
    for number in range(testbed.rounds + 1 if Part.JOIN in parts else 0):
        testbed.say(f"{players:,} players join, {number} of {testbed.rounds}")
        room = Room(testbed, questions, players)
        timing = room.rush_in(players)
        testbed.server.settle()
        if number:
            samples.own[Part.JOIN].append(timing)
        if number == testbed.rounds:
            return room
        room.leave()
        testbed.server.settle()
    testbed.say(f"{players:,} players join")
    room = Room(testbed, questions, players)
    room.fill(players)
    testbed.server.settle()
    return room


def _round(
    room: Room,
    crowd: ReferencePlayers | None,
    parts: frozenset[Part],
    samples: Samples,
    *,
    warm_up: bool,
) -> int:
    """Returns how many questions were played."""
    if not parts - {Part.JOIN}:
        return 0
    own, reference = samples.own, samples.reference
    opened = room.next(keep=warm_up)
    own[Part.FANOUT].append(opened)
    if crowd is not None:
        if warm_up:
            crowd.take(opened.kept[-1].payload)
        reference[Part.FANOUT].append(crowd.next())
    if parts & {Part.BURST, Part.REVEAL}:
        own[Part.BURST].append(room.answer(WINDOW_S))
        if crowd is not None and Part.BURST in parts:
            reference[Part.BURST].append(crowd.answer(room.answers(), WINDOW_S))
    own[Part.REVEAL].append(room.close())
    if Part.RUSH not in parts:
        return 1
    room.next()
    own[Part.RUSH].append(room.answer())
    room.close()
    return 2
