"""Players who were never there for a question leave nothing; hosts remove the absent."""

import asyncio

from redis.asyncio import Redis

from game.live import journal
from game.live.keys import RoomKeys
from game.live.rooms import Rooms
from game.live.seats import ABSENT_MS, Seat
from game.rules import rooms
from game.rules.rooms import Phase
from tests.game.live.playing import (
    SetClock,
    answer,
    come_and_go,
    join,
    journal_of,
    leave,
    open_room,
    raw,
    refused,
    start,
)


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
