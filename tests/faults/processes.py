"""The processes of the Procfile on engines of their own, each of which can be broken."""

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from persistence import schema
from persistence.embedded import DataDirectory, PostgresEngine, RedisEngine
from tests.conftest import ROOT, SECRET_KEY, wait_for
from tests.engines import UNSAFE_BUT_FAST
from tests.serving import bare_environment

STARTS_WITHIN_S = 60.0
STOPS_WITHIN_S = 10.0
HOSTS = ("127.0.0.2", "127.0.0.3")


class Place(msgspec.Struct, frozen=True):
    """Where a game is played: the web processes' addresses, and where it is recorded."""

    urls: Sequence[str]
    database_url: str


class Process:
    """A command of the Procfile, started as often as it is killed."""

    def __init__(
        self, name: str, log: Path, environ: Mapping[str, str], *options: str, within: str = ""
    ) -> None:
        """`within` is a command that runs the command, for instance in a network namespace."""
        kuis, *words = procfile()[name]
        assert kuis == "kuis"
        self._command = [*shlex.split(within), sys.executable, "-m", "server", *words, *options]
        self._environ = environ
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def said(self) -> str:
        return self._log.read_text()

    def start(self) -> None:
        assert not self.is_running
        with self._log.open("a") as log:
            self._process = subprocess.Popen(  # noqa: S603  # our own program
                self._command,
                cwd=ROOT,
                env=self._environ,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self._wait()

    def end(self) -> None:
        """SIGTERM; it has to be gone within ten seconds."""
        self._signal(signal.SIGTERM)
        try:
            self._wait()
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"{self._command} did not end in {STOPS_WITHIN_S} s:\n{self.said}")

    def _wait(self) -> None:
        if self._process is not None:
            self._process.wait(STOPS_WITHIN_S)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)


class Web(Process):
    def __init__(
        self, log: Path, environ: Mapping[str, str], host: str, port: int, within: str = ""
    ) -> None:
        super().__init__("web", log, environ, f"--host={host}", f"--port={port}", within=within)
        self.url = f"http://{host}:{port}"

    def wait_until_it_serves(self) -> None:
        wait_for(self._is_serving, f"{self.url} to serve", STARTS_WITHIN_S)

    def _is_serving(self) -> bool:
        assert self.is_running, self.said
        try:
            return httpx.get(f"{self.url}/health/live", timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


class Site:
    """Two web processes with an address each, a worker, a Redis and a PostgreSQL."""

    def __init__(self, path: Path) -> None:
        self._directory = DataDirectory(path)
        self._directory.claim()
        self.redis = RedisEngine(self._directory)
        self.postgres = PostgresEngine(self._directory, UNSAFE_BUT_FAST)
        environ = environment(self.postgres.address, self.redis.address)
        hosts = HOSTS if all(map(_is_ours, HOSTS)) else ("127.0.0.1",) * 2
        self.web = [
            Web(path.with_name(f"web-{n}.log"), environ, host, free_port(host))
            for n, host in enumerate(hosts)
        ]
        self.worker = Process("worker", path.with_name("worker.log"), environ)
        self.place = Place([web.url for web in self.web], self.postgres.address)

    def heal(self) -> None:
        """Start whatever does not run, and wait until it serves."""
        for engine in (self.postgres, self.redis):
            if not engine.is_running():
                engine.start()
        schema.upgrade(self.postgres.address)
        for process in (*self.web, self.worker):
            if not process.is_running:
                process.start()
        for web in self.web:
            web.wait_until_it_serves()

    def end(self) -> None:
        try:
            for process in (*self.web, self.worker):
                process.end()
        finally:
            for process in (*self.web, self.worker):
                process.kill()
            self.redis.stop()
            self.postgres.stop()
            self._directory.release()

    @contextmanager
    def redis_hangs(self) -> Iterator[None]:
        self._signal_redis(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal_redis(signal.SIGCONT)

    def _signal_redis(self, number: signal.Signals) -> None:
        pid = self.redis.pid
        assert pid is not None
        os.kill(pid, number)

    def kill_redis(self) -> None:
        self._signal_redis(signal.SIGKILL)
        wait_for(lambda: not self.redis.is_running(), "Redis to die")


def procfile() -> dict[str, list[str]]:
    """The commands that a deployment runs, by name."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    named = (line.partition(":") for line in lines)
    return {name: shlex.split(command) for name, _, command in named}


def environment(database_url: str, redis_url: str) -> dict[str, str]:
    return {
        **bare_environment(),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": SECRET_KEY,
        "LOG_LEVEL": "WARNING",
    }


def free_port(host: str) -> int:
    with socket.create_server((host, 0)) as server:
        return int(server.getsockname()[1])


def _is_ours(host: str) -> bool:
    """Whether an address is this machine's: not everywhere is all of 127.0.0.0/8."""
    try:
        free_port(host)
    except OSError:
        return False
    return True
