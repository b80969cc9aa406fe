"""Who is absent: their seat, their name, and that ghosts leave nothing behind."""

import asyncio

from redis.asyncio import Redis

from game.live import journal
from game.live.keys import RoomKeys
from game.live.rooms import ABSENT_MS, PRESENT_MS, Rooms
from game.live.seats import Seat
from game.live.store import WAYS_BACK
from game.rules import rooms
from game.rules.rooms import Phase, RoomSettings
from tests.game.live.playing import (
    SetClock,
    answer,
    join,
    join_many,
    journal_of,
    open_room,
    raw,
    refused,
    start,
)


async def come_and_go(on: Rooms, session: str, count: int) -> list[Seat]:
    seats = await join_many(on, session, count)
    await leave(on, session, *seats)
    return seats


async def join_with_key(on: Rooms, session: str, name: str) -> Seat:
    return await on.join(
        session,
        nickname=name,
        user=None,
        team=None,
        connection=f"of-{name}",
        key=f"the-key-of-{name}",
    )


async def leave(on: Rooms, session: str, *seats: Seat) -> None:
    await asyncio.gather(*(on.leave(session, seat.player, f"of-{seat.nickname}") for seat in seats))


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


class TestGhosts:
    async def test_who_was_never_there_for_a_question_leaves_nothing(
        self, rooms_: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_)
        await come_and_go(rooms_, session, 20)
        ana = await join(rooms_, session, "Ana")
        silent = await join(rooms_, session, "Silent")
        gone = await join(rooms_, session, "Gone")
        await start(rooms_, session)
        await leave(rooms_, session, gone)
        briefly, late, quick = [
            await join(rooms_, session, name) for name in ("Briefly", "Late", "Quick")
        ]
        for seat in (ana, quick):
            await answer(rooms_, session, seat)
        await leave(rooms_, session, briefly, quick)
        await rooms_.command(session, rooms.CloseQuestion())
        between = await join(rooms_, session, "Between")
        await leave(rooms_, session, between)
        there = {seat.player for seat in (ana, silent, gone, late, quick)}
        assert (await rooms_.view(session)).standings.keys() == there
        await rooms_.command(session, rooms.End())
        entries = await journal_of(redis, session)
        told = {
            player.player
            for entry in entries
            if isinstance(entry, journal.Joined)
            for player in entry.players
        }
        assert told == {silent.player, gone.player, late.player}  # an answer says who gave it
        [finished] = [entry for entry in entries if isinstance(entry, journal.Finished)]
        assert {result.player.player for result in finished.results} == there

    async def test_a_ghost_that_comes_back_for_a_question_is_none(
        self, rooms_: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_)
        [ana] = await come_and_go(rooms_, session, 1)
        await start(rooms_, session)
        await rooms_.resume(session, ana.token, "c")
        await rooms_.leave(session, ana.player, "c")
        await rooms_.resume(session, ana.token, "d")
        await answer(rooms_, session, ana)
        await rooms_.leave(session, ana.player, "d")
        await rooms_.command(session, rooms.End())
        [*_, finished] = await journal_of(redis, session)
        assert isinstance(finished, journal.Finished)
        assert [result.player.player for result in finished.results] == [ana.player]

    async def test_a_ghost_that_only_looks_at_a_question_stays_one(
        self, rooms_: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_)
        [ana] = await come_and_go(rooms_, session, 1)
        await start(rooms_, session)
        await rooms_.resume(session, ana.token, "c")
        await rooms_.leave(session, ana.player, "c")
        await rooms_.command(session, rooms.End())
        [*_, finished] = await journal_of(redis, session)
        assert isinstance(finished, journal.Finished)
        assert finished.results == ()

    async def test_who_reloads_in_a_question_was_there(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        await start(rooms_, session)
        await leave(rooms_, session, ana)
        await rooms_.resume(session, ana.token, "c")
        await rooms_.leave(session, ana.player, "c")
        await rooms_.command(session, rooms.CloseQuestion())
        assert [*(await rooms_.view(session)).standings] == [ana.player]

    async def test_who_missed_a_question_is_there_for_the_next(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        await start(rooms_, session)
        ana = await join(rooms_, session, "Ana")
        await leave(rooms_, session, ana)
        await rooms_.command(session, rooms.CloseQuestion())
        assert (await rooms_.view(session)).standings == {}
        await rooms_.resume(session, ana.token, "c")
        await rooms_.command(session, rooms.Next())
        await rooms_.leave(session, ana.player, "c")
        await rooms_.command(session, rooms.CloseQuestion())
        assert [*(await rooms_.view(session)).standings] == [ana.player]

    async def test_an_answer_that_comes_after_its_player_left_counts(
        self, rooms_: Rooms, clock: SetClock, redis: Redis
    ) -> None:
        """Answers and leaving wait in different batches."""
        session = await open_room(rooms_)
        await start(rooms_, session)
        ana, budi = await join(rooms_, session, "Ana"), await join(rooms_, session, "Budi")
        await leave(rooms_, session, ana, budi)
        for seat in (ana, budi):
            await answer(rooms_, session, seat)
        clock.pass_ms(ABSENT_MS)
        await rooms_.clear_absent(session)
        await rooms_.kick(session, budi.player)
        assert isinstance((await journal_of(redis, session))[-1], journal.Kicked)
        await rooms_.command(session, rooms.CloseQuestion())
        assert [*(await rooms_.view(session)).standings] == [ana.player]

    async def test_a_kicked_ghost_leaves_nothing(self, rooms_: Rooms, redis: Redis) -> None:
        session = await open_room(rooms_)
        await rooms_.kick(session, (await join(rooms_, session, "Ana")).player)
        await start(rooms_, session)
        assert {type(entry) for entry in await journal_of(redis, session)} == {journal.Started}


class TestClearing:
    async def test_the_absent_give_up_their_seats(
        self, rooms_: Rooms, elsewhere: Rooms, clock: SetClock, redis: Redis
    ) -> None:
        session = await open_room(rooms_)
        ghosts = await come_and_go(rooms_, session, 20)
        clock.pass_ms(ABSENT_MS)
        here, just_left = await join(rooms_, session, "Here"), await join(rooms_, session, "Left")
        await leave(rooms_, session, just_left)
        await elsewhere.clear_absent(session)
        view = await rooms_.view(session)
        assert ([*view.players], [*view.absent]) == ([here.player], [just_left.player])
        assert await raw(redis).hlen(RoomKeys(session).folded) == 2
        assert {*await raw(redis).hvals(RoomKeys(session).names)} == {
            here.player.encode(),
            just_left.player.encode(),
        }
        assert await refused(rooms_.resume(session, ghosts[0].token, "c")) == "not_joined"
        assert await refused(join(rooms_, session, "player 1")) == ""

    async def test_an_earlier_key_of_a_student_leads_to_no_seat_that_was_cleared(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)

        async def join_as_student(key: str) -> Seat:
            return await rooms_.join(
                session, nickname="Ana", user="user-1", team=None, connection="c", key=key
            )

        first = await join_as_student("the-first-of-the-keys")
        second = await join_as_student("the-second-of-the-keys")
        assert second.player == first.player
        await rooms_.leave(session, first.player, "c")
        clock.pass_ms(ABSENT_MS)
        await rooms_.clear_absent(session)
        back, other = await asyncio.gather(
            join_as_student("the-first-of-the-keys"), join(rooms_, session, "Budi")
        )
        assert {*(await rooms_.view(session)).players} == {back.player, other.player}
        assert back.player != first.player

    async def test_who_has_played_keeps_seat_and_points(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        ana, budi = await join(rooms_, session, "Ana"), await join(rooms_, session, "Budi")
        await start(rooms_, session)
        await answer(rooms_, session, ana)
        await leave(rooms_, session, ana)
        clock.pass_ms(ABSENT_MS)
        await rooms_.clear_absent(session)  # in the question; after it there is nobody left
        await rooms_.command(session, rooms.CloseQuestion())
        assert await refused(rooms_.clear_absent(session)) == "nobody_absent_long"
        view = await rooms_.view(session)
        assert [*view.standings] == [ana.player, budi.player]
        assert view.absent == {}
        assert await refused(join(rooms_, session, "Ana")) == "nickname_taken"
        assert (await rooms_.resume(session, ana.token, "c")).player == ana.player

    async def test_who_has_just_left_stays_and_the_host_is_told(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        assert await refused(rooms_.clear_absent(session)) == "nobody_absent_long"
        await leave(rooms_, session, ana)
        clock.pass_ms(ABSENT_MS // 2)
        assert await refused(rooms_.clear_absent(session)) == "nobody_absent_long"
        clock.pass_ms(ABSENT_MS // 2)
        assert await refused(rooms_.clear_absent(session)) == ""

    async def test_a_room_that_is_over_stays_as_it_is(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        await rooms_.command(session, rooms.End())
        assert await refused(rooms_.clear_absent(session)) == "wrong_phase"
        assert (await rooms_.view(session)).phase is Phase.FINISHED
