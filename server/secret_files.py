"""Reads and writes the secrets of a data directory, in files that only their owner can read."""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from persistence.embedded import EngineError


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """The secret in this file, which is made if it does not exist yet.

    Raises:
        EngineError: the path is a link, or a file of another account.
    """
    if secret := read(path):
        return secret
    write(path, make())
    return read(path)


def write(path: Path, content: str) -> None:
    """Replace the content of the file atomically."""
    # The temporary name cannot be guessed, and nobody else can ever read the file.
    with NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(file.name).unlink()
            raise


def read(path: Path) -> str:
    """The content of the file; empty if there is none.

    Raises:
        EngineError: the path is a link, or a file of another account.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise EngineError(f"{path} cannot be read: {error.strerror}.") from error
    with os.fdopen(descriptor, encoding="utf-8") as file:
        found = os.fstat(descriptor)
        # A command run by root may use the directory of the account that the server runs as.
        if not stat.S_ISREG(found.st_mode) or found.st_uid not in (
            os.geteuid(),
            path.parent.stat().st_uid,
        ):
            raise EngineError(f"{path} is not a file of this server's account: remove it.")
        os.fchmod(descriptor, 0o600)
        return file.read()
