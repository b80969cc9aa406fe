"""Another code for a room."""

from collections.abc import AsyncIterator
from random import Random
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from game.errors import Refusal
from game.live import keys
from game.live.clock import Clock
from game.live.rooms import Rooms
from game.rules import codes
from game.rules import rooms as rules
from game.rules.questions import Choice, Poll
from game.rules.rooms import RoomSettings
from persistence.database import SessionFactory
from server.actions.new_code import new_code

CODE = codes.quiz_code(Random(1))


@pytest.fixture
async def rooms(redis: Redis) -> AsyncIterator[Rooms]:
    clock = Clock(redis)
    await clock.sample()
    rooms = Rooms(redis, clock)
    yield rooms
    await rooms.stop()


@pytest.fixture
async def session(rooms: Rooms) -> str:
    await rooms.open(
        session=(session := str(uuid4())),
        code=CODE,
        title="A quiz",
        host=str(uuid4()),
        questions=(Poll(stem="?", choices=(Choice("a", "Yes"), Choice("b", "No"))),),
        settings=RoomSettings(),
    )
    return session


async def codes_in(redis: Redis) -> set[str]:
    prefix = keys.code("")
    return {key.decode().removeprefix(prefix) async for key in redis.scan_iter(f"{prefix}*")}


async def test_the_new_code_leads_to_the_room_and_the_old_one_only_back(
    redis: Redis, session_factory: SessionFactory, rooms: Rooms, session: str
) -> None:
    for _ in range(2):
        [before] = await codes_in(redis)
        await new_code(session_factory, rooms, session)
        [code] = await codes_in(redis)
        assert await rooms.find(code) == session
        assert (await rooms.glimpse(session)).code == code
        assert await rooms.find(before) is None
        assert await rooms.find_former(before) == session


async def test_a_room_that_is_over_keeps_its_code_and_takes_no_other(
    redis: Redis, session_factory: SessionFactory, rooms: Rooms, session: str
) -> None:
    await rooms.command(session, rules.End())
    with pytest.raises(Refusal) as refused:
        await new_code(session_factory, rooms, session)
    assert refused.value.code == "wrong_phase"
    assert await codes_in(redis) == {CODE}
