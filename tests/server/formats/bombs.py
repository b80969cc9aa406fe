"""Reads files with little memory and little of a processor, and prints what came of each.

Each is read by a process of its own, forked from one that has loaded everything, so that only the
reading counts.
"""

import math
import os
import resource
import sys
import time
from pathlib import Path

from game.errors import Invalid
from server.formats.all import read

SECONDS = 1
MEMORY_BYTES = 200 * 1024 * 1024


def outcome(path: Path) -> str:
    """The code of the refusal of the file, or else of its first item."""
    content = path.read_bytes()  # as it is sent
    used = math.ceil(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, used + SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        found = [problem.code for item in read(content) for problem in item.problems]
    except Invalid as error:
        return error.code
    except MemoryError:
        return "too much memory"
    return found[0] if found else "taken"


def main() -> None:
    for path in map(Path, sys.argv[1:]):
        child = os.fork()
        if child == 0:
            print(path.name, outcome(path), flush=True)  # noqa: T201  # what the test reads
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(path.name, "too much time", flush=True)  # noqa: T201  # the same


if __name__ == "__main__":
    main()
