"""The process of one engine: starts, watches and stops it, and cleans up after a killed one."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from persistence.embedded.directory import DataDirectory, follow_no_link
from persistence.embedded.errors import EngineError

READY_SECONDS = 60.0
STOP_SECONDS = 20.0
KILL_SECONDS = 5.0
POLL_SECONDS = 0.02
LOG_BYTES = 5_000_000
PRIVATE = 0o600


class Engine(ABC):
    """An engine's server process, with its own directory below the data directory."""

    title: str
    name: str
    program: Path
    stop_signal = signal.SIGTERM

    def __init__(self, directory: DataDirectory) -> None:
        self.home = directory
        self.directory = directory.path / self.name
        self.log = directory.log(self.name)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def address(self) -> str:
        """The URL for clients. It is always the same for one data directory."""

    @abstractmethod
    def prepare(self) -> None:
        """Make the engine's directory; an `EngineError` if its data is of another version."""

    @abstractmethod
    def command(self) -> Sequence[str | Path]: ...

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether the engine accepts commands now."""

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start and wait until the engine accepts commands; an `EngineError` if it does not."""
        self._stop_leftovers()
        self.prepare()
        written = self._trim_log()
        self._process = self.spawn(self.command())
        deadline = time.monotonic() + READY_SECONDS
        while not self.is_ready():
            if not self.is_running():
                raise EngineError(f"{self.title} did not start: {self._last_words(written)}")
            if time.monotonic() > deadline:
                self.stop()
                raise EngineError(f"{self.title} did not answer in time (see {self.log}).")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(self.stop_signal)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def spawn(self, command: Sequence[str | Path]) -> subprocess.Popen[bytes]:
        """Run a command as the engines' account, out of reach of the terminal's Ctrl-C."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        with os.fdopen(os.open(self.log, flags, PRIVATE), "ab") as log:
            os.fchmod(log.fileno(), PRIVATE)  # an earlier release may have made it
            return subprocess.Popen(  # noqa: S603  # our own binaries with our own arguments
                self.home.owner.command(command, self.directory, self.home.sockets),
                cwd=self.directory,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _stop_leftovers(self) -> None:
        """Stop engines that a killed Kuis left running. Nobody uses them, as we hold the lock."""
        left = list(self._processes_here())
        ours = {process.pid for process in left}
        for process in left:
            with suppress(psutil.NoSuchProcess):
                if process.ppid() not in ours:
                    process.send_signal(self.stop_signal)
        _, stubborn = psutil.wait_procs(left, timeout=STOP_SECONDS)
        for process in stubborn:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(stubborn, timeout=KILL_SECONDS)

    def _processes_here(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter(["name"]):
            if process.info["name"] == self.program.name:
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    if process.cwd() == str(self.directory):
                        yield process

    def _trim_log(self) -> int:
        """Empty a log that has grown too long, and return its size before this start."""
        size = self.log.stat().st_size if self.log.exists() else 0
        if size <= LOG_BYTES:
            return size
        open(self.log, "wb", opener=follow_no_link).close()
        return 0

    def _last_words(self, written: int) -> str:
        with self.log.open("rb") as log:
            log.seek(written)
            lines = log.read().decode(errors="replace").split("\n")
        spoken = [line.strip() for line in lines if line.strip()]
        fatal = [line for line in spoken if "FATAL" in line or "error" in line.lower()]
        return f"{(fatal or spoken or ['it said nothing'])[-1]} (see {self.log})"


def _environment() -> dict[str, str]:
    """Our environment without variables that would change the engines' paths or language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
