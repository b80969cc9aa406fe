"""Players take a seat, leave it and come back to it."""

import asyncio
import hashlib

import pytest
from redis.asyncio import Redis

from game.live.journal import Finished
from game.live.keys import RoomKeys
from game.live.rooms import Rooms
from game.live.seats import PRESENT_MS
from game.rules import rooms
from game.rules.rooms import RoomSettings
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


class TestSeats:
    async def test_one_of_many_with_the_same_name_gets_it(
        self, rooms_: Rooms, elsewhere: Rooms
    ) -> None:
        session = await open_room(rooms_)
        names = ["Ana", "ANA", " ana ", "\uff21na"] * 50
        codes = await asyncio.gather(
            *(
                refused(join((rooms_, elsewhere)[at % 2], session, name))
                for at, name in enumerate(names)
            )
        )
        assert sorted(codes) == ["", *["nickname_taken"] * 199]
        assert len((await rooms_.view(session)).players) == 1

    async def test_a_join_said_many_times_is_one_seat(
        self, rooms_: Rooms, elsewhere: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_)
        key = "a-key-of-the-client"
        seats = await asyncio.gather(
            *(
                (rooms_, elsewhere)[at % 2].join(
                    session, nickname="Ana", user=None, team=None, connection=f"c{at}", key=key
                )
                for at in range(20)
            )
        )
        assert len({seat.token for seat in seats}) == 1
        assert len((await rooms_.view(session)).players) == 1
        for name in await redis.keys():
            if await redis.type(name) == b"hash":
                assert key.encode() not in str(await raw(redis).hgetall(name)).encode()

    async def test_it_is_recorded_who_took_it_and_for_which_team(
        self, rooms_: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_)
        await rooms_.join(session, nickname=" Ana", user="user-1", team=" Tim A", connection="c")
        await start(rooms_, session)
        await rooms_.command(session, rooms.End())
        [*_, finished] = await journal_of(redis, session)
        assert isinstance(finished, Finished)
        [player] = [result.player for result in finished.results]
        assert (player.nickname, player.user, player.team) == ("Ana", "user-1", "Tim A")

    async def test_a_full_room_takes_no_more(self, rooms_: Rooms, elsewhere: Rooms) -> None:
        session = await open_room(rooms_, settings=RoomSettings(max_players=5))
        codes = await asyncio.gather(
            *(refused(join((rooms_, elsewhere)[at % 2], session, f"p {at}")) for at in range(20))
        )
        assert sorted(codes) == [*[""] * 5, *["room_full"] * 15]

    async def test_somebody_who_left_keeps_the_seat_in_a_full_room(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_, settings=RoomSettings(max_players=1))
        seat = await join(rooms_, session, "Ana")
        await rooms_.leave(session, seat.player, "of-Ana")
        assert await refused(join(rooms_, session, "Budi")) == "room_full"
        assert (await rooms_.resume(session, seat.token, "c")).player == seat.player

    async def test_a_kick_makes_room_for_another(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_, settings=RoomSettings(max_players=1))
        await rooms_.kick(session, (await join(rooms_, session, "Ana")).player)
        assert await refused(join(rooms_, session, "Budi")) == ""

    @pytest.mark.parametrize(
        ("settings", "nickname", "code"),
        [
            (RoomSettings(), "", "nickname_invalid"),
            (RoomSettings(), "x" * 25, "nickname_invalid"),
            (RoomSettings(), "fuck", "nickname_invalid"),
            (RoomSettings(word_filter=False), "fuck", ""),
            (RoomSettings(friendly_names=True), "", ""),
        ],
    )
    async def test_nicknames(
        self, rooms_: Rooms, settings: RoomSettings, nickname: str, code: str
    ) -> None:
        session = await open_room(rooms_, settings=settings)
        assert await refused(join(rooms_, session, nickname)) == code

    async def test_given_names_never_run_into_each_other(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_, settings=RoomSettings(friendly_names=True))
        seats = await asyncio.gather(*(join(rooms_, session, "") for _ in range(300)))
        assert len({seat.nickname for seat in seats}) == 300

    async def test_a_locked_room_takes_nobody_new(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        seat = await join(rooms_, session, "Ana", user="user-1")
        await rooms_.command(session, rooms.Lock())
        assert await refused(join(rooms_, session, "Budi")) == "room_locked"
        assert (await rooms_.resume(session, seat.token, "c")).player == seat.player
        assert (await join(rooms_, session, "Other", user="user-1")).player == seat.player
        await rooms_.command(session, rooms.Unlock())
        assert await refused(join(rooms_, session, "Budi")) == ""

    async def test_late_join_can_be_off(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_, settings=RoomSettings(late_join=False))
        await join(rooms_, session, "Ana")
        await start(rooms_, session)
        assert await refused(join(rooms_, session, "Budi")) == "wrong_phase"

    async def test_nobody_joins_a_finished_room(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        await rooms_.command(session, rooms.End())
        assert await refused(join(rooms_, session, "Ana")) == "wrong_phase"

    async def test_a_signed_in_user_has_one_seat_and_its_newest_token(
        self, rooms_: Rooms, elsewhere: Rooms
    ) -> None:
        session = await open_room(rooms_)
        seats = await asyncio.gather(
            *(join((rooms_, elsewhere)[at % 2], session, f"p {at}", "user-1") for at in range(10))
        )
        assert len({seat.player for seat in seats}) == len({seat.nickname for seat in seats}) == 1
        works = [await refused(rooms_.resume(session, seat.token, "c")) for seat in seats]
        assert sorted(works) == ["", *["not_joined"] * 9]
        assert len((await rooms_.view(session)).players) == 1

    async def test_a_token_is_stored_as_its_hash_only(self, rooms_: Rooms, redis: Redis) -> None:
        session = await open_room(rooms_)
        seat = await join(rooms_, session, "Ana")
        player, _, secret = seat.token.partition(".")
        at = RoomKeys(session)
        stored = await raw(redis).hgetall(at.secrets)
        assert stored == {player.encode(): hashlib.sha256(secret.encode()).hexdigest().encode()}
        for key in await redis.keys():
            kind = await redis.type(key)
            if kind == b"hash":
                assert secret.encode() not in b"".join(await raw(redis).hvals(key))
            elif kind == b"stream":
                assert secret not in str(await redis.xrange(key))

    @pytest.mark.parametrize("token", ["", ".", "x.y", "nobody.", "\u0000.\ud7ff", "a" * 4000])
    async def test_a_token_of_nobody_is_refused(self, rooms_: Rooms, token: str) -> None:
        session = await open_room(rooms_)
        await join(rooms_, session, "Ana")
        assert await refused(rooms_.resume(session, token, "c")) == "not_joined"

    async def test_a_token_opens_no_other_seat_or_room(self, rooms_: Rooms) -> None:
        session, another = await open_room(rooms_), await open_room(rooms_)
        ana, budi = await join(rooms_, session, "Ana"), await join(rooms_, session, "Budi")
        forged = f"{budi.player}.{ana.token.partition('.')[2]}"
        assert await refused(rooms_.resume(session, forged, "c")) == "not_joined"
        assert await refused(rooms_.resume(another, ana.token, "c")) == "not_joined"

    async def test_an_old_connection_does_not_remove_a_newer_one(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        seat = await join(rooms_, session, "Ana")
        await rooms_.resume(session, seat.token, "newer")
        await rooms_.leave(session, seat.player, "of-Ana")
        assert [*(await rooms_.view(session)).players] == [seat.player]
        await rooms_.leave(session, seat.player, "newer")
        assert (await rooms_.view(session)).players == {}

    async def test_a_reconnect_storm_brings_everybody_back(
        self, rooms_: Rooms, elsewhere: Rooms
    ) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 300)
        await asyncio.gather(
            *(rooms_.leave(session, seat.player, f"of-{seat.nickname}") for seat in seats)
        )
        assert (await rooms_.view(session)).players == {}
        back = await asyncio.gather(
            *(elsewhere.resume(session, seat.token, f"b{seat.player}") for seat in seats)
        )
        assert back == seats
        assert len((await rooms_.view(session)).players) == 300


class TestPresence:
    async def test_who_is_not_kept_present_is_swept(self, rooms_: Rooms, clock: SetClock) -> None:
        session = await open_room(rooms_)
        ana, budi = await join(rooms_, session, "Ana"), await join(rooms_, session, "Budi")
        clock.pass_ms(PRESENT_MS - 10_000)
        await rooms_.heartbeat(session, {ana.player: "of-Ana"})
        assert {*(await rooms_.view(session)).players} == {ana.player, budi.player}
        clock.pass_ms(10_001)
        await rooms_.heartbeat(session, {ana.player: "of-Ana"})
        assert {*(await rooms_.view(session)).players} == {ana.player}

    async def test_who_was_swept_during_a_question_was_there_for_it(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        """Their process died with their connections, and they did not come back."""
        session = await open_room(rooms_)
        ana, budi = await join(rooms_, session, "Ana"), await join(rooms_, session, "Budi")
        await start(rooms_, session)
        clock.pass_ms(PRESENT_MS + 1)
        await rooms_.heartbeat(session, {budi.player: "of-Budi"})
        await rooms_.command(session, rooms.End())
        assert {*(await rooms_.view(session)).standings} == {ana.player, budi.player}

    async def test_who_was_swept_and_is_here_after_all_comes_back(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        clock.pass_ms(PRESENT_MS + 1)
        await rooms_.heartbeat(session, {})
        assert (await rooms_.view(session)).players == {}
        await rooms_.heartbeat(session, {ana.player: "of-Ana"})
        assert [*(await rooms_.view(session)).players] == [ana.player]

    async def test_who_was_swept_and_has_lost_the_name_must_come_back_for_another(
        self, rooms_: Rooms, elsewhere: Rooms, clock: SetClock
    ) -> None:
        """A process that stood still for so long has its players' sockets all the same."""
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        clock.pass_ms(PRESENT_MS + 1)
        await elsewhere.heartbeat(session, {})
        other = await join(elsewhere, session, "Ana")
        stayed = await rooms_.heartbeat(session, {ana.player: "of-Ana"})
        assert (stayed.unseated, stayed.elsewhere) == ([ana.player], [])
        assert [*(await rooms_.view(session)).players] == [other.player]
        assert (await rooms_.resume(session, ana.token, "c")).nickname == "Ana 2"

    async def test_who_has_lost_the_name_answers_only_under_another(
        self, rooms_: Rooms, elsewhere: Rooms, clock: SetClock
    ) -> None:
        """Or two players of one name would have places."""
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        clock.pass_ms(PRESENT_MS + 1)
        await elsewhere.heartbeat(session, {})
        other = await join(elsewhere, session, "Ana")
        await start(elsewhere, session)
        assert await refused(answer(rooms_, session, ana)) == "unavailable"
        await rooms_.resume(session, ana.token, "c")
        await answer(rooms_, session, ana)
        await answer(elsewhere, session, other)
        await elsewhere.command(session, rooms.CloseQuestion())
        standings = (await elsewhere.view(session)).standings.values()
        assert sorted(each.nickname for each in standings) == ["Ana", "Ana 2"]

    async def test_who_was_swept_and_has_lost_the_seat_must_come_back_for_another(
        self, rooms_: Rooms, elsewhere: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        clock.pass_ms(PRESENT_MS + 1)
        await elsewhere.heartbeat(session, {})
        await elsewhere.clear_absent(session)
        stayed = await rooms_.heartbeat(session, {ana.player: "of-Ana"})
        assert stayed.unseated == [ana.player]
        assert await refused(rooms_.resume(session, ana.token, "c")) == "not_joined"

    async def test_a_replaced_connection_keeps_nobody_present(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        await rooms_.resume(session, ana.token, "z-newer")
        clock.pass_ms(PRESENT_MS + 1)
        stayed = await rooms_.heartbeat(session, {ana.player: "of-Ana"})
        assert stayed.elsewhere == [ana.player]
        assert (await rooms_.view(session)).players == {}

    async def test_a_connection_that_redis_forgot_keeps_its_player_present(
        self, rooms_: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        await rooms_.leave(session, ana.player, "of-Ana")
        assert (await rooms_.heartbeat(session, {ana.player: "z-newer"})).elsewhere == []
        assert [*(await rooms_.view(session)).players] == [ana.player]
        assert await redis.ttl(RoomKeys(session).connections) > 0
        await rooms_.leave(session, ana.player, "z-newer")
        assert (await rooms_.view(session)).players == {}

    async def test_a_newer_connection_than_redis_knows_stays(self, rooms_: Rooms) -> None:
        """After a failover Redis may know only the connection before."""
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        assert (await rooms_.heartbeat(session, {ana.player: "z-newer"})).elsewhere == []
        assert (await rooms_.heartbeat(session, {ana.player: "of-Ana"})).elsewhere == [ana.player]

    async def test_thousands_are_kept_at_once(self, rooms_: Rooms, clock: SetClock) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 1100)
        clock.pass_ms(PRESENT_MS - 15_000)
        await rooms_.heartbeat(session, {seat.player: f"of-{seat.nickname}" for seat in seats})
        clock.pass_ms(15_001)
        await rooms_.heartbeat(session, {})
        assert len((await rooms_.view(session)).players) == 1100
