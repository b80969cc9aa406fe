"""An adapter that gives a Redis Cluster the interface of a single Redis.

redis-py's cluster client knows the nodes and follows moved slots. This module removes the points in
which it differs from the client of a single Redis, so that other code need not tell them apart:

- it repeats failed commands and pipelines, even those that must not run twice;
- it fails when all connections are busy, instead of waiting for one;
- some of its errors are not `RedisError`s, and a cluster that is down raises other errors than a
  single Redis that is unavailable;
- it loads a missing script into all masters, which fails when any of them is unavailable;
- `PING` asks all nodes, and `TIME` asks all masters, whose clocks differ;
- a pipeline forgets its commands when it is awaited;
- after a pipeline has failed, the client does not look for a new master.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, cast

from redis.asyncio import ConnectionPool, Redis, RedisCluster
from redis.asyncio.client import Pipeline
from redis.asyncio.cluster import ClusterNode, ClusterPipeline
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.event import EventDispatcher
from redis.exceptions import (
    AskError,
    ClusterError,
    NoScriptError,
    RedisClusterException,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.typing import EncodableT, KeyT, ScriptTextT

CLOCK: Final = "kuis:clock"
"""All processes use the clock of the node that serves this slot. The key itself never exists."""

_UNREADY: Final = (RedisClusterException, ClusterError, AskError, TryAgainError)


class Cluster(Redis):
    """Sends each command to the node of its keys. All keys of a command must be in one slot."""

    def __init__(
        self,
        places: Sequence[tuple[str, int]],
        *,
        connections: int,
        wait_s: float,
        options: dict[str, Any],  # Any: what redis-py takes
    ) -> None:
        """`places` are some of the nodes. `connections` is how many commands may run at once."""
        super().__init__(connection_pool=ConnectionPool())  # nothing uses it
        self._cluster = RedisCluster(
            startup_nodes=[ClusterNode(host, port) for host, port in places],
            retry=Retry(NoBackoff(), 0),
            require_full_coverage=False,  # the slots that are served can be used
            reinitialize_steps=0,  # else every fifth moved slot closes all connections
            **{"max_connections": 2 * connections, **options},  # closing ones count too
        )
        self._free = asyncio.Semaphore(connections)
        self._wait_s = wait_s

    async def aclose(self, close_connection_pool: bool | None = None) -> None:  # noqa: FBT001  # as in redis-py
        await self._cluster.aclose()
        await super().aclose(close_connection_pool)

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # as in redis-py
        async with self.calling():
            return await self._cluster.execute_command(*args, **options)

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: FBT001, FBT002  # as in redis-py
        """A transaction must stay in one slot. Other commands go to their nodes in parallel."""
        del shard_hint
        return cast("Pipeline", _Pipeline(self, self._cluster, transaction))

    def register_script(self, script: ScriptTextT) -> AsyncScript:  # type: ignore[override]  # typed for sync
        return _Script(self, script)

    async def ping(self, **_: object) -> bool:
        """Whether the cluster serves commands. A node answers PING even if the cluster is down."""
        await self.exists(CLOCK)
        return True

    async def time(self, **_: object) -> tuple[int, int]:
        async with self.calling():
            cluster = await self._cluster  # it knows its nodes after this
            node = cluster.get_node_from_key(CLOCK)
            answer = await cluster.execute_command("TIME", target_nodes=node)
        return cast("tuple[int, int]", answer)

    def node_of_channel(self, channel: str) -> tuple[str, Callable[[], AbstractConnection]]:
        """The node where a channel's messages are published, and how to connect to it.

        That is the node of its slot. The other nodes get the messages too, but may miss some.
        """
        try:
            node = self._cluster.get_node_from_key(channel)
        except RedisClusterException:
            node = None
        if node is None:  # not known yet
            node = self._cluster.startup_nodes[0]
        return node.name, lambda: node.connection_class(**node.connection_kwargs)

    @asynccontextmanager
    async def calling(self) -> AsyncIterator[None]:
        """Wait for a free connection, and turn cluster errors into connection errors.

        After a connection error, the next command first asks which node serves which slots.
        """
        try:
            async with asyncio.timeout(self._wait_s):
                await self._free.acquire()
        except TimeoutError:
            raise RedisConnectionError("No connection available.") from None
        try:
            yield
        except (RedisConnectionError, RedisTimeoutError):
            self._cluster._initialize = True  # noqa: SLF001  # it would not after a pipeline
            raise
        except _UNREADY as error:
            raise RedisConnectionError(f"The cluster is not ready: {error}") from error
        finally:
            self._free.release()

    def heard(self, answer: object) -> object:
        """Treat an error among a pipeline's answers as `calling` treats one that is raised."""
        if isinstance(answer, (RedisConnectionError, RedisTimeoutError)):
            self._cluster._initialize = True  # noqa: SLF001  # it would not after a pipeline
        elif isinstance(answer, _UNREADY):
            return RedisConnectionError(f"The cluster is not ready: {answer}")
        return answer


class _Pipeline(ClusterPipeline):
    _event_dispatcher = EventDispatcher()  # abstract in redis-py; no event is used

    def __init__(self, of: Cluster, cluster: RedisCluster, transaction: bool) -> None:  # noqa: FBT001  # as in redis-py
        super().__init__(cluster, transaction)
        self._of = of

    def __await__(self) -> Generator[Any, None, ClusterPipeline]:
        """Return itself, so that `await pipeline.set(…)` works with both kinds of client."""
        yield from ()
        return self

    async def execute(
        self,
        raise_on_error: bool = True,  # noqa: FBT001, FBT002  # as in redis-py
        allow_redirections: bool = True,  # noqa: FBT001, FBT002
    ) -> list[Any]:
        async with self._of.calling():
            answers = await super().execute(raise_on_error, allow_redirections)
            return [self._of.heard(answer) for answer in answers]


class _Script(AsyncScript):
    """Sends a node that lacks the script all of it. As one command, it is safe from a failover."""

    async def __call__(
        self,
        keys: Sequence[KeyT] | None = None,
        args: Iterable[EncodableT] | None = None,
        client: Redis | RedisCluster | None = None,
    ) -> Any:  # noqa: ANN401  # what a script returns
        client = client or self.registered_client
        keys, words = keys or [], [*(keys or ()), *(args or ())]
        try:
            return await client.evalsha(self.sha, len(keys), *words)
        except NoScriptError:
            return await client.eval(cast("str", self.script), len(keys), *words)
