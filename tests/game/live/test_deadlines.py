"""Deadlines fire on time, once, in whichever process is there."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from redis.asyncio import Redis

from game.errors import Unavailable
from game.live import deadlines, journal, keys
from game.live.deadlines import Deadlines
from game.live.engine import Engine
from game.live.keys import RoomKeys
from game.live.rooms import Rooms
from game.live.store import Store
from game.live.tasks import cancel_and_wait
from game.rules import rooms
from game.rules.rooms import COMMIT_GRACE_MS, Phase, RoomSettings
from tests.game.live.playing import (
    SOON_S,
    Follower,
    cut_pubsub,
    join,
    journal_of,
    open_room,
    running,
    start,
    until,
    with_time_limit,
)

SHORT = (with_time_limit(1),)


def closed_late_ms(follower: Follower) -> int | None:
    """How long after its time the followed question was closed; None if it is open."""
    view = follower.view
    if view is None or view.state.score_by is None or view.state.closes_at is None:
        return None
    closed_at = view.state.score_by - rooms.SCORING_RECOVERY_MS
    return closed_at - view.state.closes_at - COMMIT_GRACE_MS


async def test_a_question_closes_by_itself_once_with_three_processes(
    engine: Engine, other: Engine, redis: Redis
) -> None:
    async with running(redis) as third:
        session = await open_room(third.rooms, SHORT)
        follower, late = Follower(), []
        await engine.feed.subscribe(session, follower)
        await join(other.rooms, session, "Ana")
        await start(third.rooms, session)

        def is_revealed() -> bool:
            if (ms := closed_late_ms(follower)) is not None:
                late.append(ms)
            return follower.view is not None and follower.view.phase is Phase.REVEAL

        await until(is_revealed)
    events = [event for message in follower.messages for event in getattr(message, "events", ())]
    assert events.count(rooms.QuestionClosed(0)) == 1
    assert sum(isinstance(event, rooms.Revealed) for event in events) == 1
    assert min(late, default=0) >= 0


async def test_a_process_with_no_part_in_the_room_fires_it(engine: Engine, other: Engine) -> None:
    session, follower = await open_room(other.rooms, SHORT), Follower()
    await engine.feed.subscribe(session, follower)
    await start(other.rooms, session)
    await other.stop()
    await until(lambda: follower.view is not None and follower.view.phase is Phase.REVEAL)


async def test_a_room_goes_on_by_itself(engine: Engine, redis: Redis) -> None:
    settings = RoomSettings(lead_in_ms=0, auto_advance=True, auto_advance_ms=1)
    session, follower = await open_room(engine.rooms, SHORT * 2, settings), Follower()
    await engine.feed.subscribe(session, follower)
    await start(engine.rooms, session)
    await until(lambda: follower.view is not None and follower.view.phase is Phase.FINISHED)
    assert isinstance((await journal_of(redis, session))[-1], journal.Finished)


async def test_what_a_dead_process_took_is_done_by_another(
    engine: Engine, other: Engine, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = asyncio.Event()

    async def dies(_: str) -> None:
        taken.set()
        await asyncio.Event().wait()

    await other.stop()
    async with AsyncExitStack() as stack:
        session, follower = await open_room(engine.rooms, SHORT), Follower()
        await engine.feed.subscribe(session, follower)
        monkeypatch.setattr(engine.rooms, "tick", dies)
        await start(engine.rooms, session)
        await asyncio.wait_for(taken.wait(), SOON_S)
        successor = await stack.enter_async_context(running(redis))
        await until(lambda: follower.view is not None and follower.view.phase is Phase.REVEAL)
        assert successor is not engine
        for task in asyncio.all_tasks():
            if task.get_name().startswith("deadline of"):
                await cancel_and_wait(task)


async def test_many_rooms_at_once(engine: Engine, other: Engine) -> None:
    sessions = [await open_room(engine.rooms, SHORT) for _ in range(50)]
    followers = [Follower() for _ in sessions]
    for session, follower in zip(sessions, followers, strict=True):
        await other.feed.subscribe(session, follower)
    await asyncio.gather(*(start(engine.rooms, session) for session in sessions))
    await until(lambda: all(f.view is not None and f.view.phase is Phase.REVEAL for f in followers))


async def test_how_late_each_was_is_heard(redis: Redis) -> None:
    late: list[int] = []
    async with running(redis, late.append) as engine:
        session = await open_room(engine.rooms, SHORT)
        await start(engine.rooms, session)
        await until(lambda: bool(late))
    assert late[0] >= 0


VANISHED = {keys.shard(session): session for session in map(str, range(100))}


async def silently_due(redis: Redis, shard: int) -> None:
    """A deadline that nobody announced, of a vanished room; returns when it was noticed."""
    at = RoomKeys(VANISHED[shard])
    await redis.zadd(at.deadlines, {at.session: 0})
    async with asyncio.timeout(SOON_S):
        # Asleep between looks, since the client can lose the cancellation at the end of the time.
        while await redis.zscore(at.deadlines, at.session) is not None:  # noqa: ASYNC110  # no event
            await asyncio.sleep(0.005)


@pytest.mark.usefixtures("engine")
async def test_the_deadline_of_a_vanished_room_is_forgotten(redis: Redis) -> None:
    await silently_due(redis, 0)


async def test_what_is_announced_while_a_shard_is_looked_at_is_not_forgotten(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look then answers with a later deadline, which must not replace the one announced."""
    monkeypatch.setattr(deadlines, "POLL_INTERVAL_MS", 3_600_000)
    shard, session = next(iter(VANISHED.items()))
    at = RoomKeys(session)
    claim, hear = Store.claim_deadlines, Deadlines.on_message
    announced, heard = asyncio.Event(), asyncio.Event()

    def hears(on: Deadlines, data: bytes) -> None:
        hear(on, data)
        heard.set()

    async def slow(
        on: Store, number: int, now: int, until: int, most: int
    ) -> tuple[int | None, dict[str, int]]:
        found = await claim(on, number, now, until, most)
        if number == shard and not announced.is_set():
            announced.set()
            await redis.zadd(at.deadlines, {session: now})
            await redis.publish(keys.DEADLINES_CHANNEL, f"{shard} {now}")
            await heard.wait()
        return found

    monkeypatch.setattr(Deadlines, "on_message", hears)
    monkeypatch.setattr(Store, "claim_deadlines", slow)
    far_ms = 10**15
    await redis.zadd(at.deadlines, {"far away": far_ms})
    async with running(redis):
        async with asyncio.timeout(SOON_S):
            await announced.wait()
            while await redis.zscore(at.deadlines, session) is not None:  # noqa: ASYNC110  # no event
                await asyncio.sleep(0.005)


async def test_what_was_not_announced_is_found_by_looking(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "POLL_INTERVAL_MS", 50)
    async with running(redis):
        for _ in range(3):  # one may have been there at the first look
            await silently_due(redis, 0)


async def test_what_was_announced_to_a_lost_connection_is_found_with_the_next(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "POLL_INTERVAL_MS", 3_600_000)
    async with running(redis):
        for shard in range(3):
            async with asyncio.TaskGroup() as group:
                group.create_task(silently_due(redis, shard))
                group.create_task(cut_pubsub(redis))


async def test_a_shard_that_cannot_be_looked_at_does_not_stop_the_others(
    engine: Engine, redis: Redis
) -> None:
    session, follower = await open_room(engine.rooms, SHORT), Follower()
    await engine.feed.subscribe(session, follower)
    broken = (keys.shard(session) + 1) % keys.SHARDS
    await redis.set(keys.deadlines(broken), "no sorted set")
    await redis.publish(keys.DEADLINES_CHANNEL, f"{broken} 0")
    await start(engine.rooms, session)
    await until(lambda: follower.view is not None and follower.view.phase is Phase.REVEAL)


async def test_a_failing_room_does_not_stop_the_others(
    engine: Engine, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = await open_room(engine.rooms, SHORT), await open_room(engine.rooms, SHORT)
    away, tick, tries = await open_room(engine.rooms, SHORT), engine.rooms.tick, []

    async def sometimes(session: str) -> None:
        tries.append(session)
        if session == bad:
            raise ZeroDivisionError
        if session == away and tries.count(away) == 1:
            raise Unavailable("unavailable", "away")
        await tick(session)

    monkeypatch.setattr(engine.rooms, "tick", sometimes)
    followers = {session: Follower() for session in (good, away)}
    for session, follower in followers.items():
        await engine.feed.subscribe(session, follower)
    for session in (bad, good, away):
        await start(engine.rooms, session)
    await until(
        lambda: (
            all(f.view is not None and f.view.phase is Phase.REVEAL for f in followers.values())
            and tries.count(bad) > 1
        )  # its lease ended, and it was tried again
    )
    await redis.zrem(RoomKeys(bad).deadlines, bad)


async def test_only_a_deadline_that_the_next_poll_may_miss_is_announced(
    rooms_: Rooms, redis: Redis
) -> None:
    far, near = [await open_room(rooms_, (with_time_limit(limit),)) for limit in (20, 1)]
    heard = redis.pubsub()
    await heard.subscribe(keys.DEADLINES_CHANNEL)
    for session in (far, near):
        await start(rooms_, session)
    due = ((await rooms_.state(near)).closes_at or 0) + COMMIT_GRACE_MS
    message = None
    async with asyncio.timeout(SOON_S):
        while message is None:
            message = await heard.get_message(ignore_subscribe_messages=True, timeout=SOON_S)
    await heard.aclose()  # type: ignore[no-untyped-call]
    assert message["data"] == b"%d %d" % (keys.shard(near), due)
