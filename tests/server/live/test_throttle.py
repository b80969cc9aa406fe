"""Callbacks are throttled, and the last request is always served."""

import asyncio

from server.live.throttle import Throttle

EVERY_S = 0.05


async def test_a_burst_is_told_at_once_and_once_more() -> None:
    told: list[int] = []
    happened: list[int] = []
    coalesced = Throttle(EVERY_S, lambda: told.append(len(happened)))
    for number in range(100):
        happened.append(number)
        coalesced.request()
    assert told == [1]
    await asyncio.sleep(3 * EVERY_S)
    assert told == [1, 100]
    coalesced.stop()


async def test_flushed_and_dropped() -> None:
    told: list[str] = []
    coalesced = Throttle(EVERY_S, lambda: told.append("told"))
    coalesced.flush()
    assert told == []
    coalesced.request()
    coalesced.request()
    coalesced.flush()
    await asyncio.sleep(3 * EVERY_S)
    assert told == ["told"] * 2
    coalesced.request()
    coalesced.request()
    coalesced.drop()
    await asyncio.sleep(3 * EVERY_S)
    assert told == ["told"] * 3


async def test_nothing_is_told_after_a_stop() -> None:
    told: list[str] = []
    coalesced = Throttle(EVERY_S, lambda: told.append("told"))
    coalesced.request()
    coalesced.request()
    coalesced.stop()
    await asyncio.sleep(3 * EVERY_S)
    assert told == ["told"]
