"""How questions close and games end."""

import asyncio

import msgspec
import pytest
from redis.asyncio import Redis

from game.live import journal, lifecycle
from game.live.keys import RoomKeys
from game.live.lifecycle import RECONNECT_GRACE_MS
from game.live.rooms import Rooms
from game.live.seats import PRESENT_MS
from game.rules import rooms
from game.rules.rooms import COMMIT_GRACE_MS, Phase, RoomSettings
from tests.game.live.playing import (
    POLL,
    QUESTION,
    SOON_S,
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
)

HOUR_MS = 3_600_000


class TestClosing:
    async def test_it_closes_as_soon_as_everyone_connected_has_answered(
        self, rooms_: Rooms, elsewhere: Rooms, clock: SetClock
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
        clock.pass_ms(RECONNECT_GRACE_MS)
        await answer(rooms_, session, seats[2])
        await rooms_.stop()
        assert await phase(rooms_, session) is Phase.REVEAL

    async def test_it_closes_when_the_last_one_to_wait_for_has_left(
        self, rooms_: Rooms, clock: SetClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lifecycle, "RECHECK_DELAY_S", 0.05)
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 2)
        await start(rooms_, session)
        await answer(rooms_, session, seats[0])
        await rooms_.leave(session, seats[1].player, "of-player 1")
        clock.pass_ms(RECONNECT_GRACE_MS)
        async with asyncio.timeout(SOON_S):
            while await phase(rooms_, session) is not Phase.REVEAL:  # noqa: ASYNC110  # no event
                await asyncio.sleep(0.01)

    async def test_it_waits_for_who_reloads_the_page(
        self, rooms_: Rooms, elsewhere: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 2)
        await start(rooms_, session)
        await rooms_.leave(session, seats[1].player, "of-player 1")
        clock.pass_ms(RECONNECT_GRACE_MS - 1000)
        await answer(rooms_, session, seats[0])
        await rooms_.stop()
        assert await phase(rooms_, session) is Phase.QUESTION
        await elsewhere.resume(session, seats[1].token, "z-newer")
        clock.pass_ms(RECONNECT_GRACE_MS)
        await answer(elsewhere, session, seats[1])
        await elsewhere.stop()
        assert await phase(rooms_, session) is Phase.REVEAL

    async def test_a_process_that_ends_does_not_wait(self, rooms_: Rooms) -> None:
        session = await open_room(rooms_)
        seats = await join_many(rooms_, session, 2)
        await start(rooms_, session)
        await rooms_.leave(session, seats[1].player, "of-player 1")
        async with asyncio.timeout(RECONNECT_GRACE_MS / 2000):
            await rooms_.stop()

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
        await rooms_.heartbeat(session, {seats[0].player: "of-player 0"})
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
        await rooms_.heartbeat(session, {})
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
        assert sum(each.score for each in (await rooms_.view(session)).standings.values()) > 0

    async def test_ten_nexts_at_once_open_one_question_each_at_most(
        self, rooms_: Rooms, elsewhere: Rooms
    ) -> None:
        session = await open_room(rooms_, questions=(QUESTION,) * 5)
        nexts = [(rooms_, elsewhere)[at % 2].command(session, rooms.Next()) for at in range(10)]
        codes = sorted(await asyncio.gather(*map(refused, nexts)))
        assert codes == ["", *["wrong_phase"] * 9]
        assert (await rooms_.view(session)).state.question == 0


class TestPlaces:
    async def test_silent_and_late_players_stand_behind_who_tried(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        """Also when the question was extended, and the wrong answer came after its limit."""
        session = await open_room(rooms_, questions=(QUESTION, QUESTION))
        silent = await join(rooms_, session, "Silent")
        tried = await join(rooms_, session, "Tried")
        await start(rooms_, session)
        await rooms_.command(session, rooms.Extend(60))
        clock.pass_ms(QUESTION.time_limit * 1000 + 5_000)
        await rooms_.submit(session, 0, tried.player, "b", 24_000, clock.now())
        await rooms_.command(session, rooms.CloseQuestion())
        late = await join(rooms_, session, "Late")
        await rooms_.command(session, rooms.Next())
        clock.pass_ms(1_000)
        await rooms_.command(session, rooms.CloseQuestion())
        standings = (await rooms_.view(session)).standings
        assert [*standings] == [each.player for each in (tried, silent, late)]
        times = [standing.total_time_ms for standing in standings.values()]
        assert times[0] < times[1] == times[2]

    async def test_who_joined_after_a_question_stands_last(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_, questions=(QUESTION, QUESTION))
        tried = await join(rooms_, session, "Tried")
        await start(rooms_, session)
        clock.pass_ms(9_000)
        await rooms_.submit(session, 0, tried.player, "b", 9_000, clock.now())
        await rooms_.command(session, rooms.CloseQuestion())
        late = await join(rooms_, session, "Late")
        await rooms_.command(session, rooms.Next())
        await rooms_.command(session, rooms.End())
        standings = (await rooms_.view(session)).standings
        assert [*standings] == [tried.player, late.player]

    async def test_a_game_goes_on_through_an_upgrade(self, rooms_: Rooms, redis: Redis) -> None:
        """Its state was stored without the limits of what had been asked."""
        session = await open_room(rooms_)
        ana = (await join_many(rooms_, session, 2))[0]
        await start(rooms_, session)
        await answer(rooms_, session, ana)
        await rooms_.command(session, rooms.CloseQuestion())
        room = RoomKeys(session).room
        state = msgspec.json.decode(await raw(redis).hget(room, "state"))
        del state["asked_ms"]
        await redis.hset(room, "state", msgspec.json.encode(state))
        await rooms_.command(session, rooms.Next())
        await rooms_.command(session, rooms.CloseQuestion())
        standings = (await rooms_.view(session)).standings
        assert [standing.answered for standing in standings.values()] == [1, 0]


class TestTheEnd:
    async def test_everyone_who_was_there_has_a_result(self, rooms_: Rooms, redis: Redis) -> None:
        session = await open_room(rooms_, questions=(QUESTION, POLL, QUESTION))
        seats = await join_many(rooms_, session, 3)
        await start(rooms_, session)
        await answer(rooms_, session, seats[0])
        await rooms_.command(session, rooms.CloseQuestion())
        await rooms_.command(session, rooms.Next())
        await rooms_.command(session, rooms.CloseQuestion())
        await join(rooms_, session, "Too late for a question")
        await rooms_.command(session, rooms.End())
        entries = await journal_of(redis, session)
        finished = [entry for entry in entries if isinstance(entry, journal.Finished)]
        assert [(entry.of, entry.last) for entry in finished] == [(1, True)]
        assert {each.player.player: each.score > 0 for each in finished[0].results} == {
            seats[0].player: True,
            seats[1].player: False,
            seats[2].player: False,
        }
        assert [each.rank for each in finished[0].results] == [1, 2, 3]
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
            journal.Started,
            journal.Answered,
            journal.Finished,
        ]

    async def test_ended_in_the_lobby_it_has_no_results(self, rooms_: Rooms, redis: Redis) -> None:
        session = await open_room(rooms_)
        await join(rooms_, session, "Ana")
        await rooms_.command(session, rooms.End())
        [finished] = await journal_of(redis, session)
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
