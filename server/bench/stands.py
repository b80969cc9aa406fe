"""A test stand: a server, its teacher and the client, ready to be measured."""

import contextlib
from collections.abc import Callable, Iterator

from msgspec import Struct

from server.bench import server as servers
from server.bench.client import Clients
from server.bench.cores import Cores, pinned, shared_out
from server.bench.server import Server
from server.bench.teacher import Teacher

CLIENTS_MOST = 4

Say = Callable[[str], None]


class Wishes(Struct, frozen=True, kw_only=True):
    """What to measure, how often, and where; without `url` on a server of our own."""

    measures: tuple[str, ...]
    rounds: int = 5
    players: int = 10_000
    """No more in a room than these; the measures that want more take this many."""
    url: str | None = None
    email: str | None = None
    password: str | None = None


class Stand(Struct, frozen=True, kw_only=True):
    server: Server
    teacher: Teacher
    clients: Clients
    cores: Cores
    wishes: Wishes
    say: Say

    @property
    def rounds(self) -> int:
        return self.wishes.rounds

    def at_most(self, players: int) -> int:
        return min(players, self.wishes.players)

    def turns(self, what: str) -> Iterator[bool]:
        """Once to warm up, which does not count, then a turn a round: whether it counts."""
        self.say(f"{what}: warm-up")
        yield False
        for number in range(1, self.rounds + 1):
            self.say(f"{what}: round {number} of {self.rounds}")
            yield True


@contextlib.contextmanager
def own(wishes: Wishes, say: Say, web: int = 1) -> Iterator[Stand]:
    """On a fresh server of our own with so many web processes."""
    cores = shared_out(web)
    say("starting a server")
    with servers.started(cores) as server, _manned(server, cores, wishes, say) as stand:
        server.settle()
        yield stand


@contextlib.contextmanager
def visiting(wishes: Wishes, url: str, say: Say) -> Iterator[Stand]:
    """On a server that runs already, pinned or not as its operator likes."""
    server = Server(url)
    with _manned(server, shared_out(1), wishes, say) as stand:
        yield stand


@contextlib.contextmanager
def _manned(server: Server, cores: Cores, wishes: Wishes, say: Say) -> Iterator[Stand]:
    """More web processes need more clients, where there are cores for them."""
    count = min(len(cores.others), CLIENTS_MOST) if len(cores.web) > 1 else 1
    with contextlib.closing(Teacher(server, wishes.email, wishes.password)) as teacher:
        with pinned(cores.others):
            clients = Clients(count)
        with contextlib.closing(clients):
            yield Stand(
                server=server, teacher=teacher, clients=clients, cores=cores, wishes=wishes, say=say
            )
