"""Reads figures from Redis for operators: the journal, the running rooms, the used memory."""

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from redis.asyncio import Redis

from game.live import keys
from persistence import recorder


class Backlog(msgspec.Struct, frozen=True):
    """What is waiting in Redis. Tuples have a number for each shard."""

    entries: tuple[int, ...]
    """Journal entries that are not in PostgreSQL yet."""
    pending: tuple[int, ...]
    """Journal entries that a recorder has read and not finished."""
    refused: int
    """Entries that PostgreSQL refused, which wait for an operator."""
    lag_ms: int
    """The age of the oldest entry that is not in PostgreSQL yet."""
    rooms: int
    """Rooms that are not over."""
    round_trip_s: float


class Memory(msgspec.Struct, frozen=True):
    """The memory of the fullest node, in bytes. A `limit` of 0 means that there is none."""

    used: int
    limit: int


async def read_backlog(redis: Redis) -> Backlog:
    began = time.perf_counter()
    seconds, microseconds = await redis.time()
    round_trip_s = time.perf_counter() - began
    entries, pending, firsts, refused, rooms = await _each_shard(redis)
    now = seconds * 1000 + microseconds // 1000
    born = [int(entry.partition(b"-")[0]) for first in firsts for entry, _ in first]
    return Backlog(
        entries=tuple(entries),
        # A stream has no group until a recorder starts, and until then Redis answers with an error.
        pending=tuple(each["pending"] if isinstance(each, dict) else 0 for each in pending),
        refused=sum(refused),
        lag_ms=max((now - when for when in born), default=0),
        rooms=sum(rooms),
        round_trip_s=round_trip_s,
    )


async def read_memory(redis: Redis) -> Memory:
    info: Any = await redis.info("memory")  # Any: of one server, or by node of a cluster
    nodes = [info] if "used_memory" in info else list(info.values())
    sizes = [Memory(int(node["used_memory"]), int(node["maxmemory"])) for node in nodes]
    return max(sizes, key=lambda size: (size.used / size.limit if size.limit else 0, size.used))


async def _each_shard(redis: Redis) -> tuple[Sequence[Any], ...]:  # Any: what Redis answers
    pipeline = redis.pipeline(transaction=False)
    for number, stream in enumerate(recorder.STREAMS):
        await pipeline.xlen(stream)
        await pipeline.xpending(stream, recorder.GROUP)
        await pipeline.xrange(stream, count=1)
        await pipeline.xlen(recorder.dead_letter_stream(stream))
        await pipeline.zcard(keys.deadlines(number))
    replies = await pipeline.execute(raise_on_error=False)
    failures = [reply for reply in replies[0::5] if isinstance(reply, Exception)]
    if failures:
        raise failures[0]
    return tuple(replies[kind::5] for kind in range(5))
