"""What a room leaves behind for whoever reads it later: its journal, its view, its code."""

from redis.asyncio import Redis

from game.live import journal, keys
from game.live.events import Counted
from game.live.rooms import Rooms
from game.rules import rooms
from tests.game.live.playing import answer, join_many, journal_of, open_room, start


async def test_the_start_is_journaled_once(rooms_: Rooms, redis: Redis) -> None:
    session = await open_room(rooms_)
    await rooms_.command(session, rooms.Lock())
    assert await journal_of(redis, session) == []
    for command in (
        rooms.Start(),
        rooms.Pause(),
        rooms.Unpause(),
        rooms.CloseQuestion(),
        rooms.Next(),
        rooms.End(),
    ):
        await rooms_.command(session, command)
    kinds = [type(entry) for entry in await journal_of(redis, session)]
    assert kinds == [journal.Started, journal.Answered, journal.Answered, journal.Finished]


async def test_a_view_afresh_has_the_counts_and_the_standings(
    rooms_: Rooms, elsewhere: Rooms
) -> None:
    session = await open_room(rooms_)
    seats = await join_many(rooms_, session, 3)
    await start(rooms_, session)
    for seat, choice in zip(seats, "aab", strict=True):
        await answer(rooms_, session, seat, choice)
    await rooms_.command(session, rooms.CloseQuestion())
    view = await elsewhere.view(session)
    assert view.counted == Counted(0, {"a": 2, "b": 1}, 3)
    assert {*view.standings} == {seat.player for seat in seats}
    assert [standing.rank for standing in view.standings.values()] == [1, 2, 3]


async def test_the_code_lasts_as_long_as_the_room(rooms_: Rooms, redis: Redis) -> None:
    session = await open_room(rooms_, code="KWX7PQ")
    await start(rooms_, session)
    await rooms_.stop()
    assert await redis.ttl(keys.code("KWX7PQ")) > keys.FINISHED_TTL_S
    await rooms_.command(session, rooms.End())
    await rooms_.stop()
    assert 0 < await redis.ttl(keys.code("KWX7PQ")) <= keys.FINISHED_TTL_S
