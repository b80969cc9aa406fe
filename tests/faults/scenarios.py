"""The faults that a game must survive, each with what is measured.

A scenario plays one game on a site where everything runs, breaks something, and returns what was
acknowledged and measured. A `Scale` sets the number of players and faults: the tests use a small
one, `make soak` a large one.
"""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from statistics import quantiles
from time import monotonic

import httpx
import msgspec
from redis.asyncio import Redis

from game.live import keys
from game.live.connect import redis_from_url
from persistence.recorder import GROUP
from server.client.addresses import room_address
from server.live.protocol import Join
from tests.e2e.school import Json, eventually
from tests.faults.clients import Line
from tests.faults.game import Account, Game, playing, questions
from tests.faults.processes import Site
from tests.server.live.client import Deaf

WAY_BACK, STALE, LATE = "longest way back, s", "longest stale, s", "deadline late, ms"
ALL_BACK, END = "all back, s", "longest end of a process, s"

SHORT_S = 5  # the shortest question that there is
LOST_AT_MOST_S = 1.0  # of a Redis that writes its file to disk every second
CLOSED_SLOW = re.compile(r"^kuis_sockets_closed_slow_total (\S+)$", re.MULTILINE)
HEAVY_ROUNDS = 30
SHOWN_WITHIN_S = 1.0  # a room to all who are in it
DEAF_BUFFER = 8 * 1024  # in bytes; few enough for them to be full soon
WIDE = "\N{GRINNING FACE}"
HEAVY: Json = {
    "stem": WIDE * 2000,
    "explanation": WIDE * 5000,
    "choices": [{"text": WIDE * 250 + c, "is_correct": c == "b"} for c in "abcdef"],
}
"""34 KB a round: what the system keeps for a socket, and then what we keep, is full after a few."""


class Scale(msgspec.Struct, frozen=True):
    """How much is played and broken; the defaults are for tests."""

    players: int = 24
    deaf: int = 10
    kills: int = 4
    rounds: int = 2
    quiet_rounds: int = 3
    answers_over_s: float = 0.6


class Outcome(msgspec.Struct):
    """The account of a game, and figures: what was measured → how much of it."""

    account: Account
    figures: dict[str, float]


Scenario = Callable[[Site, Scale], Awaitable[Outcome]]


async def one_web_process_killed(site: Site, scale: Scale) -> Outcome:
    """In an open question; half have answered, the others do not, so that the time runs out."""
    async with playing(site.place, scale.players, questions(1, SHORT_S)) as game:
        await game.ask(0)
        await game.answer(0, game.players[: scale.players // 2])
        killed_at = monotonic()
        site.web[1].kill()
        await game.all_see("reveal", 0)
        late_s = _reveal_was_late_s(game)
        await game.finish()
        figures = _absences(game.lines, killed_at) | {LATE: late_s * 1000}
        await asyncio.to_thread(site.heal)
        return Outcome(await game.account(), figures)


async def all_web_processes_killed(site: Site, scale: Scale) -> Outcome:
    """While answers come in; one is started again and the room goes on where it was."""
    async with playing(site.place, scale.players, questions(2)) as game:
        await game.ask(0)
        async with game.half_answered(0, scale.answers_over_s):
            killed_at = monotonic()
            for web in site.web:
                web.kill()
            site.web[0].start()
            await asyncio.to_thread(site.web[0].wait_until_it_serves)
            served_at = monotonic()
        await game.everyone_is_in()
        figures = {"all back after the start, s": _last_back(game.lines, killed_at) - served_at}
        await _play_on(game, 1)
        return Outcome(await game.account(), figures)


async def redis_killed(site: Site, scale: Scale) -> Outcome:
    return await _redis_killed(site, scale, "everysec")


async def redis_that_always_syncs_killed(site: Site, scale: Scale) -> Outcome:
    return await _redis_killed(site, scale, "always")


async def _redis_killed(site: Site, scale: Scale, sync: str) -> Outcome:
    """While answers come in; they are stored when it is back."""
    async with playing(site.place, scale.players, questions(2)) as game, _redis(site) as redis:
        await redis.config_set("appendfsync", sync)
        await game.ask(0)
        async with game.half_answered(0, scale.answers_over_s):
            killed_at = monotonic()
            site.kill_redis()
            await asyncio.to_thread(site.redis.start)
            back_at = monotonic()
        stored = sorted(at for player in game.players for _, at in player.stored.values())
        first = next((at for at in stored if at > back_at), back_at)
        await _play_on(game, 1)
        forgiven = killed_at - LOST_AT_MOST_S if sync == "everysec" else float("inf")
        account = await game.account(forgiven)
        lost = account.stored - account.recorded
        return Outcome(account, {"answers on, s": first - back_at, "stored and lost": lost})


async def postgresql_away_for_the_whole_game(site: Site, scale: Scale) -> Outcome:
    async with playing(site.place, scale.players, questions(3)) as game:
        await asyncio.to_thread(site.postgres.stop)
        for question in range(3):
            await game.ask(question)
            await game.answer(question)
            await game.all_see("reveal", question)
        await game.finish()
        away = await game.teacher.http.get(f"/api/sessions/{game.teacher.session}/results")
        assert (away.status_code, away.json()["code"]) == (503, "unavailable")
        await asyncio.to_thread(site.postgres.start)
        back_at = monotonic()
        account = await game.account()
        return Outcome(account, {"recorded after, s": monotonic() - back_at})


async def recorder_killed_again_and_again(site: Site, scale: Scale) -> Outcome:
    """While it writes what was just revealed, at moments that move through that work."""
    quiz = questions(scale.kills)
    async with playing(site.place, scale.players, quiz) as game, _redis(site) as redis:
        for kill in range(scale.kills):
            await eventually(lambda: _is_recording(site, redis), 60.0)
            await game.ask(kill)
            await game.answer(kill)
            await game.host.sees("reveal", kill)
            await asyncio.sleep(0.005 * (kill % 8))
            site.worker.kill()
            site.worker.start()
            await game.all_see("reveal", kill)
        await game.finish()
        return Outcome(await game.account(), {"kills": scale.kills})


async def _is_recording(site: Site, redis: Redis) -> bool | None:
    """Whether the worker that runs now, and not only those before it, reads the journal."""
    stream = keys.journal(0)
    names = [consumer["name"] for consumer in await redis.xinfo_consumers(stream, GROUP)]
    return any(name.endswith(b":%d" % site.worker.pid) for name in names) or None


async def pub_sub_cut(site: Site, scale: Scale) -> Outcome:
    """Just before something happens that all have to see."""
    stale: list[float] = []
    rounds, began = scale.rounds, monotonic()
    async with playing(site.place, scale.players, questions(rounds)) as game, _redis(site) as redis:
        for question in range(rounds):
            await redis.client_kill_filter(_type="pubsub")
            said_at = await game.ask(question)
            stale += (line.seen_at["question", question] - said_at for line in game.lines)
            await redis.client_kill_filter(_type="pubsub")
            await game.answer(question)
            await game.all_see("reveal", question)
        await game.finish()
        assert not any(line.codes(began) for line in game.lines), "nobody needs to come back"
        return Outcome(await game.account(), {STALE: max(stale)})


async def players_that_stop_reading(site: Site, scale: Scale) -> Outcome:
    """They are closed, and the others wait no longer than while these read too."""
    quiet, loud = range(scale.quiet_rounds), range(scale.quiet_rounds, HEAVY_ROUNDS)
    quiz = questions(HEAVY_ROUNDS, **HEAVY)
    async with playing(site.place, scale.players, quiz) as game, _redis(site) as redis:
        closed_before = await _closed_as_slow(site)

        async def all_are_gone() -> bool | None:
            return await _players(game) == scale.players or None

        async def shown_again_all_are_gone() -> bool | None:
            await redis.client_kill_filter(_type="pubsub")
            await asyncio.sleep(SHOWN_WITHIN_S)
            return await all_are_gone()

        async with _deaf(game, scale.deaf) as stop_reading:
            before_ms = [ms for question in quiet for ms in await _round_ms(game, question)]
            stop_reading()
            after_ms: list[float] = []
            for question in loud:
                after_ms += await _round_ms(game, question)
                if await all_are_gone():
                    break
            await eventually(shown_again_all_are_gone, 60.0)
        closed = await _closed_as_slow(site) - closed_before
        assert closed > 0.5 * scale.deaf, "not most of them only by the heartbeat"
        assert not any(line.codes(0.0) for line in game.lines), "the others stay"
        await game.finish()
        before, after = _p99(before_ms), _p99(after_ms)
        figures = {"p99 before, ms": before, "p99 after, ms": after, "ratio": after / before}
        account = await game.account(others=scale.deaf)
        return Outcome(account, {"closed with 4408": closed} | figures)


async def everybody_drops_and_comes_back(site: Site, scale: Scale) -> Outcome:
    async with playing(site.place, scale.players, questions(2)) as game:
        await game.ask(0)
        await game.answer(0)
        await game.all_see("reveal", 0)
        before = [player.scores[-1] for player in game.players]
        dropped_at = monotonic()
        for line in game.lines:
            line.drop()
        await asyncio.sleep(0)
        await asyncio.gather(*(line.is_back(dropped_at) for line in game.lines))
        figures = {ALL_BACK: _last_back(game.lines, dropped_at) - dropped_at}
        assert [player.own.score for player in game.players if player.own] == before
        await _play_on(game, 1)
        return Outcome(await game.account(), figures)


async def rolling_restart(site: Site, scale: Scale) -> Outcome:
    """SIGTERM to one web process after the other while the players answer, again and again."""
    began = monotonic()
    ends: list[float] = []
    rounds = len(site.web)
    async with playing(site.place, scale.players, questions(rounds)) as game:
        for question, web in enumerate(site.web):
            await game.ask(question)
            async with game.half_answered(question, scale.answers_over_s):
                told_at = monotonic()
                await asyncio.to_thread(web.end)
                ends.append(monotonic() - told_at)
            await asyncio.to_thread(site.heal)
            await game.all_see("reveal", question)
        await game.finish()
        codes = {code for line in game.lines for code in line.codes(began)}
        assert codes == {1012}, codes
        figures = _absences(game.lines, began) | {END: max(ends)}
        return Outcome(await game.account(), figures)


async def redis_hangs_while_a_web_process_ends(site: Site, scale: Scale) -> Outcome:
    """It answers nobody, so nothing that waits for it can be finished in time."""
    async with playing(site.place, scale.players, questions(1)) as game:
        await game.ask(0)
        with site.redis_hangs():
            answering = asyncio.create_task(game.answer(0))
            await asyncio.sleep(scale.answers_over_s)
            told_at = monotonic()
            await asyncio.to_thread(site.web[1].end)
            ended_s = monotonic() - told_at
        await answering
        await game.all_see("reveal", 0)
        await game.finish()
        assert {code for line in game.lines for code in line.codes(told_at)} == {1012}
        return Outcome(await game.account(), {END: ended_s})


SCENARIOS: Mapping[str, Scenario] = {
    scenario.__name__: scenario
    for scenario in (
        one_web_process_killed,
        all_web_processes_killed,
        redis_killed,
        redis_that_always_syncs_killed,
        postgresql_away_for_the_whole_game,
        recorder_killed_again_and_again,
        pub_sub_cut,
        players_that_stop_reading,
        everybody_drops_and_comes_back,
        rolling_restart,
        redis_hangs_while_a_web_process_ends,
    )
}


async def _play_on(game: Game, question: int) -> None:
    """To the end, with one more question that all answer."""
    await game.all_see("reveal", question - 1)
    await game.ask(question)
    await game.answer(question)
    await game.all_see("reveal", question)
    await game.finish()


def _absences(lines: list[Line], since: float) -> dict[str, float]:
    absences = [absence for line in lines for absence in line.absences(since)]
    assert absences, "nobody noticed anything"
    away, coming_back = zip(*absences, strict=True)
    return {"longest away, s": max(away), WAY_BACK: max(coming_back)}


def _last_back(lines: list[Line], since: float) -> float:
    return max(line.visits[-1].welcomed_at for line in lines if line.codes(since))


def _reveal_was_late_s(game: Game) -> float:
    """By the room's clock, for who saw it first: it comes to all of them at once."""
    seen_at = min(line.seen_at["reveal", 0] for line in game.lines)
    offset_s = max(line.clock.offset_s for line in game.lines)
    assert game.host.question is not None
    return seen_at + offset_s - game.host.question.closes_at / 1000


async def _round_ms(game: Game, question: int) -> list[float]:
    """Asks, answers and closes a question; how long each player waited to see it."""
    said_at = await game.ask(question)
    await game.answer(question)
    await game.close(question)
    return [(player.seen_at["question", question] - said_at) * 1000 for player in game.players]


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100, method="inclusive")[-1]


@asynccontextmanager
async def _deaf(game: Game, count: int) -> AsyncIterator[Callable[[], None]]:
    """Players who have joined and read, until they are told to stop reading."""
    addresses = itertools.cycle(room_address(url, game.teacher.code) for url in game.urls)
    deaf = [await Deaf.connect(next(addresses), DEAF_BUFFER) for _ in range(count)]
    reading = [asyncio.create_task(_read_on(each)) for each in deaf]
    for number, each in enumerate(deaf):
        each.say(Join(nickname=f"Deaf {number}"))

    async def all_have_joined() -> bool | None:
        return await _players(game) == len(game.players) + count or None

    def stop_reading() -> None:
        for task in reading:
            task.cancel()

    try:
        await eventually(all_have_joined, 60.0)
        yield stop_reading
    finally:
        stop_reading()
        await asyncio.gather(*(each.close() for each in deaf))


async def _read_on(deaf: Deaf) -> None:
    while await deaf.reader.read(DEAF_BUFFER):
        pass


async def _players(game: Game) -> int:
    """How many are connected, deaf ones included."""
    room = await game.teacher.http.get(f"/api/rooms/{game.teacher.code}")
    return int(room.json()["players"])


async def _closed_as_slow(site: Site) -> int:
    async with httpx.AsyncClient() as http:
        pages = [await http.get(f"{web.url}/metrics") for web in site.web]
    counts = (float(found[1]) for page in pages for found in CLOSED_SLOW.finditer(page.text))
    return int(sum(counts))


@asynccontextmanager
async def _redis(site: Site) -> AsyncIterator[Redis]:
    """An operator at the site's Redis."""
    redis = redis_from_url(site.redis.address)
    try:
        yield redis
    finally:
        await redis.aclose()
