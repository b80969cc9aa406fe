"""Other processes act or die while a question closes or a game ends."""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from game.live import journal
from game.live.keys import RoomKeys
from game.live.rooms import Rooms
from game.live.script_data import Commit, CommitResult
from game.rules import rooms
from game.rules.rooms import Phase
from tests.game.live.playing import (
    QUESTION,
    SetClock,
    answer,
    join,
    join_many,
    journal_of,
    open_room,
    phase,
    refused,
    start,
    until,
)


def before_reveals(
    rooms_: Rooms, monkeypatch: pytest.MonkeyPatch, act: Callable[[], Awaitable[None]]
) -> None:
    """Act whenever a question is scored but not yet revealed."""
    commit = rooms_._store.commit  # noqa: SLF001  # between reading and committing

    async def act_and_commit(at: RoomKeys, change: Commit) -> CommitResult | None:
        if change.counted is not None:
            await act()
        return await commit(at, change)

    monkeypatch.setattr(rooms_._store, "commit", act_and_commit)  # noqa: SLF001


class TestWhatAProcessRemembers:
    async def test_a_command_is_judged_by_the_room_as_it_is_now(
        self, rooms_: Rooms, elsewhere: Rooms
    ) -> None:
        session = await open_room(rooms_)
        await join(rooms_, session, "Ana")
        await start(rooms_, session)  # here the question is remembered as open
        await elsewhere.command(session, rooms.CloseQuestion())
        await rooms_.command(session, rooms.Next())
        assert (await rooms_.view(session)).state.question == 1
        assert await refused(elsewhere.command(session, rooms.Start())) == "wrong_phase"

    async def test_what_was_decided_upon_a_room_that_has_changed_is_decided_again(
        self, rooms_: Rooms, elsewhere: Rooms
    ) -> None:
        session = await open_room(rooms_)
        await start(rooms_, session)
        await elsewhere.command(session, rooms.Extend(7))
        before = (await rooms_.view(session)).state.closes_at
        await rooms_.command(session, rooms.Extend(5))
        assert (await rooms_.view(session)).state.closes_at == (before or 0) + 5_000

    async def test_joins_keep_a_room_alive_that_was_long_not_touched(
        self, rooms_: Rooms, clock: SetClock
    ) -> None:
        session = await open_room(rooms_)
        await rooms_.command(session, rooms.Lock())
        await rooms_.command(session, rooms.Unlock())
        clock.pass_ms(3 * 60 * 60 * 1000)
        await join(rooms_, session, "Ana")
        clock.pass_ms(2 * 60 * 60 * 1000)
        await rooms_.tick(session)
        assert await phase(rooms_, session) is Phase.LOBBY
        clock.pass_ms(2 * 60 * 60 * 1000)
        await rooms_.tick(session)
        assert await phase(rooms_, session) is Phase.FINISHED

    async def test_closing_reads_nothing(
        self, rooms_: Rooms, clock: SetClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = await open_room(rooms_)
        await join(rooms_, session, "Ana")
        await start(rooms_, session)
        clock.pass_ms(QUESTION.time_limit * 1000 + rooms.COMMIT_GRACE_MS)

        async def never(_: RoomKeys) -> object:
            raise AssertionError("read without need")

        for name in ("read_state", "read_scoring_input"):
            monkeypatch.setattr(rooms_._store, name, never)  # noqa: SLF001
        await rooms_.tick(session)
        monkeypatch.undo()
        assert await phase(rooms_, session) is Phase.REVEAL


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

        monkeypatch.setattr(rooms_._lifecycle, "_score", dies)  # noqa: SLF001
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
        may_go, began = asyncio.Event(), []

        async def wait_to_go() -> None:
            began.append(session)
            await may_go.wait()

        async def never(_: RoomKeys) -> object:
            raise AssertionError("scored without need")

        before_reveals(rooms_, monkeypatch, wait_to_go)
        closing = asyncio.create_task(rooms_.command(session, rooms.CloseQuestion()))
        await until(lambda: bool(began))
        clock.pass_ms(rooms.SCORING_RECOVERY_MS)
        ticking = [asyncio.create_task(rooms_.tick(session)) for _ in range(3)]
        await until(lambda: all(task.get_stack() for task in ticking))
        monkeypatch.setattr(elsewhere._store, "read_scoring_input", never)  # noqa: SLF001
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
        kicks = iter([seats[0].player])

        async def kick() -> None:
            for player in kicks:
                await elsewhere.kick(session, player)

        before_reveals(rooms_, monkeypatch, kick)
        await rooms_.command(session, rooms.CloseQuestion())
        view = await rooms_.view(session)
        assert {*view.standings} == {seats[1].player, seats[2].player}
        assert view.counted is not None
        assert view.counted.answered == 1

    async def test_a_game_ends_though_somebody_joins_whenever_it_is_tried(
        self, rooms_: Rooms, elsewhere: Rooms, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = await open_room(rooms_)
        ana = await join(rooms_, session, "Ana")
        await start(rooms_, session)
        await answer(rooms_, session, ana)
        await rooms_.command(session, rooms.CloseQuestion())
        commit, names = rooms_._store.commit, itertools.count()  # noqa: SLF001  # between reading and committing

        async def join_and_commit(at: RoomKeys, change: Commit) -> CommitResult | None:
            await join(elsewhere, session, f"Late {next(names)}")
            return await commit(at, change)

        monkeypatch.setattr(rooms_._store, "commit", join_and_commit)  # noqa: SLF001
        await rooms_.command(session, rooms.End())
        view = await rooms_.view(session)
        assert view.phase is Phase.FINISHED
        assert {*view.standings} == {ana.player}

    async def test_nobody_new_joins_while_the_last_question_is_scored(
        self, rooms_: Rooms, elsewhere: Rooms, redis: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = await open_room(rooms_)
        await join(rooms_, session, "Ana")
        await start(rooms_, session)
        refusals = []

        async def try_to_join() -> None:
            refusals.append(await refused(join(elsewhere, session, "Late")))

        before_reveals(rooms_, monkeypatch, try_to_join)
        await rooms_.command(session, rooms.End())
        assert refusals == ["wrong_phase"]
        last = (await journal_of(redis, session))[-1]
        assert isinstance(last, journal.Finished)
        assert [each.player.nickname for each in last.results] == ["Ana"]
