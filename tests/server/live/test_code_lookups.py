"""Addresses that guess codes: slowed by all processes, five answers a second between them."""

import asyncio

import pytest
from redis.asyncio import Redis

from game.errors import NotFound, RateLimited
from game.live.rooms import Rooms
from server.limits import WRONG_CODE_FROM_ADDRESS, Limits
from server.live import code_lookups
from server.live.code_lookups import CodeLookups, Found
from tests.server.live.client import WAIT_S
from tests.server.live.conftest import Room

GUESSER = "192.0.2.7"


def process(redis: Redis, rooms: Rooms) -> CodeLookups:
    return CodeLookups(redis, rooms, Limits(redis), lambda _: None)


async def use_up(redis: Redis, lookups: CodeLookups) -> None:
    """All the wrong codes that an address may try, the last of them here."""
    most = WRONG_CODE_FROM_ADDRESS.times
    await Limits(redis).hit(WRONG_CODE_FROM_ADDRESS, GUESSER, most - 1)
    with pytest.raises(NotFound):
        await lookups.find("NOSUCH", GUESSER)


async def test_answers_come_in_turn_and_the_queue_has_an_end(
    rooms: Rooms, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_lookups, "TURN_MS", 2_000)
    processes = [process(redis, rooms), process(redis, rooms)]
    turns = [await processes[n % 2]._turn_in_ms(GUESSER) for n in range(3)]  # noqa: SLF001
    assert turns[0] == 0
    assert 0 < turns[1] <= 2_000 < turns[2] <= 4_000
    with pytest.raises(RateLimited) as refused:
        await processes[1]._turn_in_ms(GUESSER)  # noqa: SLF001
    assert refused.value.retry_after == code_lookups.LONGEST_WAIT_MS / 1000
    assert await processes[0]._turn_in_ms("192.0.2.8") == 0  # noqa: SLF001
    assert await processes[0]._turn_in_ms(GUESSER, signed_in=True) == 0  # noqa: SLF001
    assert await processes[1]._turn_in_ms(GUESSER, signed_in=True) > 0  # noqa: SLF001


async def test_a_slowed_address_is_slow_in_all_processes(
    room: Room, rooms: Rooms, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_lookups, "TURN_MS", 60_000)
    monkeypatch.setattr(code_lookups, "POLL_INTERVAL_S", 0.01)
    first, second = process(redis, rooms), process(redis, rooms)
    second.start()
    await use_up(redis, first)
    async with asyncio.timeout(WAIT_S):
        while not second._slowed:  # noqa: ASYNC110, SLF001  # it looks by itself
            await asyncio.sleep(0.01)
    assert await first.find(room.code, GUESSER) == room.session
    with pytest.raises(RateLimited):
        await second.find(room.code, GUESSER)
    await second.stop()


async def test_a_token_finds_its_room_and_a_guesser_sees_no_difference(
    room: Room, rooms: Rooms, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookups = CodeLookups(redis, rooms, Limits(redis), {room.code: room.session}.get)
    seat = await rooms.join(room.session, nickname="Ani", user=None, team=None, connection="1")
    assert await lookups.find_by_token(room.code, seat.token) == Found(room.session)
    asked: list[str] = []
    call = rooms._store._call  # noqa: SLF001

    async def noted(command: str, *arguments: object) -> object:
        asked.append(command)
        return await call(command, *arguments)

    monkeypatch.setattr(rooms._store, "_call", noted)  # noqa: SLF001
    for code, token in ((room.code, "nobody.nothing"), ("ABCDEF", seat.token)):
        assert await lookups.find_by_token(code, token) is None
    assert asked == 2 * ["GET", "GET", "HGET"]


async def test_a_token_finds_its_room_by_a_former_code(
    room: Room, rooms: Rooms, redis: Redis
) -> None:
    seat = await rooms.join(room.session, nickname="Ani", user=None, team=None, connection="1")
    assert await rooms.take_code(room.session, "222222")
    await rooms.recode(room.session, "222222")
    found = await process(redis, rooms).find_by_token(room.code, seat.token)
    assert found == Found(room.session, by_former_code=True)


async def test_a_codes_shape_is_looked_at_before_redis_is_asked(rooms: Rooms, redis: Redis) -> None:
    for code in ("", "x", "ABCDE!", "a" * 500):
        with pytest.raises(NotFound):
            await process(redis, rooms).find(code, GUESSER)
