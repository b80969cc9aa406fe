"""`kuis serve` as people start it: a tree of processes that tests look into and kill."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from tests.conftest import ROOT, wait_for

STOP_SECONDS = 60
READY = re.compile(r"ready at (https?://\S+)")


class Kuis:
    """A running `kuis serve` that has said where it is, in a file beside its data."""

    def __init__(self, data: Path, *options: str, **environ: str) -> None:
        self.data = data
        self._log = data.with_suffix(".log")
        with self._log.open("w") as log:
            self.process = subprocess.Popen(  # noqa: S603  # our own program
                [sys.executable, "-m", "server", "serve", *options],
                cwd=ROOT,
                env={"PORT": "0", **bare_environment(), "DATA_DIR": str(data), **environ},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_for(lambda: self._is_announced() or self._has_ended(), "the server", STOP_SECONDS)
        if (ready := READY.search(self.said)) is None:
            pytest.fail(f"kuis serve ended:\n{self.said}")
        self.url = ready[1]
        self.ws_url = self.url.replace("http", "ws", 1)
        self.tree = psutil.Process(self.process.pid).children(recursive=True)

    @property
    def demo_password(self) -> str:
        return (self.data / "demo-password").read_text()

    @property
    def said(self) -> str:
        return self._log.read_text()

    def named(self, words: str) -> list[psutil.Process]:
        """The running processes of the tree with these words in their command."""
        tree = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in tree if words in " ".join(_command(child))]

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)

    def kill_everything(self) -> None:
        """The whole tree at once, as when the power goes."""
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # ended by itself meanwhile
                process.kill()
        self.process.kill()
        self.process.wait()

    def _is_announced(self) -> bool:
        return READY.search(self.said) is not None

    def _has_ended(self) -> bool:
        return self.process.poll() is not None


def bare_environment() -> dict[str, str]:
    """Ours, but without anything that would be a setting."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []
