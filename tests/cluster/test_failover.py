"""Games of two web processes while a master is killed and its replica takes its place."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from game.live.keys import RoomKeys
from persistence.database import SessionFactory
from persistence.models import QuestionAttempt, QuizAttempt, QuizParticipation
from server.settings import Settings
from tests.cluster.nodes import Cluster, Guarded, wait_until_replicated
from tests.conftest import SECRET_KEY, RunningServer
from tests.e2e.school import ALL_KINDS, Json, Teacher
from tests.server.live.client import Client

pytestmark = pytest.mark.slow

PLAYERS = 50
QUIZ = [{**ALL_KINDS[0], "time_limit": 300}, {**ALL_KINDS[8], "time_limit": 300}]
RIGHT: dict[int, object] = {0: "b", 1: False}
STALE_AT_MOST_S = 2.0


@pytest.fixture(params=["cluster", "sentinel"])
def redises(request: pytest.FixtureRequest) -> Cluster | Guarded:
    name = {"cluster": "mortal", "sentinel": "guarded"}[request.param]
    servers: Cluster | Guarded = request.getfixturevalue(name)
    return servers


@pytest.fixture
def settings(database_url: str, redises: Cluster | Guarded, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=redises.url,
        secret_key=SECRET_KEY,
        data_dir=tmp_path / "data",
    )


@pytest.fixture
async def teachers(
    serve: Callable[[Settings], RunningServer], settings: Settings, worker: None
) -> AsyncIterator[list[Teacher]]:
    """One teacher with an open room, as two web processes see it."""
    del worker
    servers = [serve(settings), serve(settings)]
    async with (
        httpx.AsyncClient(base_url=servers[0].url, timeout=30) as http,
        httpx.AsyncClient(base_url=servers[1].url, timeout=30) as other,
    ):
        teachers = [Teacher(http, servers[0].ws_url), Teacher(other, servers[1].ws_url)]
        await teachers[0].register()
        await teachers[0].open(await teachers[0].write(QUIZ))
        teachers[1].take_over(teachers[0])
        yield teachers
        for teacher in teachers:
            await teacher.leave()


async def test_a_master_killed_in_an_open_question_costs_nobody_an_answer(
    redises: Cluster | Guarded, teachers: list[Teacher], session_factory: SessionFactory
) -> None:
    host = await teachers[0].host()
    players = await asyncio.gather(
        *(teachers[at % 2].player(f"Player {at}") for at in range(PLAYERS))
    )
    await host.send("start")
    for player in players:
        await player.hears("question", question=0)
    early, late = players[: PLAYERS // 2], players[PLAYERS // 2 :]
    await answer(early, 0)
    master = redises.master_of(RoomKeys(teachers[0].session).room)
    await asyncio.to_thread(wait_until_replicated, master)
    await asyncio.to_thread(master.kill)
    await answer(late, 0)
    taken_over = time.monotonic()
    for client in (host, *players):  # closed by itself, since everybody has answered
        assert (await client.sees_reveal())["answered"] == PLAYERS
        assert time.monotonic() - taken_over < STALE_AT_MOST_S
    await host.send("next")
    for player in players:
        await player.hears("question", question=1)
    await answer(players, 1)
    await host.hears("reveal", question=1)
    await host.send("next")
    finished = await asyncio.gather(*(player.hears("finished") for player in players))
    await recorded_once(session_factory, await teachers[1].results(), players, finished)


async def answer(players: list[Client], question: int) -> None:
    await asyncio.gather(
        *(
            player.patiently("answer", "answered", question=question, response=RIGHT[question])
            for player in players
        )
    )


async def recorded_once(
    session_factory: SessionFactory, results: Json, players: list[Client], finished: list[Json]
) -> None:
    rows = {player["player"]: player for player in results["players"]}
    assert len(results["players"]) == len(rows) == PLAYERS
    for player, told in zip(players, finished, strict=True):
        assert rows[player.id]["score"] == told["you"]["score"] > 0
        assert [answer["correct"] for answer in rows[player.id]["answers"]] == [True, True]
    async with session_factory() as db:
        for model, count in (
            (QuizParticipation, PLAYERS),
            (QuestionAttempt, len(QUIZ) * PLAYERS),
            (QuizAttempt, PLAYERS),
        ):
            assert await db.scalar(select(func.count()).select_from(model)) == count
