"""The figures that operators see of the journal and of Redis' memory."""

from redis.asyncio import Redis

from game.live import keys
from persistence import recorder, redis_status

SHARDS = (0,) * keys.SHARDS


async def test_nothing_waits_in_an_empty_redis(redis: Redis) -> None:
    seen = await redis_status.read_backlog(redis)
    assert (seen.entries, seen.pending, seen.refused) == (SHARDS, SHARDS, 0)
    assert (seen.lag_ms, seen.rooms) == (0, 0)
    assert 0 < seen.round_trip_s < 5


async def test_entries_are_counted_by_shard_and_the_oldest_tells_the_lag(redis: Redis) -> None:
    seconds, _ = await redis.time()
    await redis.xadd(keys.journal(0), {"entry": "{}"}, id=f"{(seconds - 60) * 1000}-0")
    await redis.xadd(keys.journal(3), {"entry": "{}"}, id=f"{(seconds - 10) * 1000}-0")
    await redis.xadd(keys.journal(3), {"entry": "{}"}, id=f"{(seconds - 5) * 1000}-0")
    seen = await redis_status.read_backlog(redis)
    assert (seen.entries[0], seen.entries[3], sum(seen.entries)) == (1, 2, 3)
    assert 60_000 <= seen.lag_ms < 70_000


async def test_what_a_recorder_has_begun_is_pending(redis: Redis) -> None:
    stream = keys.journal(5)
    await redis.xgroup_create(stream, recorder.GROUP, id="0", mkstream=True)
    for _ in range(3):
        await redis.xadd(stream, {"entry": "{}"})
    await redis.xreadgroup(recorder.GROUP, "one", {stream: ">"}, count=2)
    seen = await redis_status.read_backlog(redis)
    assert (seen.entries[5], seen.pending[5], sum(seen.pending)) == (3, 2, 2)


async def test_refused_entries_and_running_rooms_are_counted(redis: Redis) -> None:
    await redis.xadd(recorder.dead_letter_stream(keys.journal(1)), {"entry": "{}", "reason": "no"})
    await redis.zadd(keys.deadlines(2), {"a": 1, "b": 2})
    seen = await redis_status.read_backlog(redis)
    assert (seen.refused, seen.rooms) == (1, 2)


async def test_memory_is_told_with_its_limit(redis: Redis) -> None:
    usual = (await redis_status.read_memory(redis)).limit
    try:
        await redis.config_set("maxmemory", 10**9)
        seen = await redis_status.read_memory(redis)
    finally:
        await redis.config_set("maxmemory", usual)
    assert 0 < seen.used < seen.limit == 10**9
