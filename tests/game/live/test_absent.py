"""Absent players: their seats and their names."""

import asyncio

from redis.asyncio import Redis

from game.live.keys import RoomKeys
from game.live.rooms import Rooms
from game.live.seats import ABSENT_MS, PRESENT_MS, Seat
from game.live.store import WAYS_BACK
from game.rules import rooms
from game.rules.rooms import RoomSettings
from tests.game.live.playing import (
    SetClock,
    answer,
    come_and_go,
    join,
    join_with_key,
    leave,
    open_room,
    raw,
    refused,
    start,
)


class TestSeats:
    async def test_the_absent_take_no_place_after_a_while(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_, settings=RoomSettings(max_players=20))
        await come_and_go(rooms_, session, 20)
        assert await refused(join(rooms_, session, "Ana")) == "room_full"
        clock.pass_ms(ABSENT_MS)
        assert await refused(join(rooms_, session, "Ana")) == ""
        assert len((await rooms_.view(session)).absent) == 20

    async def test_who_comes_back_always_gets_in(self, rooms_: Rooms, clock: SetClock) -> None:
        session = await open_room(rooms_, settings=RoomSettings(max_players=1))
        [ana] = await come_and_go(rooms_, session, 1)
        clock.pass_ms(ABSENT_MS)
        await join(rooms_, session, "Budi")
        assert await rooms_.resume(session, ana.token, "c") == ana
        assert await refused(join(rooms_, session, "Citra")) == "room_full"

    async def test_who_comes_back_with_others_keeps_the_seat(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        """In one call: the first newcomer looks for seats to free, one of which is taken again."""
        session = await open_room(rooms_, settings=RoomSettings(max_players=2))
        for name in "abcd":
            await leave(rooms_, session, await join_with_key(rooms_, session, name))
            clock.pass_ms(ABSENT_MS)
        _, back, _ = await asyncio.gather(
            join(rooms_, session, "e"),
            join_with_key(rooms_, session, "b"),
            join(rooms_, session, "f"),
        )
        assert {seat.nickname for seat in (await rooms_.view(session)).players.values()} == {*"bef"}
        assert await rooms_.resume(session, back.token, "c") == back

    async def test_no_more_absent_than_places_are_kept(
        self, rooms_: Rooms, clock: SetClock, redis: Redis
    ) -> None:
        """Who joins and leaves over and over must not fill Redis."""
        session = await open_room(rooms_, settings=RoomSettings(max_players=3))
        first = await join(rooms_, session, "first")
        await leave(rooms_, session, first)
        for number in range(4):
            clock.pass_ms(ABSENT_MS)
            for name in "abc":
                await leave(rooms_, session, await join(rooms_, session, f"{name} {number}"))
        at = RoomKeys(session)
        for key in (at.players, at.secrets, at.folded):
            assert await raw(redis).hlen(key) <= 6
        assert await refused(rooms_.resume(session, first.token, "c")) == "not_joined"

    async def test_who_left_a_question_unanswered_makes_room(
        self, rooms_: Rooms, clock: SetClock, redis: Redis
    ) -> None:
        session = await open_room(rooms_, settings=RoomSettings(max_players=3))
        await start(rooms_, session)
        for number in range(4):
            for name in "ab":
                await leave(rooms_, session, await join(rooms_, session, f"{name} {number}"))
            await join(rooms_, session, f"swept {number}")
            clock.pass_ms(PRESENT_MS)
            await rooms_.heartbeat(session, {})
        late = await join(rooms_, session, "late")
        at = RoomKeys(session)
        for key in (at.players, at.secrets, at.folded):
            assert await raw(redis).hlen(key) <= 6
        assert await raw(redis).scard(at.latecomers) <= 6
        await rooms_.command(session, rooms.CloseQuestion())
        assert [*(await rooms_.view(session)).standings] == [late.player]

    async def test_who_has_answered_makes_room_only_for_the_host(
        self, rooms_: Rooms, elsewhere: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_, settings=RoomSettings(max_players=2))
        silent = await join(rooms_, session, "silent")
        await start(rooms_, session)
        ghosts = [await come_and_answer(rooms_, session, clock, name, silent) for name in "abc"]
        assert await refused(join(rooms_, session, "late")) == "room_full"
        await elsewhere.clear_absent(session)
        assert (await rooms_.view(session)).absent == {}
        late = await join(rooms_, session, "late")
        await rooms_.command(session, rooms.CloseQuestion())
        standings = (await rooms_.view(session)).standings
        assert standings.keys() == {seat.player for seat in (silent, late, *ghosts)}
        assert sum(standing.correct for standing in standings.values()) == 3
        assert await rooms_.resume(session, ghosts[0].token, "c") == ghosts[0]
        assert await refused(join(rooms_, session, "another")) == "room_full"

    async def test_who_knocks_at_a_full_room_makes_it_search_once_a_second(
        self, rooms_: Rooms, clock: SetClock, redis: Redis
    ) -> None:
        session = await open_room(rooms_, settings=RoomSettings(max_players=2))
        silent = await join(rooms_, session, "silent")
        await start(rooms_, session)
        for name in "abc":
            await come_and_answer(rooms_, session, clock, name, silent)
        before = await searches(redis)
        for name in "def":
            assert await refused(join(rooms_, session, name)) == "room_full"
        clock.pass_ms(1000)
        assert await refused(join(rooms_, session, "g")) == "room_full"
        assert await searches(redis) - before <= 2

    async def test_the_ways_back_to_seats_have_an_end_too(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_, settings=RoomSettings(max_players=2))
        silent = await join(rooms_, session, "silent")
        await start(rooms_, session)
        ghosts = []
        for number in range(2 * WAYS_BACK - 1):
            ghosts += [await come_and_answer(rooms_, session, clock, f"Nr {number}", silent)]
            await rooms_.clear_absent(session)
        assert await refused(join(rooms_, session, "late")) == "room_full"
        assert await rooms_.resume(session, ghosts[0].token, "c") == ghosts[0]


async def searches(redis: Redis) -> int:
    """How often a script has looked at a part of the absent."""
    stats = await redis.info("commandstats")
    return int(stats.get("cmdstat_smismember", {}).get("calls", 0))


async def come_and_answer(
    on: Rooms, session: str, clock: SetClock, name: str, silent: Seat
) -> Seat:
    """Stay away after that; the question stays open for somebody who is silent."""
    seat = await join(on, session, name)
    await answer(on, session, seat)
    await leave(on, session, seat)
    clock.pass_ms(ABSENT_MS - 1)
    await on.heartbeat(session, {silent.player: "of-silent"})
    clock.pass_ms(1)
    return seat


class TestLastSeats:
    async def test_an_address_takes_half_of_the_last_tenth(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_, settings=RoomSettings(max_players=40))
        seats = [await join_from(rooms_, session, "10.0.0.1", at) for at in range(38)]
        assert await refused(join_from(rooms_, session, "10.0.0.1", 38)) == "room_full"
        await join_from(rooms_, session, "10.0.0.2", 39)
        await rooms_.kick(session, seats[0])
        assert await refused(join_from(rooms_, session, "10.0.0.1", 40)) == "room_full"
        for seat in seats[1:4]:
            await rooms_.kick(session, seat)
        for number in (41, 42, 43):  # there is room again, and what was taken before is forgotten
            await join_from(rooms_, session, "10.0.0.1", number)
        assert await refused(join_from(rooms_, session, "10.0.0.1", 44)) == "room_full"

    async def test_nor_more_of_the_last_that_are_kept_for_the_absent(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        """Who has answered keeps the seat until the host takes it."""
        session = await open_room(rooms_, settings=RoomSettings(max_players=40))
        silent = await join(rooms_, session, "silent")
        await start(rooms_, session)
        opens_at = (await rooms_.state(session)).opens_at or 0
        for number in range(77):
            player = await join_from(rooms_, session, "10.0.0.1", number)
            await rooms_.submit(session, 0, player, "a", 500, opens_at + 500)
            await rooms_.leave(session, player, f"of-Nr {number}")
            clock.pass_ms(ABSENT_MS - 1)
            await rooms_.heartbeat(session, {silent.player: "of-silent"})
            clock.pass_ms(1)
        assert await refused(join_from(rooms_, session, "10.0.0.1", 78)) == "room_full"
        assert await refused(join_from(rooms_, session, "10.0.0.2", 79)) == ""

    async def test_ghosts_hold_no_class_to_its_share(self, rooms_: Rooms, clock: SetClock) -> None:
        """They are dropped before the last of the seats that are kept."""
        session = await open_room(rooms_, settings=RoomSettings(max_players=40))
        for _ in range(3):
            await come_and_go(rooms_, session, 40)
            clock.pass_ms(ABSENT_MS)
        for number in range(36):
            await join_from(rooms_, session, "10.0.0.1", number)
        assert len((await rooms_.view(session)).players) == 36

    async def test_a_class_that_is_where_the_host_is_fills_the_room(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_, settings=RoomSettings(max_players=40))
        await rooms_.note_host_address(session, "10.0.0.1")
        for at in range(40):
            await join_from(rooms_, session, "10.0.0.1", at)
        assert await refused(join_from(rooms_, session, "10.0.0.2", 41)) == "room_full"


async def join_from(on: Rooms, session: str, address: str, number: int) -> str:
    name = f"Nr {number}"
    seat = await on.join(
        session, nickname=name, user=None, team=None, connection=f"of-{name}", address=address
    )
    return seat.player


class TestNames:
    async def test_a_name_is_free_in_the_lobby_after_a_while(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        await leave(rooms_, session, ana)
        assert await refused(join(rooms_, session, "ANA")) == "nickname_taken"
        clock.pass_ms(ABSENT_MS)
        assert (await join(rooms_, session, "ANA")).nickname == "ANA"

    async def test_not_once_the_game_runs(self, rooms_: Rooms, clock: SetClock) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        await leave(rooms_, session, ana)
        clock.pass_ms(ABSENT_MS)
        await start(rooms_, session)
        assert await refused(join(rooms_, session, "Ana")) == "nickname_taken"

    async def test_who_lost_the_name_comes_back_with_a_number(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        await leave(rooms_, session, ana)
        clock.pass_ms(ABSENT_MS)
        await join(rooms_, session, "Ana")
        await join(rooms_, session, "Ana 2")
        back = await rooms_.resume(session, ana.token, "c")
        assert (back.player, back.token, back.nickname) == (ana.player, ana.token, "Ana 3")
        await rooms_.leave(session, ana.player, "c")
        assert (await rooms_.resume(session, ana.token, "d")).nickname == "Ana 3"
        view = await rooms_.view(session)
        assert {each.nickname for each in view.players.values()} == {"Ana", "Ana 2", "Ana 3"}

    async def test_the_name_is_theirs_again_once_it_is_free(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        await leave(rooms_, session, ana)
        clock.pass_ms(ABSENT_MS)
        other = await join(rooms_, session, "Ana")
        await leave(rooms_, session, other)
        clock.pass_ms(ABSENT_MS)
        await rooms_.clear_absent(session)
        assert await refused(rooms_.resume(session, other.token, "c")) == "not_joined"
        assert await refused(join(rooms_, session, "Ana")) == ""

    async def test_a_student_who_lost_the_name_keeps_the_seat(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana", user="user-1")
        await leave(rooms_, session, ana)
        clock.pass_ms(ABSENT_MS)
        await join(rooms_, session, "Ana")
        back = await join(rooms_, session, "Anything", user="user-1")
        assert (back.player, back.nickname) == (ana.player, "Ana 2")
        assert await refused(rooms_.resume(session, back.token, "c")) == ""
