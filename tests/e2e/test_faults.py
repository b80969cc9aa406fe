"""Games in which processes and engines die: what was answered counts, once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from persistence.embedded import DataDirectory, PostgresEngine
from tests.e2e.school import ALL_KINDS, Json, Teacher
from tests.server.live.client import Client
from tests.serving import Kuis

PLAYERS = 12
PLANETS: Json = {**ALL_KINDS[0], "time_limit": 300}
RIGHT = "b"
AFTER_AN_OUTAGE_S = 60.0

Start = Callable[..., Kuis]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `kuis serve`, again and again on the same data."""
    started: list[Kuis] = []

    def start(**environ: str) -> Kuis:
        started.append(Kuis(tmp_path / "data", **environ))
        return started[-1]

    yield start
    for kuis in started:
        if kuis.process.poll() is None:
            kuis.stop()


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PostgresEngine]:
    """A PostgreSQL that nobody restarts."""
    directory = DataDirectory(tmp_path / "postgres")
    directory.claim()
    postgres = PostgresEngine(directory)
    postgres.start()
    yield postgres
    postgres.stop()
    directory.release()


@asynccontextmanager
async def teaching(kuis: Kuis, before: Teacher | None = None) -> AsyncIterator[Teacher]:
    """A teacher with a room on this server; the one of before goes on with the same room."""
    async with httpx.AsyncClient(base_url=kuis.url, timeout=30) as http:
        teacher = Teacher(http, kuis.ws_url)
        if before is None:
            await teacher.register()
            await teacher.open(await teacher.write([PLANETS, ALL_KINDS[8]]))
        else:
            teacher.take_over(before)
        yield teacher
        await teacher.leave()


async def seats(teacher: Teacher) -> list[Client]:
    return await asyncio.gather(*(teacher.player(f"Player {n}") for n in range(PLAYERS)))


async def answers(player: Client, question: int, response: object) -> None:
    await player.send("answer", question=question, response=response)
    await player.hears("answered", question=question)


async def test_a_game_survives_kill_9_of_everything(start: Start) -> None:
    kuis = start()
    async with teaching(kuis) as teacher:
        host, players = await teacher.host(), await seats(teacher)
        await host.send("start")
        early = players[: PLAYERS // 2]
        for player in players:
            await player.hears("question")
        await asyncio.gather(*(answers(player, 0, RIGHT) for player in early))
        tokens = [player.token for player in players]
        kuis.kill_everything()
        before = teacher
    async with teaching(start(), before) as teacher:
        host = await teacher.host()
        assert host.welcomed["room"]["phase"] == "question"
        assert host.welcomed["room"]["answered"] == len(early)
        players = [await teacher.resumed(token) for token in tokens]
        await asyncio.gather(*(answers(player, 0, RIGHT) for player in players))
        revealed = await host.hears("reveal")
        assert (revealed["answered"], revealed["counts"][RIGHT]) == (PLAYERS, PLAYERS)
        await host.send("end")
        finished = await asyncio.gather(*(player.hears("finished") for player in players))
        results = await teacher.results(AFTER_AN_OUTAGE_S)
    recorded = {player["player"]: player for player in results["players"]}
    assert len(results["players"]) == len(recorded) == PLAYERS
    for player, told in zip(players, finished, strict=True):
        assert recorded[player.id]["score"] == told["you"]["score"] > 0
        assert recorded[player.id]["answers"][0]["correct"] is True


async def test_a_whole_game_without_postgresql_is_recorded_after(
    start: Start, postgres: PostgresEngine
) -> None:
    kuis = start(DATABASE_URL=postgres.address)
    async with teaching(kuis) as teacher:
        postgres.stop()
        host, players = await teacher.host(), await seats(teacher)
        await host.send("start")
        for question, response in ((0, RIGHT), (1, False)):
            for player in players:
                await player.hears("question", question=question)
            await asyncio.gather(*(answers(player, question, response) for player in players))
            await host.hears("reveal", question=question)
            await host.send("next")
        finished = await asyncio.gather(*(player.hears("finished") for player in players))
        away = await teacher.http.get(f"/api/sessions/{teacher.session}/results")
        assert (away.status_code, away.json()["code"]) == (503, "unavailable")
        postgres.start()
        results = await teacher.results(AFTER_AN_OUTAGE_S)
    recorded = {player["player"]: player for player in results["players"]}
    assert len(recorded) == PLAYERS
    for player, told in zip(players, finished, strict=True):
        assert recorded[player.id]["score"] == told["you"]["score"] > 0
        assert all(answer["correct"] for answer in recorded[player.id]["answers"])
