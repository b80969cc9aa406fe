"""Writes and checks generated files that are kept in the repository."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def update(files: dict[Path, str], arguments: list[str], module: str) -> int:
    """Write stale files with `--write`, or only name them. Returns the exit status."""
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        if arguments == ["--write"]:
            path.write_text(files[path])
        else:
            sys.stderr.write(f"{path.relative_to(ROOT)} is stale: python -m {module} --write\n")
    return 1 if stale and arguments != ["--write"] else 0
