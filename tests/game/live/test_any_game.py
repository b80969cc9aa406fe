"""Whatever is done to a room, its view made from events equals a new snapshot.

At the end everything is consistent: each accepted answer is there once, everybody has a result.
"""

import asyncio
import contextlib
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from game.errors import Refusal
from game.live import journal
from game.live.connect import redis_from_url
from game.live.feed import Feed
from game.live.pubsub import PubSub
from game.live.rooms import Rooms
from game.live.seats import Seat
from game.rules import rooms
from game.rules.questions import Question, Response
from game.rules.rescoring import differences
from game.rules.rooms import Phase, RoomSettings
from persistence.embedded import Addresses
from tests.game.live.playing import Follower, SetClock, join, journal_of, open_room, same, until
from tests.game.recorded import recorded_game
from tests.game.rules.strategies import questions, responses

COMMANDS: tuple[rooms.Command, ...] = (
    rooms.Start(),
    rooms.Next(),
    rooms.CloseQuestion(),
    rooms.Pause(),
    rooms.Unpause(),
    rooms.Lock(),
    rooms.Unlock(),
    rooms.Extend(5),
    rooms.Show(rooms.View.PLACES),
    rooms.EveryoneAnswered(0),
    rooms.Tick(),
)
# What happens often in a game is drawn often.
DOINGS = (
    *(["join"] * 3 + ["answer"] * 6 + ["command"] * 5 + ["pass time"] * 2),
    *("leave", "resume", "kick", "stay", "clear absent", "end"),
)


class Game:
    """One room, everything that can be done to it, and what was accepted."""

    def __init__(
        self,
        on: Rooms,
        clock: SetClock,
        session: str,
        asked: tuple[Question, ...],
        data: st.DataObject,
    ) -> None:
        self.on = on
        self.clock = clock
        self.session = session
        self.questions = asked
        self.draw = data.draw
        self.seats: list[Seat] = []
        self.accepted: dict[tuple[str, int], Response] = {}
        self.kicked: set[str] = set()

    async def do(self, what: str) -> None:
        doing = getattr(self, "_" + what.replace(" ", "_"))
        with contextlib.suppress(Refusal):  # which one is right is tested elsewhere
            await doing()
        await self.on.stop()  # what follows by itself

    def _seat(self) -> Seat | None:
        return self.draw(st.sampled_from(self.seats)) if self.seats else None

    async def _join(self) -> None:
        name = f"p{self.draw(st.integers(0, 5))}"
        user = self.draw(st.sampled_from([None, "user-1", "user-2"]))
        seat = await join(self.on, self.session, name, user)
        self.seats = [each for each in self.seats if each.player != seat.player] + [seat]

    async def _answer(self) -> None:
        seat, view = self._seat(), await self.on.view(self.session)
        if seat is None or view.state.question is None:
            return
        response = self.draw(responses(self.questions[view.state.question]))
        late = self.draw(st.sampled_from([0, 0, 0, 700_000]))
        arrived_at = max(self.clock.now(), view.state.opens_at or 0) + late
        elapsed = max(arrived_at - (view.state.opens_at or 0), 0)
        asked = view.state.question
        await self.on.submit(self.session, asked, seat.player, response, elapsed, arrived_at)
        self.accepted.setdefault((seat.player, asked), response)
        assert self.accepted[seat.player, asked] == response

    async def _command(self) -> None:
        await self.on.command(self.session, self.draw(st.sampled_from(COMMANDS)))

    async def _end(self) -> None:
        await self.on.command(self.session, rooms.End())

    async def _leave(self) -> None:
        if seat := self._seat():
            await self.on.leave(self.session, seat.player, f"of-{seat.nickname}")

    async def _resume(self) -> None:
        if seat := self._seat():
            await self.on.resume(self.session, seat.token, f"of-{seat.nickname}")

    async def _kick(self) -> None:
        if seat := self._seat():
            await self.on.kick(self.session, seat.player)
            self.kicked.add(seat.player)

    async def _stay(self) -> None:
        here = [seat for seat in self.seats if self.draw(st.booleans())]
        await self.on.heartbeat(self.session, {seat.player: f"of-{seat.nickname}" for seat in here})

    async def _clear_absent(self) -> None:
        before = (await self.on.view(self.session)).absent
        await self.on.clear_absent(self.session)
        assert len((await self.on.view(self.session)).absent) < len(before)  # else it is refused

    async def _pass_time(self) -> None:
        self.clock.pass_ms(self.draw(st.sampled_from([1, 300, 12_000, 300_000])))
        await self.on.tick(self.session)


any_game = given(
    asked=st.lists(questions(), min_size=1, max_size=3).map(tuple),
    of_room=st.builds(
        RoomSettings,
        lead_in_ms=st.sampled_from([0, 500]),
        auto_advance=st.booleans(),
        streak_bonus=st.booleans(),
        double_points=st.sampled_from([(), (1,)]),
        late_join=st.booleans(),
        max_players=st.sampled_from([2, 4]),
    ),
    doings=st.lists(st.sampled_from(DOINGS), max_size=40),
    data=st.data(),
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@any_game
def test_any_game(
    engines: Addresses,
    asked: tuple[Question, ...],
    of_room: RoomSettings,
    doings: list[str],
    data: st.DataObject,
) -> None:
    # In a loop of its own: what ends an example would end the loop that all async tests share.
    asyncio.run(play(engines.redis_url, asked, of_room, doings, data))


async def play(
    redis_url: str,
    asked: tuple[Question, ...],
    of_room: RoomSettings,
    doings: list[str],
    data: st.DataObject,
) -> None:
    redis = redis_from_url(redis_url)
    clock = SetClock(redis)
    on, channels = Rooms(redis, clock), PubSub(redis)
    feed, follower = Feed(channels, on), Follower()
    try:
        await redis.flushall()
        await channels.start()
        session = await open_room(on, asked, of_room)
        await feed.subscribe(session, follower)
        game = Game(on, clock, session, asked, data)
        for what in doings:
            await game.do(what)
            await check_the_view(game, follower)
        assert follower.resets == 1
        await check_the_end(game, redis)
    finally:
        await channels.stop()
        feed.stop()
        await redis.aclose()


async def check_the_view(game: Game, follower: Follower) -> None:
    fresh = await game.on.view(game.session)
    await until(lambda: follower.view is not None and same(follower.view, fresh), seconds=3)


async def check_the_end(game: Game, redis: Redis) -> None:
    await game.do("end")
    view = await game.on.view(game.session)
    assert view.state.phase is Phase.FINISHED
    entries = await journal_of(redis, game.session)
    answers = Counter(
        (each.player.player, entry.question)
        for entry in entries
        if isinstance(entry, journal.Answered)
        for each in entry.answers
    )
    assert set(answers.values()) <= {1}
    of_the_present = {key for key in game.accepted if key[0] not in game.kicked}
    assert of_the_present <= set(answers) <= set(game.accepted)
    [finished] = [entry for entry in entries if isinstance(entry, journal.Finished)]
    recorded = {player for player, _ in answers} | {
        player.player
        for entry in entries
        if isinstance(entry, journal.Joined)
        for player in entry.players
    }
    ranked = {each.player.player for each in finished.results}
    assert recorded - game.kicked <= ranked <= {seat.player for seat in game.seats} - game.kicked
    assert not (ranked and view.state.question is None)
    assert [each.rank for each in finished.results] == [*range(1, len(finished.results) + 1)]
    assert [*view.standings] == [each.player.player for each in finished.results]
    assert all(each.correct <= finished.of for each in finished.results)
    assert [*differences(recorded_game(entries, game.questions, view.state.settings))] == []
