"""The guarantees of rooms, on the real Redis."""

import asyncio

import msgspec
from redis.asyncio import Redis

from game.live import journal, keys
from game.live.rooms import Rooms
from game.live.seats import PRESENT_MS
from game.rules import rooms
from game.rules.rooms import Phase, RoomSettings
from tests.game.live.playing import (
    QUESTION,
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


class TestOpening:
    async def test_a_code_leads_to_the_room_however_it_is_typed(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_, code="KWX7PQ")
        assert await rooms_.find("kwx 7pq") == session
        assert await rooms_.find("KWX7PR") is None

    async def test_two_rooms_want_one_code_and_one_gets_it(
        self, rooms_: Rooms, elsewhere: Rooms
    ) -> None:
        codes = await asyncio.gather(
            *(
                refused(open_room(on, code="KWX7PQ"))
                for on in (rooms_, elsewhere, rooms_, elsewhere)
            )
        )
        assert sorted(codes) == ["", *["code_in_use"] * 3]

    async def test_a_room_that_did_not_get_its_code_leaves_nothing(
        self, rooms_: Rooms, redis: Redis
    ) -> None:
        await open_room(rooms_, code="KWX7PQ")
        before = sorted(await redis.keys())
        assert await refused(open_room(rooms_, code="KWX7PQ")) == "code_in_use"
        assert {key for key in await redis.keys() if b"deadlines" not in key} <= set(before)

    async def test_the_code_of_a_finished_room_can_be_used_again(self, rooms_: Rooms) -> None:
        first = await open_room(rooms_, code="KWX7PQ")
        seat = await join(rooms_, first, "Ana")
        await rooms_.command(first, rooms.End())
        second = await open_room(rooms_, code="KWX7PQ")
        await rooms_.command(first, rooms.End())  # must not take the code back
        assert await rooms_.find("KWX7PQ") == second
        assert (await rooms_.view(second)).players == {}
        assert await refused(rooms_.resume(second, seat.token, "c")) == "not_joined"

    async def test_a_session_has_one_room(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        opening = rooms_.open(
            session=session,
            code="OTHER",
            title="",
            host="",
            questions=(QUESTION,),
            settings=RoomSettings(),
        )
        assert await refused(opening) == "session_in_use"

    async def test_what_is_not_there_is_refused(self, rooms_: Rooms) -> None:
        asked = [
            rooms_.view("nothing"),
            join(rooms_, "nothing", "Ana"),
            rooms_.resume("nothing", "token", "c"),
            rooms_.submit("nothing", 0, "player", "a", 0, 0),
            start(rooms_, "nothing"),
            rooms_.kick("nothing", "player"),
        ]
        assert {await refused(one) for one in asked} == {"no_such_room"}

    async def test_every_key_of_a_room_expires(
        self, rooms_: Rooms, redis: Redis, clock: SetClock
    ) -> None:
        session = await open_room(rooms_, settings=RoomSettings(lead_in_ms=0))
        seats = await join_many(rooms_, session, 3)
        await join(rooms_, session, "signed in", user="user-1")
        await start(rooms_, session)
        for seat in seats:
            await answer(rooms_, session, seat)
        await assert_all_expire(redis, keys.IDLE_TTL_S)
        await rooms_.kick(session, seats[0].player)
        await assert_all_expire(redis, keys.IDLE_TTL_S)
        await rooms_.command(session, rooms.CloseQuestion())
        await rooms_.heartbeat(session, {seats[1].player: "of-player 1"})
        await assert_all_expire(redis, keys.IDLE_TTL_S)
        assert await redis.ttl(keys.RoomKeys(session).room) > keys.FINISHED_TTL_S
        await rooms_.command(session, rooms.End())
        await rooms_.leave(session, seats[1].player, "of-player 1")
        clock.pass_ms(PRESENT_MS + 1)
        await rooms_.heartbeat(session, {})
        await rooms_.resume(session, seats[1].token, "again")
        await rooms_.stop()
        await assert_all_expire(redis, keys.FINISHED_TTL_S)


async def assert_all_expire(redis: Redis, most: int) -> None:
    lasting = {b"journal", b"deadlines"}  # of a shard, not of a room
    for key in await raw(redis).keys():
        if key.rsplit(b":", 1)[-1] not in lasting:
            assert 0 < await redis.ttl(key) <= most, key


class TestAnswers:
    async def test_500_at_once_none_lost_and_none_twice(
        self, rooms_: Rooms, elsewhere: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_, questions=(QUESTION,))
        seats = await join_many(rooms_, session, 500)
        await start(rooms_, session)
        opens_at = (await rooms_.view(session)).state.opens_at or 0
        each_three_times = [
            on.submit(session, 0, seat.player, "ab"[at % 2], at, opens_at + at)
            for at, seat in enumerate(seats)
            for on in (rooms_, elsewhere, rooms_)
        ]
        assert set(await asyncio.gather(*map(refused, each_three_times))) == {""}
        await rooms_.stop()
        await elsewhere.stop()
        view = await rooms_.view(session)
        assert view.state.phase is Phase.REVEAL
        assert view.counted is not None
        assert (view.counted.counts, view.counted.answered) == ({"a": 250, "b": 250}, 500)
        answers = [
            each
            for entry in await journal_of(redis, session)
            if isinstance(entry, journal.Answered)
            for each in entry.answers
        ]
        assert len(answers) == len({each.player.player for each in answers}) == 500
        by_player = {each.player.player: each for each in answers}
        for at, seat in enumerate(seats):
            stored = by_player[seat.player]
            assert (stored.response, stored.elapsed_ms) == ("ab"[at % 2], at)
            assert stored.points == view.standings[seat.player].score

    async def test_the_first_answer_stands(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        ana, _ = await join(rooms_, session, "Ana"), await join(rooms_, session, "Budi")
        await start(rooms_, session)
        assert await refused(answer(rooms_, session, ana, "a")) == ""
        assert await refused(answer(rooms_, session, ana, "b")) == "already_answered"
        assert await refused(answer(rooms_, session, ana, "a")) == ""
        assert await rooms_.own_answer(session, 0, ana.player) == "a"
        assert await rooms_.own_answer(session, 1, ana.player) is None

    async def test_two_different_answers_at_once_one_stands(
        self, rooms_: Rooms, elsewhere: Rooms
    ) -> None:
        session = await open_room(rooms_)
        ana, _ = await join(rooms_, session, "Ana"), await join(rooms_, session, "Budi")
        await start(rooms_, session)
        codes = await asyncio.gather(
            refused(answer(rooms_, session, ana, "a")),
            refused(answer(elsewhere, session, ana, "b")),
        )
        assert sorted(codes) == ["", "already_answered"]

    async def test_the_moment_of_arrival_decides(self, rooms_: Rooms, clock: SetClock) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 5)
        await start(rooms_, session)
        state = (await rooms_.view(session)).state
        opens_at, closes_at = state.opens_at or 0, state.closes_at or 0
        clock.pass_ms(closes_at - clock.now() + 1)  # over, but nobody has closed it yet
        codes = [
            await refused(rooms_.submit(session, 0, seat.player, "a", 0, arrived_at))
            for seat, arrived_at in zip(
                seats, [opens_at - 1, opens_at, closes_at, closes_at + 1], strict=False
            )
        ]
        assert codes == ["not_open_yet", "", "", "too_late"]

    async def test_each_wrong_moment_has_its_code(self, rooms_: Rooms, clock: SetClock) -> None:
        session = await open_room(rooms_)
        ana, budi = await join(rooms_, session, "Ana"), await join(rooms_, session, "Budi")

        async def answering(question: int, by: str = budi.player) -> str:
            return await refused(rooms_.submit(session, question, by, "a", 0, clock.now()))

        assert await answering(0) == "wrong_phase"
        assert await answering(7) == await answering(-1) == "no_such_question"
        await start(rooms_, session)
        assert await answering(1) == "not_open_yet"
        await rooms_.command(session, rooms.Pause())
        assert await answering(0) == "wrong_phase"
        await rooms_.command(session, rooms.Unpause())
        assert await answering(0, "nobody") == "not_joined"
        await answer(rooms_, session, ana)
        await rooms_.command(session, rooms.CloseQuestion())
        assert await answering(0) == "too_late"
        assert await answering(0, ana.player) == ""  # a retry of what is stored
        await rooms_.command(session, rooms.Next())
        assert await answering(0) == "too_late"
        await rooms_.command(session, rooms.End())
        assert await answering(1) == "wrong_phase"

    async def test_answers_to_two_questions_in_one_batch(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 3)
        await start(rooms_, session)
        codes = await asyncio.gather(
            *(refused(answer(rooms_, session, seats[at], question=at)) for at in (0, 1))
        )
        assert codes == ["", "not_open_yet"]

    async def test_a_late_joiner_is_paid_without_speed_bonus(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        await start(rooms_, session)
        clock.pass_ms(10)
        late = await join(rooms_, session, "Late")
        await answer(rooms_, session, late)
        await answer(rooms_, session, ana)
        await rooms_.stop()
        view = await rooms_.view(session)
        assert view.standings[late.player].score == 500
        assert view.standings[ana.player].score > 980


class TestKicking:
    async def test_the_kicked_do_not_come_back(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana", user="user-1")
        await rooms_.kick(session, ana.player)
        assert await refused(rooms_.resume(session, ana.token, "c")) == "kicked"
        assert await refused(join(rooms_, session, "Other", user="user-1")) == "kicked"
        assert await refused(join(rooms_, session, "Ana")) == "nickname_taken"
        assert (await rooms_.view(session)).players == {}

    async def test_they_and_their_answers_count_no_more(self, rooms_: Rooms, redis: Redis) -> None:
        session = await open_room(rooms_, questions=(QUESTION,))
        seats = await join_many(rooms_, session, 4)
        await start(rooms_, session)
        for seat in seats[:2]:
            await answer(rooms_, session, seat)
        await rooms_.kick(session, seats[0].player)
        assert await refused(answer(rooms_, session, seats[0])) == "not_joined"
        assert (await rooms_.view(session)).answered == 1
        await rooms_.command(session, rooms.CloseQuestion())
        await rooms_.kick(session, seats[1].player)
        view = await rooms_.view(session)
        assert {*view.standings} == {seats[2].player, seats[3].player}
        assert [standing.rank for standing in view.standings.values()] == [1, 2]
        await rooms_.command(session, rooms.Next())
        finished = [e for e in await journal_of(redis, session) if isinstance(e, journal.Finished)]
        assert [each.player.player for each in finished[0].results] == [*view.standings]
        assert [each.rank for each in finished[0].results] == [1, 2]

    async def test_it_is_journaled_once(
        self, rooms_: Rooms, elsewhere: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        await start(rooms_, session)
        await asyncio.gather(*(on.kick(session, ana.player) for on in (rooms_, elsewhere) * 3))
        kicked = [e for e in await journal_of(redis, session) if isinstance(e, journal.Kicked)]
        assert [each.player.player for each in kicked] == [ana.player]

    async def test_nobody_and_too_late(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        assert await refused(rooms_.kick(session, "nobody")) == "bad_message"
        await rooms_.command(session, rooms.End())
        assert await refused(rooms_.kick(session, ana.player)) == "wrong_phase"

    async def test_who_is_let_in_again_joins_as_somebody_new(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana", user="account")
        await rooms_.kick(session, ana.player)
        assert await refused(join(rooms_, session, "Ana", user="account")) == "kicked"
        await rooms_.readmit(session, ana.player)
        again = await join(rooms_, session, "Ana", user="account")
        assert again.player != ana.player
        assert {*(await rooms_.view(session)).players} == {again.player}
        assert await refused(rooms_.resume(session, ana.token, "c")) == "kicked"

    async def test_nobody_is_let_in_who_was_not_removed_or_too_late(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        ana, budi = [await join(rooms_, session, name) for name in ("Ana", "Budi")]
        await rooms_.kick(session, budi.player)
        assert await refused(rooms_.readmit(session, ana.player)) == "bad_message"
        await rooms_.command(session, rooms.End())
        assert await refused(rooms_.readmit(session, budi.player)) == "wrong_phase"


class TestOwnAnswers:
    async def test_a_player_is_told_what_they_answered_to_this_question(
        self, rooms_: Rooms
    ) -> None:
        session = await open_room(rooms_)
        ana, budi = [await join(rooms_, session, name) for name in ("Ana", "Budi")]
        assert await rooms_.own_answer(session, 0, ana.player) is None
        await start(rooms_, session)
        await answer(rooms_, session, ana, "b")
        asked = [(0, ana.player), (0, budi.player), (1, ana.player), (0, "nobody")]
        answers = await asyncio.gather(*(rooms_.own_answer(session, *each) for each in asked))
        assert answers == ["b", None, None, None]

    async def test_how_many_answers_are_stored_at_once_is_heard(
        self, redis: Redis, clock: SetClock
    ) -> None:
        heard: list[int] = []
        rooms_ = Rooms(redis, clock, count_answers=heard.append)
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 3)
        await start(rooms_, session)
        await asyncio.gather(*(answer(rooms_, session, seat) for seat in seats))
        await rooms_.stop()
        assert sum(heard) == 3


class TestCodes:
    async def test_a_new_code_takes_the_place_of_the_old_one(
        self, rooms_: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_, code="KWX7PQ")
        assert await rooms_.take_code(session, "234567")
        await rooms_.recode(session, "234567")
        assert await rooms_.find("234567") == session
        assert await rooms_.find("KWX7PQ") is None
        assert (await rooms_.view(session)).current_code == "234567"
        assert await rooms_.find_former("kwx-7pq") == session
        assert await rooms_.find_former("234567") is None
        assert await redis.ttl(keys.former_code("KWX7PQ")) == keys.IDLE_TTL_S

    async def test_each_code_that_a_room_had_leads_its_players_back(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_, code="KWX7PQ")
        for code in ("234567", "345678", "345678"):
            await rooms_.take_code(session, code)
            await rooms_.recode(session, code)
        assert [await rooms_.find(code) for code in ("234567", "345678")] == [None, session]
        assert [await rooms_.find_former(code) for code in ("KWX7PQ", "234567")] == [session] * 2

    async def test_a_code_is_taken_from_no_room_that_is_not_over(self, rooms_: Rooms) -> None:
        first, second = await open_room(rooms_, code="KWX7PQ"), await open_room(rooms_)
        assert not await rooms_.take_code(second, "KWX7PQ")
        assert await rooms_.find("KWX7PQ") == first
        await rooms_.command(first, rooms.End())
        assert await rooms_.take_code(second, "KWX7PQ")
        assert await rooms_.find("KWX7PQ") == second

    async def test_a_token_leads_to_its_seat_and_to_no_other(self, rooms_: Rooms) -> None:
        session, another = await open_room(rooms_), await open_room(rooms_)
        ana, budi = [await join(rooms_, session, name) for name in ("Ana", "Budi")]
        mixed = f"{ana.player}.{budi.token.partition('.')[2]}"
        assert await rooms_.has_seat(session, ana.token)
        assert not await rooms_.has_seat(another, ana.token)
        for wrong in (mixed, ana.player, f"nobody.{ana.token}", ""):
            assert not await rooms_.has_seat(session, wrong)

    async def test_a_summary_says_what_a_view_says(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_, settings=RoomSettings(friendly_names=True), code="KWX7PQ")
        await join_many(rooms_, session, 3)
        summary, view = await rooms_.summary(session), await rooms_.view(session)
        assert (summary.players, summary.title, summary.code) == (3, view.title, "KWX7PQ")
        assert (summary.phase, summary.locked, summary.friendly_names) == ("lobby", False, True)
        await rooms_.command(session, rooms.Lock())
        await rooms_.take_code(session, "234567")
        await rooms_.recode(session, "234567")
        summary = await rooms_.summary(session)
        assert (summary.code, summary.locked) == ("234567", True)


class TestIsolation:
    async def test_rooms_never_touch(self, rooms_: Rooms, redis: Redis) -> None:
        session, another = await open_room(rooms_), await open_room(rooms_)
        ana, budi = await join(rooms_, session, "Ana"), await join(rooms_, another, "Ana")
        await start(rooms_, session)
        before = await rooms_.view(another)
        assert await refused(answer(rooms_, session, budi)) == "not_joined"
        await answer(rooms_, session, ana)
        await rooms_.kick(session, ana.player)
        await rooms_.command(session, rooms.End())
        assert await rooms_.view(another) == before
        assert await journal_of(redis, another) == []

    async def test_a_view_of_a_room_is_json(self, rooms_: Rooms) -> None:
        """It holds nothing that could not be stored or compared."""
        session = await open_room(rooms_)
        await join(rooms_, session, "Ana")
        view = await rooms_.view(session)
        assert msgspec.json.decode(msgspec.json.encode(view), type=type(view)) == view
