"""The server that is measured: one that the bench starts, or one that runs already."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from persistence.embedded import DataDirectory, PostgresEngine
from server.bench.cores import Cores, pin, pinned
from server.bench.errors import BenchError

READY = re.compile(r"ready at (http://\S+)")
STOP_S = 60.0
SETTLE_LOOK_S = 0.1
SETTLE_MOST_S = 15.0
SETTLE_BLIND_S = 1.0
IDLE_SHARE = 0.1
SPENDERS = ("web", "redis", "rest")
"""The rest: the worker, PostgreSQL and the supervisor."""
ELSEWHERE = (
    "DATABASE_URL",
    "REDIS_URL",
    "PUBLIC_URL",
    "SECRET_KEY",
    "ALLOWED_ORIGINS",
    "TLS_CERT",
    "TLS_KEY",
)
"""What of our environment must not reach a server of our own: it has its own engines and data."""


class Server:
    """A server by its address; its processes where they are on this machine."""

    def __init__(
        self, url: str, supervisor: psutil.Process | None = None, database_url: str | None = None
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname is None:
            raise BenchError(f"{url} is not an address like http://127.0.0.1:8000.")
        self.url = url.rstrip("/")
        self.host = parts.hostname
        self.port = parts.port or 80
        self._supervisor = supervisor
        self.database_url = database_url
        """Of a server of our own."""

    @property
    def is_ours(self) -> bool:
        return self._supervisor is not None

    @property
    def is_here(self) -> bool:
        return bool(self.web)

    @cached_property
    def web(self) -> list[psutil.Process]:
        """The web processes, if they run on this machine."""
        ours = self._supervisor
        candidates = psutil.process_iter() if ours is None else ours.children(recursive=True)
        return [process for process in candidates if _serves(process, self.port)]

    @cached_property
    def _root(self) -> psutil.Process | None:
        """The `kuis serve` that keeps all processes, if there is one on this machine."""
        parents = [parent for process in self.web if (parent := process.parent())]
        return next((parent for parent in parents if "serve" in parent.cmdline()), None)

    def resident_bytes(self) -> int:
        """Memory of all web processes."""
        return sum(process.memory_info().rss for process in self.web)

    def connections(self) -> list[int]:
        """Open descriptors of each web process."""
        return [process.num_fds() for process in self.web]

    def cpu_s(self) -> dict[str, float]:
        """CPU time so far, by what spent it; of a `kuis serve` with its engines."""
        spent = dict.fromkeys(SPENDERS, 0.0)
        root = self._root
        for process in self.web if root is None else root.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                spent[_spender(process)] += times.user + times.system
        return spent

    def settle(self) -> None:
        """Wait until what was last done has been done with: rows written, files synced."""
        if self._root is None:
            time.sleep(SETTLE_BLIND_S)
            return
        until = time.monotonic() + SETTLE_MOST_S
        spent = sum(self.cpu_s().values())
        while time.monotonic() < until:
            time.sleep(SETTLE_LOOK_S)
            before, spent = spent, sum(self.cpu_s().values())
            if spent - before < SETTLE_LOOK_S * IDLE_SHARE:
                return


def _spender(process: psutil.Process) -> str:
    if "web" in process.cmdline():
        return "web"
    return "redis" if process.name().startswith("redis") else "rest"


def _serves(process: psutil.Process, port: int) -> bool:
    try:
        return "web" in process.cmdline() and any(
            connection.laddr and connection.laddr.port == port
            for connection in process.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        )
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


@contextlib.contextmanager
def started(cores: Cores) -> Iterator[Server]:
    """A server of our own with engines and data of its own: as many web processes as `cores` has.

    Everything inherits the cores of the others; then each web process moves to its own.
    """
    with tempfile.TemporaryDirectory(prefix="kuis-bench-", ignore_cleanup_errors=True) as home:
        log = Path(home) / "server.log"
        with pinned(cores.others), log.open("w") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "server", "serve"],
                env=environment(Path(home) / "data", len(cores.web)),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we stop it
            )
        try:
            database = PostgresEngine(DataDirectory(Path(home) / "data")).address
            server = Server(_announced(process, log), psutil.Process(process.pid), database)
            for web, core in zip(server.web, cores.web, strict=True):
                pin(web, core)
            yield server
        finally:
            _stop(process)


def environment(data: Path, workers: int) -> dict[str, str]:
    """What a server of our own is started with."""
    kept = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    return kept | {
        "HOST": "127.0.0.1",
        "PORT": "0",
        "DATA_DIR": str(data),
        "WORKERS": str(workers),
        "TEACHER_SIGNUP": "open",
        "LIMIT_SCALE": "1000",  # tens of thousands join from this one address
        "LOG_LEVEL": "WARNING",
    }


def _announced(process: subprocess.Popen[bytes], log: Path) -> str:
    while (ready := READY.search(log.read_text())) is None:
        if process.poll() is not None:
            words = log.read_text().strip().splitlines() or ["it said nothing"]
            raise BenchError(f"The server did not start: {words[-1]}")
        time.sleep(SETTLE_LOOK_S)
    return ready[1]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Let it end by itself, engines and all; a second Ctrl-C must not leave half of it."""
    process.terminate()
    try:
        process.wait(STOP_S)
    except BaseException:
        for child in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        process.kill()
        process.wait()
        raise
