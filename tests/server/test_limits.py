"""Rate limits count over all processes, and LIMIT_SCALE multiplies them."""

import asyncio
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from game.errors import NotFound, RateLimited
from server import limits as limits_module
from server.actions import storing
from server.limits import Limit, Limits, LocalLimits

THREE = Limit("test", 3, 60)


async def test_as_many_tries_as_allowed_and_no_more(redis: Redis) -> None:
    limits = Limits(redis)
    for _ in range(3):
        await limits.hit(THREE, "ani")
    with pytest.raises(RateLimited) as refused:
        await limits.hit(THREE, "ani")
    assert 1 <= refused.value.retry_after <= 60
    await limits.hit(THREE, "budi")
    await limits.hit(Limit("another", 3, 60), "ani")


async def test_a_scale_multiplies_what_is_allowed(redis: Redis) -> None:
    limits = Limits(redis, 2)
    await limits.hit(THREE, "ani", cost=6)
    with pytest.raises(RateLimited):
        await limits.hit(THREE, "ani")


async def test_tries_at_once_are_all_counted_whichever_process_counts(redis: Redis) -> None:
    processes = [Limits(redis), Limits(redis)]
    tries = (processes[n % 2].hit(THREE, "ani") for n in range(20))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(answer is None for answer in answers) == 3
    assert sum(isinstance(answer, RateLimited) for answer in answers) == 17


async def test_checking_counts_nothing(redis: Redis) -> None:
    limits = Limits(redis)
    for _ in range(10):
        await limits.check(THREE, "ani")
    await limits.hit(THREE, "ani", cost=3)
    with pytest.raises(RateLimited):
        await limits.check(THREE, "ani")


async def test_counts_end_with_their_time(redis: Redis) -> None:
    limits = Limits(redis)
    short = Limit("short", 1, 1)
    await limits.hit(short, "ani")
    with pytest.raises(RateLimited) as refused:
        await limits.hit(short, "ani")
    await asyncio.sleep(refused.value.retry_after + 0.1)
    await limits.hit(short, "ani")


def test_a_process_counts_in_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(limits_module, "monotonic", lambda: now)
    limits = LocalLimits(2)
    for _ in range(6):
        limits.hit(THREE, "ani")
    now += 30.5
    with pytest.raises(RateLimited) as refused:
        limits.hit(THREE, "ani")
    assert refused.value.retry_after == 30
    limits.hit(THREE, "budi")
    limits.hit(Limit("another", 3, 60), "ani")
    now += 29.5
    limits.hit(THREE, "ani")


@pytest.mark.parametrize("failure", [NotFound("no_such_deck", "There is none."), OSError("away")])
async def test_what_was_not_stored_in_the_end_is_not_counted(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    monkeypatch.setattr(storing, "STORED_BYTES_OF_ACCOUNT", Limit("test-stored", 600, 60))
    limits, ani = Limits(redis), uuid4()
    with pytest.raises(type(failure)):
        async with storing.counted(limits, ani, 600):
            raise failure
    async with storing.counted(limits, ani, 600):
        pass
    with pytest.raises(RateLimited):
        async with storing.counted(limits, ani, 1):
            pass
