"""A room full of players, or many of them."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Final

import msgspec

from server.bench.client import all_there
from server.bench.client_messages import ALL_DIFFERENT, Connect, Timing
from server.bench.teacher import CHOICES
from server.bench.testbeds import Testbed
from server.client.addresses import room_path
from server.client.clock import RoomClock
from server.client.messages import encode
from server.live.protocol import Answer, CloseQuestion, Hello, Host, Join, Next, Ping, Pong

LONG_S: Final = 300
DOUBLED: Final = 40
"""One of this many players asks for a name that another one has."""
PINGS: Final = 5
SPARE_PLAYERS: Final = 2
TOLD_EVERY: Final = 20

NEXT: Final = encode(Next())
CLOSE: Final = encode(CloseQuestion())
PLAYER: Final = Join(nickname="Player")
DREAMER: Final = Join(nickname="Dreamer")

_numbers = count(1)


class Room:
    """A room with a host, players, and one more who never answers and so keeps questions open."""

    def __init__(
        self,
        testbed: Testbed,
        questions: int,
        players: int,
        *,
        time_limit: int = LONG_S,
        lead_in_ms: int = 0,
    ) -> None:
        settings = {"max_players": min(players + SPARE_PLAYERS, 20_000), "lead_in_ms": lead_in_ms}
        self.session, self._code = testbed.teacher.open(questions, time_limit, settings)
        self._testbed = testbed
        self._clients = testbed.clients
        number = next(_numbers)
        self.host = f"host {number}"
        self.players = f"players {number}"
        self.dreamer = f"dreamer {number}"
        self._question = -1
        all_there(self._connect(self.host, 1, Host(), token=testbed.teacher.token))

    def _connect(
        self, group: str, players: int, hello: Hello, *, names: int = ALL_DIFFERENT, token: str = ""
    ) -> Timing:
        return self._clients.connect(
            Connect(
                group=group,
                host=self._testbed.server.host,
                port=self._testbed.server.port,
                path=room_path(self._code),
                count=players,
                names=names,
                hello=hello,
                token=token,
            )
        )

    def fill(self, players: int) -> None:
        all_there(self._connect(self.players, players, PLAYER))
        all_there(self._connect(self.dreamer, 1, DREAMER))

    def rush_in(self, players: int) -> Timing:
        """Let all join at once. Some ask for a name that is taken, and only those are refused."""
        timing = self._connect(self.players, players + players // DOUBLED, PLAYER, names=players)
        all_there(self._connect(self.dreamer, 1, DREAMER))
        return timing

    def leave(self) -> None:
        self._testbed.teacher.end(self.session)
        for group in (self.host, self.players, self.dreamer):
            self._clients.drop(group)

    # A question.

    def next(self, *, keep: bool = False) -> Timing:
        self.count_question()
        heard = [self.players, self.dreamer] if keep else [self.players]
        return self._clients.exchange(
            [self.host], [NEXT], heard, "question", keep=["question"] if keep else []
        )

    def count_question(self) -> None:
        self._question += 1

    def answers(self) -> list[bytes]:
        """The answers to the open question: each choice is given equally often."""
        return [encode(Answer(self._question, choice)) for choice in CHOICES]

    def answer(self, window_s: float = 0.0) -> Timing:
        return self._clients.exchange(
            [self.players], self.answers(), [self.players], "answered", window_s=window_s
        )

    def answer_right(self, window_s: float, *, at: float) -> Timing:
        return self._clients.exchange(
            [self.players], self.answers()[:1], [self.players], "answered", window_s=window_s, at=at
        )

    def close(self, *, keep: bool = False) -> Timing:
        kept = ["reveal"] if keep else []
        return self._clients.exchange([self.host], [CLOSE], [self.players], "reveal", keep=kept)

    def clock_s(self) -> float:
        """The room's clock less the machine's monotonic one, in seconds."""
        clock = RoomClock()
        for _ in range(PINGS):
            timing = self._clients.exchange(
                [self.host], [encode(Ping(0))], [self.host], "pong", keep=["pong"]
            )
            pong = msgspec.json.decode(timing.kept[0].payload, type=Pong)
            clock.update_by_pong(pong.now, timing.began, timing.last)
        return clock.offset_s


class Rooms:
    """Many rooms that play the same questions at the same time."""

    def __init__(self, testbed: Testbed, rooms: Sequence[Room]) -> None:
        self._clients = testbed.clients
        self._rooms = rooms
        self._hosts = [room.host for room in rooms]
        self._players = [room.players for room in rooms]

    def next(self) -> Timing:
        for room in self._rooms:
            room.count_question()
        return self._clients.exchange(self._hosts, [NEXT], self._players, "question")

    def answer(self, outstanding: int) -> Timing:
        """Answer in all rooms in turn, with at most `outstanding` answers without a response."""
        payloads = self._rooms[0].answers()
        return self._clients.exchange(
            self._players, payloads, self._players, "answered", outstanding=outstanding
        )

    def close(self) -> Timing:
        return self._clients.exchange(self._hosts, [CLOSE], self._players, "reveal")

    def play_to_reveal(self) -> Timing:
        """Open a question that nobody answers or closes. Keeps each `question` and `reveal`."""
        return self._clients.exchange(
            self._hosts, [NEXT], self._players, "reveal", keep=["question", "reveal"]
        )


@contextmanager
def many(
    testbed: Testbed, count_: int, players: int, *, time_limit: int = LONG_S
) -> Iterator[tuple[Rooms, Room]]:
    """Fill `count_` rooms with players; yields all of them together, and one of them."""
    with ExitStack() as stack:
        rooms: list[Room] = []
        for number in range(count_):
            if number % TOLD_EVERY == 0:
                testbed.say(f"{count_} rooms of {players}: {number} are full")
            rooms.append(Room(testbed, testbed.rounds + 1, players, time_limit=time_limit))
            stack.callback(rooms[-1].leave)
            rooms[-1].fill(players)
        yield Rooms(testbed, rooms), rooms[0]
