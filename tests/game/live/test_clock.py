"""The room's clock is Redis's, and never runs backwards."""

import time

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from game.live import clock as clocks
from game.live.clock import Clock
from tests.game.live.playing import until


async def test_it_shows_the_time_of_redis(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(redis)
    monkeypatch.setattr(clock, "_offset_ms", 0.0)  # this machine knows nothing
    await clock.sample()
    seconds, microseconds = await redis.time()
    assert abs(clock.now() - (seconds * 1000 + microseconds // 1000)) < 50


async def test_the_answer_is_taken_to_be_true_in_the_middle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monotonic = [100.0]

    class Slow:
        async def time(self) -> tuple[int, int]:
            monotonic[0] += 0.4  # there and back
            return 5000, 300_000

    monkeypatch.setattr(time, "monotonic", lambda: monotonic[0])
    clock = Clock(Slow())  # type: ignore[arg-type]  # a Redis whose round trip we know
    await clock.sample()
    assert abs(clock.at(100.4) - 5_000_500) <= 1


async def test_the_shortest_round_trip_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monotonic = [100.0]
    trips = iter([(0.4, 9000), (0.001, 5000), (0.3, 9000), (0.2, 9000), (0.5, 9000)])

    class Uneven:
        async def time(self) -> tuple[int, int]:
            trip, seconds = next(trips)
            monotonic[0] += trip
            self.answered_at = monotonic[0]
            return seconds, 0

    monkeypatch.setattr(time, "monotonic", lambda: monotonic[0])
    clock = Clock(Uneven())  # type: ignore[arg-type]  # a Redis whose round trips we know
    await clock.sample()
    assert abs(clock.at(100.401) - 5_000_000) <= 1


async def test_it_never_runs_backwards(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(redis)
    await clock.sample()
    before = clock.now()
    monkeypatch.setattr(clock, "_offset_ms", clock._offset_ms - 5000)  # noqa: SLF001
    assert clock.now() == before
    assert clock.at(time.monotonic()) < before


async def test_it_starts_without_redis_and_compares_when_it_is_there(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "SAMPLE_FIRST_S", 0.01)
    tries = 0
    ask = redis.time

    async def away_at_first() -> object:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise RedisConnectionError
        return await ask()

    monkeypatch.setattr(redis, "time", away_at_first)
    clock = Clock(redis)
    await clock.start()
    try:
        assert abs(clock.now() - time.time() * 1000) < 1000
        await until(lambda: tries > clocks.SAMPLES)
    finally:
        await clock.stop()
