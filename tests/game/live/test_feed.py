"""Following a room: everything in order, nothing missed for long."""

import asyncio

import msgspec
import pytest
from redis.asyncio import Redis

from game.errors import NotFound
from game.live import feed
from game.live.engine import Engine
from game.live.events import Change, Connected, Joined, Kicked, Left, Player, Tally
from game.live.keys import RoomKeys
from game.live.room_view import RoomView
from game.rules import rooms
from game.rules.rooms import Phase
from tests.game.live.playing import (
    Follower,
    answer,
    cut_pubsub,
    join,
    join_many,
    open_room,
    raw,
    same,
    start,
    until,
)


async def has_caught_up(follower: Follower, on: Engine, session: str) -> None:
    fresh = await on.rooms.view(session)
    await until(lambda: follower.view is not None and same(follower.view, fresh))


async def test_subscribing_shows_the_room_as_it_is(engine: Engine) -> None:
    session, follower = await open_room(engine.rooms), Follower()
    await join(engine.rooms, session, "Ana")
    view = await engine.feed.subscribe(session, follower)
    assert view == follower.view == await engine.rooms.view(session)
    assert (follower.resets, follower.messages) == (1, [])


async def test_a_room_that_is_not_there_is_refused(engine: Engine) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            await engine.feed.subscribe("nothing", Follower())


async def test_one_listener_a_room(engine: Engine) -> None:
    session = await open_room(engine.rooms)
    await engine.feed.subscribe(session, Follower())
    with pytest.raises(ValueError, match="one listener"):
        await engine.feed.subscribe(session, Follower())


async def test_two_processes_hear_the_same_in_the_same_order(engine: Engine, other: Engine) -> None:
    session, here, there = await open_room(engine.rooms), Follower(), Follower()
    await engine.feed.subscribe(session, here)
    await other.feed.subscribe(session, there)
    seats = await join_many(engine.rooms, session, 30)
    await start(other.rooms, session)
    await asyncio.gather(
        *(
            (engine, other)[at % 2].rooms.resume(session, seat.token, f"c{at}")
            for at, seat in enumerate(seats)
        ),
        *(answer((engine, other)[at % 2].rooms, session, seat) for at, seat in enumerate(seats)),
    )
    await until(
        lambda: all(f.view is not None and f.view.phase is Phase.REVEAL for f in (here, there))
    )
    await engine.rooms.kick(session, seats[0].player)
    await other.rooms.command(session, rooms.End())
    await has_caught_up(here, engine, session)
    await has_caught_up(there, engine, session)
    assert here.messages == there.messages
    versions = [message.version for message in here.messages if isinstance(message, Change)]
    assert versions == [*range(2, 2 + len(versions))]
    assert (here.resets, there.resets) == (1, 1)


async def test_rooms_are_told_apart(engine: Engine) -> None:
    session, another = await open_room(engine.rooms), await open_room(engine.rooms)
    here, there = Follower(), Follower()
    await engine.feed.subscribe(session, here)
    await engine.feed.subscribe(another, there)
    await join(engine.rooms, session, "Ana")
    await join(engine.rooms, another, "Budi")
    await has_caught_up(here, engine, session)
    await has_caught_up(there, engine, another)
    assert len(here.messages) == len(there.messages) == 1


async def test_what_each_happening_says(engine: Engine) -> None:
    session, follower = await open_room(engine.rooms), Follower()
    await engine.feed.subscribe(session, follower)
    ana, budi = await join(engine.rooms, session, "Ana"), await join(engine.rooms, session, "Budi")
    await engine.rooms.leave(session, ana.player, "of-Ana")
    await engine.rooms.resume(session, ana.token, "again")
    await engine.rooms.resume(session, ana.token, "elsewhere")
    await start(engine.rooms, session)
    await answer(engine.rooms, session, budi)
    await until(lambda: follower.view is not None and follower.view.answered == 1)
    await engine.rooms.kick(session, budi.player)
    await has_caught_up(follower, engine, session)
    told = [
        event
        for message in follower.messages
        if isinstance(message, Change)
        for event in message.events
    ]
    assert [type(event) for event in told] == [
        Joined,
        Joined,
        Left,
        Joined,
        Connected,
        Connected,
        rooms.QuestionOpened,
        Kicked,
    ]
    assert told[5] == Connected(ana.player, "elsewhere")
    assert told[7] == Kicked(
        budi.player, answered=0, who=Player(budi.player, "Budi", budi.joined_at)
    )
    assert [message for message in follower.messages if isinstance(message, Tally)] == [
        Tally(version=7, question=0, answered=1)
    ]


async def test_a_gap_means_reading_again(engine: Engine, redis: Redis) -> None:
    session, follower = await open_room(engine.rooms), Follower()
    await engine.feed.subscribe(session, follower)
    at = RoomKeys(session)
    await raw(redis).hincrby(at.room, "version", 1)  # a message that nobody heard
    await join(engine.rooms, session, "Ana")
    await has_caught_up(follower, engine, session)
    assert (follower.resets, follower.messages) == (2, [])
    await join(engine.rooms, session, "Budi")
    await has_caught_up(follower, engine, session)
    assert follower.resets == 2


async def test_a_tally_from_after_a_gap_means_reading_again(engine: Engine, redis: Redis) -> None:
    session, follower = await open_room(engine.rooms), Follower()
    await engine.feed.subscribe(session, follower)
    tally = msgspec.json.encode(Tally(version=9, question=0, answered=1))
    await redis.publish(RoomKeys(session).channel, tally)
    await until(lambda: follower.resets == 2)


async def test_what_was_heard_before_is_dropped(engine: Engine, redis: Redis) -> None:
    session, follower = await open_room(engine.rooms), Follower()
    await join(engine.rooms, session, "Ana")
    await engine.feed.subscribe(session, follower)
    for stale in (Change(version=2, events=()), Tally(version=1, question=0, answered=5)):
        await redis.publish(RoomKeys(session).channel, msgspec.json.encode(stale))
    await join(engine.rooms, session, "Budi")
    await has_caught_up(follower, engine, session)
    assert [message.version for message in follower.messages] == [3]


async def test_a_message_that_is_not_understood_means_reading_again(
    engine: Engine, redis: Redis
) -> None:
    session, follower = await open_room(engine.rooms), Follower()
    await engine.feed.subscribe(session, follower)
    await redis.publish(RoomKeys(session).channel, b'{"is":"something newer"}')
    await until(lambda: follower.resets == 2)


async def test_joining_a_room_in_which_much_happens_misses_nothing(
    engine: Engine, other: Engine
) -> None:
    session = await open_room(engine.rooms)
    joining = asyncio.create_task(join_many(other.rooms, session, 400))
    for _ in range(30):
        follower = Follower()
        await engine.feed.subscribe(session, follower)
        await asyncio.sleep(0)
        await engine.feed.unsubscribe(session)
    follower = Follower()
    await engine.feed.subscribe(session, follower)
    await joining
    await has_caught_up(follower, engine, session)


async def test_a_cut_connection_is_noticed_and_the_room_read_again(
    engine: Engine, redis: Redis
) -> None:
    session, another = await open_room(engine.rooms), await open_room(engine.rooms)
    here, there = Follower(), Follower()
    await engine.feed.subscribe(session, here)
    await engine.feed.subscribe(another, there)
    await cut_pubsub(redis)
    await join(engine.rooms, session, "Ana")
    await until(lambda: here.resets == 2 and there.resets == 2, seconds=2)
    await has_caught_up(here, engine, session)
    await join(engine.rooms, another, "Budi")
    await has_caught_up(there, engine, another)
    assert there.resets == 2


async def test_a_vanished_room_is_told(engine: Engine, redis: Redis) -> None:
    session, follower = await open_room(engine.rooms), Follower()
    await engine.feed.subscribe(session, follower)
    await redis.flushall()
    await cut_pubsub(redis)
    await until(lambda: follower.is_gone)


async def test_nothing_is_heard_after_unsubscribing(engine: Engine) -> None:
    session, follower, next_one = await open_room(engine.rooms), Follower(), Follower()
    await engine.feed.subscribe(session, follower)
    await engine.feed.unsubscribe(session)
    await engine.feed.unsubscribe(session)
    await engine.feed.subscribe(session, next_one)
    await join(engine.rooms, session, "Ana")
    await has_caught_up(next_one, engine, session)
    assert follower.messages == []


async def test_what_is_held_while_reading_is_bounded(
    engine: Engine, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, follower = await open_room(engine.rooms), Follower()
    await engine.feed.subscribe(session, follower)
    view = engine.rooms.view
    may_read = asyncio.Event()

    async def slow_view(of: str) -> object:
        seen = await view(of)
        await may_read.wait()
        return seen

    monkeypatch.setattr(engine.rooms, "view", slow_view)
    channel = RoomKeys(session).channel
    await redis.publish(channel, b"?")
    for at in range(feed.MAX_BUFFERED_MESSAGES + 10):
        await redis.publish(channel, b'{"is":"change","version":%d,"events":[]}' % (at + 2))
    may_read.set()
    await until(lambda: follower.resets >= 3)  # the first of what was held is lost: read again
    assert follower.view == await view(session)


async def test_a_room_that_could_not_be_read_is_read_again(
    engine: Engine, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, follower = await open_room(engine.rooms), Follower()
    await engine.feed.subscribe(session, follower)
    view, tries = engine.rooms.view, []

    async def fails_once(session: str) -> RoomView:
        tries.append(session)
        if len(tries) == 1:
            raise ZeroDivisionError
        return await view(session)

    monkeypatch.setattr(engine.rooms, "view", fails_once)
    await cut_pubsub(redis)
    await until(lambda: follower.resets > 1)
