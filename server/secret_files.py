"""Secrets of a data directory, in files that only their owner can read."""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from persistence.embedded import EngineError


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """The secret in this file, made when it is first asked for: whole, or not at all.

    Raises:
        EngineError: there is a link, or a file that somebody else has put there.
    """
    if secret := read(path):
        return secret
    write(path, make())
    return read(path)


def write(path: Path, content: str) -> None:
    """Replace what the file holds: whole, or not at all."""
    # Under a name that nobody can foretell, and readable by nobody else from the first moment.
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
    """What our own file holds; nothing if there is none.

    Raises:
        EngineError: there is a link, or a file that somebody else has put there.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise EngineError(f"{path} cannot be read: {error.strerror}.") from error
    with os.fdopen(descriptor, encoding="utf-8") as file:
        found = os.fstat(descriptor)
        # Root may use the directory of the account that the server runs as.
        if not stat.S_ISREG(found.st_mode) or found.st_uid not in (
            os.geteuid(),
            path.parent.stat().st_uid,
        ):
            raise EngineError(f"{path} is not a file of this server's account: remove it.")
        os.fchmod(descriptor, 0o600)
        return file.read()
