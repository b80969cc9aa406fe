"""Another code for a room."""

import asyncio
from collections.abc import AsyncIterator
from random import Random
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from game.errors import RateLimited, Refusal
from game.live import keys
from game.live.clock import Clock
from game.live.rooms import Rooms
from game.live.store import Store
from game.rules import codes
from game.rules import rooms as rules
from game.rules.questions import Choice, Poll
from game.rules.rooms import RoomSettings
from persistence.database import SessionFactory
from server.actions.sessions.new_code import new_code
from server.limits import NEW_CODES_OF_ROOM, Limits

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
        await new_code(session_factory, rooms, Limits(redis), session)
        [code] = await codes_in(redis)
        assert await rooms.find(code) == session
        assert (await rooms.summary(session)).code == code
        assert await rooms.find(before) is None
        assert await rooms.find_former(before) == session


async def test_a_room_that_is_over_keeps_its_code_and_takes_no_other(
    redis: Redis, session_factory: SessionFactory, rooms: Rooms, session: str
) -> None:
    await rooms.command(session, rules.End())
    with pytest.raises(Refusal) as refused:
        await new_code(session_factory, rooms, Limits(redis), session)
    assert refused.value.code == "wrong_phase"
    assert await codes_in(redis) == {CODE}


async def test_of_several_new_codes_at_once_one_leads_to_the_room(
    redis: Redis, session_factory: SessionFactory, rooms: Rooms, session: str
) -> None:
    limits = Limits(redis)
    asked = (new_code(session_factory, rooms, limits, session) for _ in range(4))
    await asyncio.gather(*asked)
    [code] = await codes_in(redis)
    assert (await rooms.summary(session)).code == code


async def test_what_follows_a_command_does_not_bring_back_an_old_code(
    redis: Redis,
    session_factory: SessionFactory,
    rooms: Rooms,
    session: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It lets the code live longer, a moment after the command."""
    lead, late = Store.claim_code, asyncio.Event()

    async def lead_late(
        store: Store, code: str, session: str, instead_of: str | None, seconds: int
    ) -> bool:
        if instead_of == session:
            await late.wait()
        return await lead(store, code, session, instead_of, seconds)

    monkeypatch.setattr(Store, "claim_code", lead_late)
    await rooms.command(session, rules.Lock())
    await new_code(session_factory, rooms, Limits(redis), session)
    late.set()
    await rooms.stop()
    [code] = await codes_in(redis)
    assert (await rooms.summary(session)).code == code


async def test_a_room_gets_only_so_many_new_codes(
    redis: Redis, session_factory: SessionFactory, rooms: Rooms, session: str
) -> None:
    limits = Limits(redis)
    for _ in range(NEW_CODES_OF_ROOM.times):
        await new_code(session_factory, rooms, limits, session)
    codes_before = await codes_in(redis)
    with pytest.raises(RateLimited):
        await new_code(session_factory, rooms, limits, session)
    assert await codes_in(redis) == codes_before
