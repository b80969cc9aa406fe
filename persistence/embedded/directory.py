"""The data directory (DATA_DIR): its owner, its lock, and the paths in it."""

import fcntl
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import IO

from persistence.embedded.errors import EngineError
from persistence.embedded.owner import Owner

MARK = "kuis-data"
MARK_TEXT = "This directory belongs to Kuis. Delete all of it, or nothing.\n"
LOCK = "kuis.lock"

# The longest path that a Unix socket can have is 103 bytes on macOS and 107 on Linux.
SOCKET_PATH_BYTES = 103
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


class DataDirectory:
    """A data directory. `claim` locks it for this process until `release`."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.owner = Owner.choose()
        self._lock: IO[str] | None = None

    @property
    def sockets(self) -> Path:
        """The directory of the engines' sockets, the same for every process that uses this one.

        Beside the data, unless that path is too long for a socket or would need quoting in a URL.
        """
        beside = self.path / "run"
        length = len(os.fsencode(beside / LONGEST_SOCKET_NAME))
        if length <= SOCKET_PATH_BYTES and PLAIN_PATH.fullmatch(str(beside)):
            return beside
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"kuis-{self.owner.uid}-{digest}"

    def log(self, name: str) -> Path:
        return self.path / "log" / f"{name}.log"

    def claim(self) -> None:
        """Make the directory if need be and lock it; an `EngineError` if it is somebody else's."""
        try:
            self.mark()
            self._hold()
            self.private(self.sockets)
            self.log("").parent.mkdir(exist_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise EngineError(f"DATA_DIR {self.path} cannot be used: {reason}.") from error

    def release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def in_use(self) -> bool:
        """Whether a process has locked the directory now."""
        try:
            with (self.path / LOCK).open("r") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def is_marked(self) -> bool:
        """Whether Kuis has ever used the directory."""
        return (self.path / MARK).is_file()

    def private(self, path: Path) -> None:
        """Make a directory that only the engines' account and root may enter."""
        path.mkdir(mode=0o700, exist_ok=True)
        if path.is_symlink() or path.stat().st_uid not in (os.geteuid(), self.owner.uid):
            raise EngineError(f"{path} belongs to another user: name another DATA_DIR.")
        self.owner.own(path)
        path.chmod(0o700)

    def mark(self) -> None:
        """Make the directory and mark it as ours; an `EngineError` if it is somebody else's."""
        mark = self.path / MARK
        if self.path.is_dir() and not self.is_marked() and any(self.path.iterdir()):
            raise EngineError(
                f"DATA_DIR {self.path} holds files that are not Kuis's: name an empty directory."
            )
        self.path.mkdir(parents=True, exist_ok=True)
        if not mark.exists():
            with open(mark, "w", opener=follow_no_link) as file:
                file.write(MARK_TEXT)

    def _hold(self) -> None:
        lock = os.fdopen(
            follow_no_link(self.path / LOCK, os.O_RDWR | os.O_APPEND | os.O_CREAT), "a+"
        )
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise EngineError(
                f"DATA_DIR {self.path} is in use by another Kuis (process {holder}): "
                "stop that one or name another DATA_DIR."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock


def follow_no_link(path: str | Path, flags: int) -> int:
    """An opener for files that we write. It refuses links, which could lead to any other file."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o666)
