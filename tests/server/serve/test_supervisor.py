"""`kuis serve` as people start it: processes, signals, and what goes wrong."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from persistence.embedded import Addresses, DataDirectory, EngineError
from server.demo.seed import TEACHER
from server.serve import supervisor
from server.serve.children import Child
from server.serve.engines import find_server
from server.settings import Settings
from tests.conftest import ROOT, wait_for
from tests.serving import STOP_SECONDS, Kuis

pytestmark = pytest.mark.slow

SIGNAL_WHILE_LOADING = """
import os, signal, sys
from server.__main__ import main

class Finder:
    @staticmethod
    def find_spec(name, *_):
        if name == "server.commands":
            os.kill(os.getpid(), signal.SIGUSR1)

sys.meta_path.insert(0, Finder)
sys.argv = ["kuis", "--version"]
main()
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Kuis]]:
    started: list[Kuis] = []

    def start(*options: str, **environ: str) -> Kuis:
        started.append(Kuis(tmp_path / "data", *options, **environ))
        return started[-1]

    yield start
    for kuis in started:
        if kuis.process.poll() is None:
            kuis.stop()


def test_a_second_start_finds_everything_and_ctrl_c_leaves_nothing_running(
    start: Callable[..., Kuis],
) -> None:
    secrets, passwords = set(), set()
    for number in (signal.SIGINT, signal.SIGTERM):
        kuis = start()
        assert kuis.is_ready()
        with pytest.raises(EngineError, match=rf"another Kuis \(process {kuis.process.pid}\)"):
            DataDirectory(kuis.data).claim()
        assert httpx.get(f"{kuis.url}/").status_code == 200
        secrets.add((kuis.data / "secret-key").read_text())
        passwords.add(kuis.demo_password)
        shown = [line for line in kuis.said.splitlines() if kuis.demo_password in line]
        assert shown == [f"  Demo teacher: {TEACHER}, password {kuis.demo_password}"]
        credentials = {"email": TEACHER, "password": kuis.demo_password}
        login = httpx.post(f"{kuis.url}/api/auth/login", json=credentials)
        assert login.json()["user"]["role"] == "teacher"
        assert kuis.named("postgres")
        assert kuis.named("redis-server")
        elsewhere = Settings(data_dir=kuis.data)
        assert find_server(elsewhere).port == urlsplit(kuis.url).port
        assert kuis.stop(number) == 0
        assert find_server(elsewhere) == elsewhere
        assert not [child for child in kuis.tree if child.is_running()]
        assert not list((kuis.data / "run").iterdir())
    assert len(secrets) == len(passwords) == 1


def test_the_signal_to_replace_ends_nothing_that_has_just_begun() -> None:
    command = [sys.executable, "-c", SIGNAL_WHILE_LOADING]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0  # noqa: S603  # our own script


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


def test_what_keeps_dying_is_needed_only_while_no_web_process_is_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needed = [child._is_needed for child in supervisor._children(Settings(workers=2), 0, "")]  # noqa: SLF001  # it would take minutes to see from outside
    assert all(is_needed() for is_needed in needed)
    monkeypatch.setattr(Child, "is_steady", property(lambda child: child.name == "web 2"))
    assert not any(is_needed() for is_needed in needed)
    monkeypatch.setattr(Child, "is_steady", property(lambda child: child.name == "worker"))
    assert all(is_needed() for is_needed in needed)


def test_only_who_counts_leaves_files_of_numbers_behind() -> None:
    worker, web = supervisor._children(Settings(), 0, "/counts")  # noqa: SLF001  # else it takes days to see
    assert "/counts" in web._environ.values()  # noqa: SLF001
    assert "/counts" not in worker._environ.values()  # noqa: SLF001


def test_after_kill_9_nothing_of_ours_lingers_and_the_next_start_recovers(
    start: Callable[..., Kuis],
) -> None:
    kuis = start()
    ours = [*kuis.named("server web"), *kuis.named("server worker")]
    assert len(ours) == 2
    kuis.process.kill()
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
    assert not kuis.named("postgres")
    assert "Demo" not in kuis.said
    assert not kuis.named("redis-server")
