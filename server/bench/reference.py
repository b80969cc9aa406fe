"""The reference: a bare picows server, the least that a WebSocket server in Python can do.

It sends the same frame to the same number of sockets of the same client, on the core where the web
process runs, in turn with it. There is no room behind it, nothing is stored and nothing is checked.
"""

import subprocess
import sys
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from importlib.util import find_spec

from server.bench.cores import pinned
from server.bench.errors import BenchError

HOST = "127.0.0.1"
CONTROL = "/control"
PLAYERS = "/players"
SAY = b"say"
"""What the control says to have its last payload sent to all players."""


@contextmanager
def serving(cores: AbstractSet[int]) -> Iterator[int]:
    """A reference on these cores; its port."""
    if find_spec("picows") is None:
        raise BenchError("The reference needs picows: use `make bench`, or install kuis[bench].")
    command = [sys.executable, "-m", "server.bench.reference_server"]
    with pinned(cores):
        process = subprocess.Popen(  # noqa: S603  # our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
    with process:
        try:
            yield _port(process)
        finally:
            process.kill()


def _port(process: subprocess.Popen[bytes]) -> int:
    said = process.stdout.readline() if process.stdout is not None else b""
    if not said:
        raise BenchError("The reference server did not start: see the lines above.")
    return int(said)
