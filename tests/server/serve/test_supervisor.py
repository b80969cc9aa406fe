"""`kuis serve` as people start it: processes, signals, and what goes wrong."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from persistence.embedded import Addresses, DataDirectory, EngineError
from tests.conftest import wait_for

ROOT = Path(__file__).parents[3]
STOP_SECONDS = 60


class Kuis:
    """A running `kuis serve` that has said where it is."""

    def __init__(self, process: subprocess.Popen[str], data: Path) -> None:
        self.process = process
        self.data = data
        self.said: list[str] = []
        self.url = self._address()
        self.tree = psutil.Process(process.pid).children(recursive=True)

    def _address(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(r"ready at (http://\S+)", line):
                return found[1]
        pytest.fail(f"kuis serve ended with {self.process.wait()}")

    def named(self, words: str) -> list[psutil.Process]:
        return [child for child in self.tree if words in " ".join(_command(child))]

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Kuis]]:
    started: list[Kuis] = []

    def start(*options: str, **environ: str) -> Kuis:
        process = _popen(tmp_path / "data", *options, **environ)
        started.append(Kuis(process, tmp_path / "data"))
        return started[-1]

    yield start
    for kuis in started:
        if kuis.process.poll() is None:
            kuis.stop(signal.SIGTERM)
        assert kuis.process.stdout is not None
        kuis.process.stdout.close()


def test_a_second_start_finds_everything_and_ctrl_c_leaves_nothing_running(
    start: Callable[..., Kuis],
) -> None:
    secrets = set()
    for number in (signal.SIGINT, signal.SIGTERM):
        kuis = start()
        assert kuis.is_ready()
        with pytest.raises(EngineError, match=rf"another Kuis \(process {kuis.process.pid}\)"):
            DataDirectory(kuis.data).claim()
        assert httpx.get(f"{kuis.url}/").status_code == 200
        secrets.add((kuis.data / "secret-key").read_text())
        assert {child.name() for child in kuis.tree} >= {"postgres", "redis-server"}
        assert kuis.stop(number) == 0
        assert not [child for child in kuis.tree if child.is_running()]
        assert not list((kuis.data / "run").iterdir())
    assert len(secrets) == 1


def test_what_is_killed_comes_back(start: Callable[..., Kuis]) -> None:
    kuis = start("--workers", "2")
    assert len(kuis.named("server web")) == 2
    for victim in [
        *kuis.named("server web"),
        *kuis.named("server worker"),
        *kuis.named("redis-server"),
        *kuis.named("postgres -D"),
    ]:
        victim.kill()
    wait_for(kuis.is_ready, "the server to come back")
    assert kuis.stop(signal.SIGTERM) == 0


def test_after_kill_9_nothing_of_ours_lingers_and_the_next_start_recovers(
    start: Callable[..., Kuis],
) -> None:
    kuis = start()
    kuis.process.kill()
    ours = [*kuis.named("server web"), *kuis.named("server worker")]
    assert len(ours) == 2
    _, lingering = psutil.wait_procs(ours, timeout=STOP_SECONDS)
    assert not lingering
    again = start()
    assert again.is_ready()
    assert not [child for child in kuis.tree if child.is_running()]


def test_other_engines_are_used_when_they_are_named(
    start: Callable[..., Kuis], engines: Addresses, database_url: str
) -> None:
    kuis = start(DATABASE_URL=database_url, REDIS_URL=engines.redis_url, SECRET_KEY="s" * 32)
    assert kuis.is_ready()
    assert not kuis.data.exists()
    assert {child.name() for child in kuis.tree}.isdisjoint({"postgres", "redis-server"})


def _popen(data: Path, *options: str, **environ: str) -> subprocess.Popen[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-m", "server", "serve", *options],
        cwd=ROOT,
        env={"PORT": "0", **kept, "DATA_DIR": str(data), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []
