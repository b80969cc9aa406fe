"""What rooms promise to whoever asks, on the real Redis."""

import asyncio
import contextlib
import hashlib

import msgspec
import pytest
from redis.asyncio import Redis

from game.live import journal, keys
from game.live.keys import RoomKeys
from game.live.rooms import PRESENT_MS, Rooms
from game.rules import rooms
from game.rules.rooms import COMMIT_GRACE_MS, Phase, RoomSettings
from tests.game.live.playing import (
    POLL,
    QUESTION,
    SetClock,
    answer,
    join,
    join_many,
    journal_of,
    open_room,
    phase,
    raw,
    refused,
    start,
    until,
)

HOUR_MS = 3_600_000


@pytest.fixture
def elsewhere(other_redis: Redis, clock: SetClock) -> Rooms:
    """Another process, at the same time of ours."""
    return Rooms(other_redis, clock)


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
            rooms_.standings("nothing"),
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
        await rooms_.kick(session, seats[0].player)
        await rooms_.command(session, rooms.CloseQuestion())
        await rooms_.stay(session, {seats[1].player: "of-player 1"})
        await assert_all_expire(redis, keys.IDLE_TTL_S)
        await rooms_.command(session, rooms.End())
        await rooms_.leave(session, seats[1].player, "of-player 1")
        clock.pass_ms(PRESENT_MS + 1)
        await rooms_.stay(session, {})
        await rooms_.resume(session, seats[1].token, "again")
        await rooms_.stop()
        await assert_all_expire(redis, keys.FINISHED_TTL_S)


async def assert_all_expire(redis: Redis, most: int) -> None:
    lasting = {b"journal", b"deadlines"}  # of a shard, not of a room
    for key in await raw(redis).keys():
        if key.rsplit(b":", 1)[-1] not in lasting:
            assert 0 < await redis.ttl(key) <= most, key


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
        self, rooms_: Rooms, elsewhere: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_)
        seats = await asyncio.gather(
            *(join((rooms_, elsewhere)[at % 2], session, f"p {at}", "user-1") for at in range(10))
        )
        assert len({seat.player for seat in seats}) == len({seat.nickname for seat in seats}) == 1
        works = [await refused(rooms_.resume(session, seat.token, "c")) for seat in seats]
        assert sorted(works) == ["", *["not_joined"] * 9]
        [entry] = await journal_of(redis, session)
        assert isinstance(entry, journal.Joined)
        assert [player.user for player in entry.players] == ["user-1"]

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
        await rooms_.stay(session, {ana.player: "of-Ana"})
        assert {*(await rooms_.view(session)).players} == {ana.player, budi.player}
        clock.pass_ms(10_001)
        await rooms_.stay(session, {ana.player: "of-Ana"})
        assert {*(await rooms_.view(session)).players} == {ana.player}

    async def test_who_was_swept_and_is_here_after_all_comes_back(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        clock.pass_ms(PRESENT_MS + 1)
        await rooms_.stay(session, {})
        assert (await rooms_.view(session)).players == {}
        await rooms_.stay(session, {ana.player: "of-Ana"})
        assert [*(await rooms_.view(session)).players] == [ana.player]

    async def test_a_replaced_connection_keeps_nobody_present(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        await rooms_.resume(session, ana.token, "newer")
        clock.pass_ms(PRESENT_MS + 1)
        await rooms_.stay(session, {ana.player: "of-Ana"})
        assert (await rooms_.view(session)).players == {}

    async def test_thousands_are_kept_at_once(self, rooms_: Rooms, clock: SetClock) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 1100)
        clock.pass_ms(PRESENT_MS - 15_000)
        await rooms_.stay(session, {seat.player: f"of-{seat.nickname}" for seat in seats})
        clock.pass_ms(15_001)
        await rooms_.stay(session, {})
        assert len((await rooms_.view(session)).players) == 1100


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


class TestClosing:
    async def test_it_closes_as_soon_as_everyone_connected_has_answered(
        self, rooms_: Rooms, elsewhere: Rooms
    ) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 4)
        await start(rooms_, session)
        for seat in seats[:2]:
            await answer(elsewhere, session, seat)
        await elsewhere.stop()
        assert await phase(rooms_, session) is Phase.QUESTION
        await rooms_.leave(session, seats[3].player, "of-player 3")
        await rooms_.stop()
        assert await phase(rooms_, session) is Phase.QUESTION
        await answer(rooms_, session, seats[2])
        await rooms_.stop()
        assert await phase(rooms_, session) is Phase.REVEAL

    async def test_it_closes_when_the_last_one_to_wait_for_leaves(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 2)
        await start(rooms_, session)
        await answer(rooms_, session, seats[0])
        await rooms_.leave(session, seats[1].player, "of-player 1")
        await rooms_.stop()
        assert await phase(rooms_, session) is Phase.REVEAL

    async def test_it_closes_when_the_last_one_to_wait_for_is_kicked(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 2)
        await start(rooms_, session)
        await answer(rooms_, session, seats[0])
        await rooms_.kick(session, seats[1].player)
        await rooms_.stop()
        assert await phase(rooms_, session) is Phase.REVEAL

    async def test_it_closes_when_the_last_one_to_wait_for_has_vanished(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_, questions=(QUESTION,), settings=RoomSettings())
        seats = await join_many(rooms_, session, 2)
        clock.pass_ms(PRESENT_MS - 10_000)
        await start(rooms_, session)
        await answer(rooms_, session, seats[0])
        clock.pass_ms(10_001)
        await rooms_.stay(session, {seats[0].player: "of-player 0"})
        await rooms_.stop()
        assert await phase(rooms_, session) is Phase.REVEAL

    async def test_who_answered_and_left_does_not_count_for_one_who_has_not(
        self, rooms_: Rooms
    ) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 3)
        await start(rooms_, session)
        for at in (0, 1):
            await answer(rooms_, session, seats[at])
            await rooms_.leave(session, seats[at].player, f"of-player {at}")
        await rooms_.stop()
        assert await phase(rooms_, session) is Phase.QUESTION

    async def test_a_pause_hides_that_the_last_one_left_until_it_ends(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 2)
        await start(rooms_, session)
        await answer(rooms_, session, seats[0])
        await rooms_.command(session, rooms.Pause())
        await rooms_.leave(session, seats[1].player, "of-player 1")
        await rooms_.stop()
        assert await phase(rooms_, session) is Phase.QUESTION
        await rooms_.command(session, rooms.Unpause())
        await rooms_.stop()
        assert await phase(rooms_, session) is Phase.REVEAL

    async def test_an_empty_room_waits_for_its_time(self, rooms_: Rooms, clock: SetClock) -> None:
        session = await open_room(rooms_)
        await start(rooms_, session)
        await rooms_.stay(session, {})
        await rooms_.stop()
        assert await phase(rooms_, session) is Phase.QUESTION
        clock.pass_ms(20_000 + COMMIT_GRACE_MS)
        await rooms_.tick(session)
        assert await phase(rooms_, session) is Phase.REVEAL

    async def test_two_processes_close_at_once_and_it_is_revealed_once(
        self, rooms_: Rooms, elsewhere: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 20)
        await start(rooms_, session)
        for seat in seats[:-1]:
            await answer(rooms_, session, seat)
        closing = [
            refused(on.command(session, rooms.CloseQuestion())) for on in (rooms_, elsewhere)
        ]
        assert set(await asyncio.gather(*closing)) <= {"", "wrong_phase"}
        entries = await journal_of(redis, session)
        assert sum(isinstance(entry, journal.Answered) for entry in entries) == 1
        assert sum(each.score for each in await rooms_.standings(session)) > 0

    async def test_ten_nexts_at_once_open_one_question_each_at_most(
        self, rooms_: Rooms, elsewhere: Rooms
    ) -> None:
        session = await open_room(rooms_, questions=(QUESTION,) * 5)
        nexts = [(rooms_, elsewhere)[at % 2].command(session, rooms.Next()) for at in range(10)]
        codes = sorted(await asyncio.gather(*map(refused, nexts)))
        assert codes == ["", *["wrong_phase"] * 9]
        assert (await rooms_.view(session)).state.question == 0


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
        await asyncio.gather(*(on.kick(session, ana.player) for on in (rooms_, elsewhere) * 3))
        kicked = [e for e in await journal_of(redis, session) if isinstance(e, journal.Kicked)]
        assert [each.player.player for each in kicked] == [ana.player]

    async def test_nobody_and_too_late(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        assert await refused(rooms_.kick(session, "nobody")) == "bad_message"
        await rooms_.command(session, rooms.End())
        assert await refused(rooms_.kick(session, ana.player)) == "wrong_phase"


class TestTheEnd:
    async def test_everyone_who_was_not_kicked_has_a_result(
        self, rooms_: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_, questions=(QUESTION, POLL, QUESTION))
        seats = await join_many(rooms_, session, 3)
        await start(rooms_, session)
        await answer(rooms_, session, seats[0])
        await rooms_.command(session, rooms.CloseQuestion())
        await rooms_.command(session, rooms.Next())
        await rooms_.command(session, rooms.CloseQuestion())
        late = await join(rooms_, session, "Late")
        await rooms_.command(session, rooms.End())
        entries = await journal_of(redis, session)
        finished = [entry for entry in entries if isinstance(entry, journal.Finished)]
        assert [(entry.of, entry.last) for entry in finished] == [(1, True)]
        assert {each.player.player: each.score > 0 for each in finished[0].results} == {
            seats[0].player: True,
            seats[1].player: False,
            seats[2].player: False,
            late.player: False,
        }
        assert [each.rank for each in finished[0].results] == [1, 2, 3, 4]
        view = await rooms_.view(session)
        assert [*view.standings] == [each.player.player for each in finished[0].results]
        assert sum(isinstance(entry, journal.Started) for entry in entries) == 1

    async def test_ended_in_an_open_question_it_is_scored_first(
        self, rooms_: Rooms, redis: Redis
    ) -> None:
        session = await open_room(rooms_)
        ana, _ = await join(rooms_, session, "Ana"), await join(rooms_, session, "Budi")
        await start(rooms_, session)
        await answer(rooms_, session, ana)
        await rooms_.command(session, rooms.End())
        assert await phase(rooms_, session) is Phase.FINISHED
        entries = await journal_of(redis, session)
        assert [type(entry) for entry in entries] == [
            journal.Joined,
            journal.Joined,
            journal.Started,
            journal.Answered,
            journal.Finished,
        ]

    async def test_ended_in_the_lobby_it_has_no_results(self, rooms_: Rooms, redis: Redis) -> None:
        session = await open_room(rooms_)
        await join(rooms_, session, "Ana")
        await rooms_.command(session, rooms.End())
        [joined, finished] = await journal_of(redis, session)
        assert isinstance(joined, journal.Joined)
        assert isinstance(finished, journal.Finished)
        assert (finished.results, finished.of, finished.last) == ((), 0, True)

    async def test_a_large_room_is_journaled_in_parts(self, rooms_: Rooms, redis: Redis) -> None:
        session = await open_room(rooms_, questions=(QUESTION,))
        await join_many(rooms_, session, 1001)
        await start(rooms_, session)
        await rooms_.command(session, rooms.End())
        finished = [e for e in await journal_of(redis, session) if isinstance(e, journal.Finished)]
        assert [len(entry.results) for entry in finished] == [500, 500, 1]
        assert [entry.last for entry in finished] == [False, False, True]

    async def test_a_room_left_alone_is_finished_and_recorded(
        self, rooms_: Rooms, redis: Redis, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        await join(rooms_, session, "Ana")
        clock.pass_ms(4 * HOUR_MS + 1)
        await rooms_.tick(session)
        assert await phase(rooms_, session) is Phase.FINISHED
        assert isinstance((await journal_of(redis, session))[-1], journal.Finished)
        at = RoomKeys(session)
        assert await redis.zscore(at.deadlines, session) is None

    async def test_somebody_joining_keeps_a_room_from_being_left_alone(
        self, rooms_: Rooms, redis: Redis, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        clock.pass_ms(3 * HOUR_MS)
        await join(rooms_, session, "Ana")
        joined_at = clock.now()
        clock.pass_ms(2 * HOUR_MS)
        await rooms_.tick(session)
        assert await phase(rooms_, session) is Phase.LOBBY
        at = RoomKeys(session)
        due = await redis.zscore(at.deadlines, session)
        assert due is not None
        assert abs(due - (joined_at + 4 * HOUR_MS)) < 1000


class TestCrashes:
    async def test_another_process_scores_what_the_first_only_closed(
        self, rooms_: Rooms, elsewhere: Rooms, clock: SetClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 2)
        await start(rooms_, session)
        await answer(rooms_, session, seats[0])

        async def dies(*_: object) -> None:
            raise asyncio.CancelledError

        monkeypatch.setattr(rooms_._course, "_score", dies)  # noqa: SLF001
        with pytest.raises(asyncio.CancelledError):
            await rooms_.command(session, rooms.CloseQuestion())
        assert await phase(elsewhere, session) is Phase.SCORING
        assert (await elsewhere.view(session)).phase is Phase.QUESTION  # as clients see it
        assert await refused(answer(elsewhere, session, seats[1])) == "too_late"
        await elsewhere.tick(session)
        assert await phase(elsewhere, session) is Phase.SCORING  # not due yet
        clock.pass_ms(rooms.SCORING_RECOVERY_MS)
        await elsewhere.tick(session)
        view = await elsewhere.view(session)
        assert view.state.phase is Phase.REVEAL
        assert view.standings[seats[0].player].correct == 1

    async def test_slow_scoring_is_let_finish(
        self, rooms_: Rooms, elsewhere: Rooms, clock: SetClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Else a room too large for the recovery time would be scored for ever, by all at once."""
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 2)
        await start(rooms_, session)
        await answer(rooms_, session, seats[0])
        slow, may_go = rooms_._store.gather, asyncio.Event()  # noqa: SLF001  # while it scores
        began: list[RoomKeys] = []

        async def gather_slowly(at: RoomKeys) -> object:
            began.append(at)
            gathered = await slow(at)
            await may_go.wait()
            return gathered

        async def never(_: RoomKeys) -> object:
            raise AssertionError("scored without need")

        monkeypatch.setattr(rooms_._store, "gather", gather_slowly)  # noqa: SLF001
        closing = asyncio.create_task(rooms_.command(session, rooms.CloseQuestion()))
        await until(lambda: bool(began))
        clock.pass_ms(rooms.SCORING_RECOVERY_MS)
        ticking = [asyncio.create_task(rooms_.tick(session)) for _ in range(3)]
        await until(lambda: all(task.get_stack() for task in ticking))
        monkeypatch.setattr(elsewhere._store, "gather", never)  # noqa: SLF001
        with contextlib.suppress(AssertionError):
            await elsewhere.tick(session)  # would begin; must not make the first one's void
        may_go.set()
        await asyncio.gather(closing, *ticking)
        assert len(began) == 1
        assert await phase(rooms_, session) is Phase.REVEAL

    async def test_a_kick_during_scoring_is_scored_without_the_kicked(
        self, rooms_: Rooms, elsewhere: Rooms, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 3)
        await start(rooms_, session)
        for seat in seats[:2]:
            await answer(rooms_, session, seat)
        gather = rooms_._store.gather  # noqa: SLF001  # between reading and committing
        kicks = iter([seats[0].player])

        async def gather_then_kick(at: RoomKeys) -> object:
            gathered = await gather(at)
            for player in kicks:
                await elsewhere.kick(session, player)
            return gathered

        monkeypatch.setattr(rooms_._store, "gather", gather_then_kick)  # noqa: SLF001
        await rooms_.command(session, rooms.CloseQuestion())
        view = await rooms_.view(session)
        assert {*view.standings} == {seats[1].player, seats[2].player}
        assert view.counted is not None
        assert view.counted.answered == 1

    async def test_a_join_while_finishing_has_a_result(
        self, rooms_: Rooms, elsewhere: Rooms, redis: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = await open_room(rooms_)
        await join(rooms_, session, "Ana")
        await start(rooms_, session)
        await rooms_.command(session, rooms.CloseQuestion())
        gather = rooms_._store.gather  # noqa: SLF001  # between reading and committing
        names = iter(["Late"])

        async def gather_then_join(at: RoomKeys) -> object:
            gathered = await gather(at)
            for name in names:
                await join(elsewhere, session, name)
            return gathered

        monkeypatch.setattr(rooms_._store, "gather", gather_then_join)  # noqa: SLF001
        await rooms_.command(session, rooms.End())
        last = (await journal_of(redis, session))[-1]
        assert isinstance(last, journal.Finished)
        assert [each.player.nickname for each in last.results] == ["Ana", "Late"]


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
        assert [type(entry) for entry in await journal_of(redis, another)] == [journal.Joined]

    async def test_a_view_of_a_room_is_json(self, rooms_: Rooms) -> None:
        """It holds nothing that could not be stored or compared."""
        session = await open_room(rooms_)
        await join(rooms_, session, "Ana")
        view = await rooms_.view(session)
        assert msgspec.json.decode(msgspec.json.encode(view), type=type(view)) == view
