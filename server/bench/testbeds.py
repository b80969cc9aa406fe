"""A test stand: a server, its teacher and the client, ready to be measured."""

import contextlib
from collections.abc import Callable, Iterator

from msgspec import Struct

from server.bench import server as servers
from server.bench.client import Clients
from server.bench.cores import Cores, pinned, shared_out
from server.bench.server import Server
from server.bench.teacher import Teacher

MAX_CLIENTS = 4

ReportProgress = Callable[[str], None]


class BenchOptions(Struct, frozen=True, kw_only=True):
    """What to measure, how often, and where; without `url` on a server of our own."""

    measures: tuple[str, ...]
    rounds: int = 5
    players: int = 10_000
    """No more in a room than these; the measures that want more take this many."""
    url: str | None = None
    email: str | None = None
    password: str | None = None


class Testbed(Struct, frozen=True, kw_only=True):
    server: Server
    teacher: Teacher
    clients: Clients
    cores: Cores
    options: BenchOptions
    say: ReportProgress

    @property
    def rounds(self) -> int:
        return self.options.rounds

    def at_most(self, players: int) -> int:
        return min(players, self.options.players)

    def turns(self, what: str) -> Iterator[bool]:
        """Once to warm up, which does not count, then a turn a round: whether it counts."""
        self.say(f"{what}: warm-up")
        yield False
        for number in range(1, self.rounds + 1):
            self.say(f"{what}: round {number} of {self.rounds}")
            yield True


@contextlib.contextmanager
def own_server(options: BenchOptions, say: ReportProgress, web: int = 1) -> Iterator[Testbed]:
    """On a fresh server of our own with so many web processes."""
    cores = shared_out(web)
    say("starting a server")
    with servers.started(cores) as server, _with_clients(server, cores, options, say) as testbed:
        server.settle()
        yield testbed


@contextlib.contextmanager
def running_server(options: BenchOptions, url: str, say: ReportProgress) -> Iterator[Testbed]:
    """On a server that runs already, pinned or not as its operator likes."""
    server = Server(url)
    with _with_clients(server, shared_out(1), options, say) as testbed:
        yield testbed


@contextlib.contextmanager
def _with_clients(
    server: Server, cores: Cores, options: BenchOptions, say: ReportProgress
) -> Iterator[Testbed]:
    """More web processes need more clients, where there are cores for them."""
    count = min(len(cores.others), MAX_CLIENTS) if len(cores.web) > 1 else 1
    with contextlib.closing(Teacher(server, options.email, options.password)) as teacher:
        with pinned(cores.others):
            clients = Clients(count)
        with contextlib.closing(clients):
            yield Testbed(
                server=server,
                teacher=teacher,
                clients=clients,
                cores=cores,
                options=options,
                say=say,
            )
