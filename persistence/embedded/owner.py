"""Chooses the account that the engines run as.

PostgreSQL refuses to run as root, so root runs the engines as an unprivileged account. If that
account may not enter a parent directory (a checkout under /root), the engines also get the one
capability that ignores permissions of directories. No directory is opened to everyone.
"""

import os
import pwd
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

import msgspec

from persistence.embedded.errors import EngineError

ACCOUNTS = ("postgres", "nobody")


class Owner(msgspec.Struct, frozen=True):
    """The account of the engines; `borrowed` if it is not the account of this process."""

    uid: int
    gid: int
    borrowed: bool

    @classmethod
    def choose(cls) -> "Owner":
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), borrowed=False)
        for entry in map(_account, ACCOUNTS):
            if entry is not None:
                return cls(entry.pw_uid, entry.pw_gid, borrowed=True)
        raise EngineError("PostgreSQL does not run as root: start Kuis as another user.")

    def own(self, path: Path) -> None:
        if self.borrowed:
            os.chown(path, self.uid, self.gid)

    def command(self, command: Sequence[str | Path], *reaches: Path) -> list[str]:
        """The command to run as this account, so that it can access all paths in `reaches`."""
        words = [str(word) for word in command]
        if not self.borrowed:
            return words
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise EngineError("PostgreSQL does not run as root: start Kuis as another user.")
        prefix = [setpriv, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        if not all(open_to_everyone(path) for path in (Path(words[0]), *reaches)):
            prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return [*prefix, "--", *words]


def open_to_everyone(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)


def _account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
