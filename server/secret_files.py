"""Secrets of a data directory, in files that only their owner can read."""

from collections.abc import Callable
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """The secret in this file, made when it is first asked for: whole, or not at all."""
    if not path.exists() or not path.read_text():
        new = path.with_name(f"{path.name}.new")
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        new.write_text(make())
        new.replace(path)
    return path.read_text()
