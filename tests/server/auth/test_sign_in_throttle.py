"""Failed sign-ins slow down the next ones, by account, address and device."""

import asyncio
from typing import cast

import pytest
from redis.asyncio import Redis

from game.errors import RateLimited
from server.auth.sign_in_throttle import (
    ACCOUNT_POLICY,
    ADDRESS_POLICY,
    GUARDED,
    OF_STRANGERS,
    SignInThrottle,
    Source,
)

HERE = Source("ani@kuis.example", "192.0.2.1")
ELSEWHERE = Source("ani@kuis.example", "192.0.2.2")
DEVICE = Source("ani@kuis.example", "device 1", is_known=True)


async def begin(tries: SignInThrottle, source: Source, times: int) -> None:
    for _ in range(times):
        await tries.begin_attempt(source)


async def wait_is_over(redis: Redis) -> None:
    async for key in redis.scan_iter(match="kuis:tries:*"):
        await redis.hdel(key, "open_at")


async def test_waits_grow_and_stay_short(redis: Redis) -> None:
    tries, waits = SignInThrottle(redis), []
    await begin(tries, HERE, ACCOUNT_POLICY.free)
    for _ in range(8):
        await tries.begin_attempt(HERE)
        with pytest.raises(RateLimited) as refused:
            await tries.begin_attempt(HERE)
        waits.append(refused.value.retry_after)
        await wait_is_over(redis)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


async def test_a_wait_ends_by_itself(redis: Redis) -> None:
    tries = SignInThrottle(redis)
    await begin(tries, HERE, ACCOUNT_POLICY.free + 1)
    with pytest.raises(RateLimited) as refused:
        await tries.begin_attempt(HERE)
    await asyncio.sleep(refused.value.retry_after)
    await tries.begin_attempt(HERE)


async def test_tries_at_once_are_all_counted_whichever_process_counts(redis: Redis) -> None:
    processes = [SignInThrottle(redis), SignInThrottle(redis)]
    begun = (processes[n % 2].begin_attempt(HERE) for n in range(20))
    answers = await asyncio.gather(*begun, return_exceptions=True)
    assert answers.count(None) == ACCOUNT_POLICY.free + 1
    assert (
        sum(isinstance(answer, RateLimited) for answer in answers) == 20 - 1 - ACCOUNT_POLICY.free
    )


async def test_another_address_and_a_known_device_are_not_slowed(redis: Redis) -> None:
    tries = SignInThrottle(redis)
    await begin(tries, HERE, ACCOUNT_POLICY.free + 1)
    for source in (ELSEWHERE, DEVICE):
        await begin(tries, source, ACCOUNT_POLICY.free)


async def test_a_right_password_is_forgotten(redis: Redis) -> None:
    tries = SignInThrottle(redis)
    for _ in range(ADDRESS_POLICY.free + 5):
        await tries.begin_attempt(HERE)
        await tries.succeeded(HERE)
    await begin(tries, HERE, ACCOUNT_POLICY.free)


async def test_a_school_goes_on_after_its_failures(redis: Redis) -> None:
    """One password on many accounts slows an address, but each half second brings a try."""
    tries = SignInThrottle(redis)
    for number in range(ADDRESS_POLICY.free + 1):
        await tries.begin_attempt(Source(f"pupil{number}@kuis.example", HERE.name))
    with pytest.raises(RateLimited) as refused:
        await tries.begin_attempt(HERE)
    assert refused.value.retry_after == 1
    await begin(tries, DEVICE, ACCOUNT_POLICY.free)
    await asyncio.sleep(ADDRESS_POLICY.longest_wait_ms / 1000)
    await tries.begin_attempt(HERE)


async def test_a_refused_try_is_not_counted_again(redis: Redis) -> None:
    tries = SignInThrottle(redis)
    await begin(tries, HERE, ACCOUNT_POLICY.free + 1)
    for _ in range(50):
        with pytest.raises(RateLimited):
            await tries.begin_attempt(HERE)
    failed = [
        int(cast("bytes", await redis.hget(key, "failed")))
        async for key in redis.scan_iter(match="kuis:tries:*")
    ]
    assert failed == [ACCOUNT_POLICY.free + 1] * 3  # from here, from strangers, and of the address


async def test_guesses_at_an_account_are_counted_over_all_addresses(redis: Redis) -> None:
    tries = SignInThrottle(redis)
    for number in range(OF_STRANGERS.free + 1):
        await tries.begin_attempt(Source(HERE.account, f"198.51.100.{number}"))
    for refuses in (tries.check, tries.begin_attempt):
        with pytest.raises(RateLimited) as refused:
            await refuses(ELSEWHERE)
        assert refused.value.code == GUARDED
    await begin(tries, DEVICE, ACCOUNT_POLICY.free)
    await tries.begin_attempt(Source("budi@kuis.example", ELSEWHERE.name))


async def test_who_goes_on_guessing_gets_no_free_tries_again(redis: Redis) -> None:
    tries = SignInThrottle(redis)
    for over in range(3):
        await begin(tries, HERE, ACCOUNT_POLICY.free + 1 if over == 0 else 1)
        await wait_is_over(redis)
        async for key in redis.scan_iter(match="kuis:tries:*"):
            if int(cast("bytes", await redis.hget(key, "failed"))) > ACCOUNT_POLICY.free:
                await redis.expire(key, 60)
    await tries.begin_attempt(HERE)
    kept = [await redis.ttl(key) async for key in redis.scan_iter(match="kuis:tries:*")]
    assert max(kept) > 60


async def test_the_scale_multiplies_the_free_tries(redis: Redis) -> None:
    await begin(SignInThrottle(redis, 3), HERE, 3 * ACCOUNT_POLICY.free)
