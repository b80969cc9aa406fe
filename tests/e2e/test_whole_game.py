"""A class of 200 plays ten questions of all kinds, and every account of it agrees."""

import asyncio
import csv
import io
from collections.abc import Sequence
from random import Random
from typing import TypeVar

import msgspec
import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules import grading, scoring
from game.rules.questions import Question, Response
from game.rules.rooms import RoomSettings
from game.rules.scoring import Answer, Standing
from persistence.database import SessionFactory
from persistence.models import QuestionAttempt, QuizAttempt, QuizParticipation, QuizSession
from tests.e2e.school import ALL_KINDS, Json, Teacher
from tests.server.live.client import Client

PLAYERS = 200
Row = TypeVar("Row", QuizParticipation, QuestionAttempt)
SETTINGS = {"streak_bonus": True, "double_points": [2, 9]}


@pytest.mark.slow
async def test_all_accounts_of_a_game_agree(
    teacher: Teacher, session_factory: SessionFactory
) -> None:
    await teacher.open(await teacher.write(ALL_KINDS), **SETTINGS)
    host = await teacher.host()
    players = await asyncio.gather(*(teacher.player(f"Player {n}") for n in range(PLAYERS)))
    ends = await play(host, players, Random(7))
    results = await teacher.results()

    by_id = {player["player"]: player for player in results["players"]}
    assert len(by_id) == PLAYERS
    assert [player["rank"] for player in results["players"]] == list(range(1, PLAYERS + 1))
    for client, end in zip(players, ends, strict=True):
        told = {key: by_id[client.id][key] for key in ("score", "rank", "correct")}
        assert told == {key: end["you"][key] for key in told}

    await rules_say_the_same(teacher, session_factory, by_id)
    await rows_say_the_same(teacher, session_factory, by_id)
    await csv_says_the_same(teacher, results)
    await xlsx_says_the_same(teacher, results)


async def play(host: Client, players: list[Client], random: Random) -> list[Json]:
    """All questions; most players answer, at different moments. What each was told at the end."""
    await host.send("start")
    for index in range(len(ALL_KINDS)):
        await host.hears("question", question=index)
        answering = [player for player in players if random.random() < 0.9]
        await asyncio.gather(*(answer(player, index, random) for player in answering))
        await host.send("close_question")
        await host.hears("reveal", question=index, answered=len(answering))
        await host.send("next")
    await host.hears("finished")
    return await asyncio.gather(*(player.hears("finished") for player in players))


async def answer(player: Client, index: int, random: Random) -> None:
    question = await player.hears("question", question=index)
    await asyncio.sleep(random.random() * 0.3)  # people think: answers spread over time
    await player.send("answer", question=index, response=response_to(question, random))
    await player.hears("answered", question=index)


def response_to(question: Json, random: Random) -> object:
    ids = [choice["id"] for choice in question.get("choices", [])]
    match question["kind"]:
        case "multiple_choice":
            return random.choice(ids)
        case "true_false":
            return random.random() < 0.5
        case "multiple_select" | "poll":
            return random.sample(ids, random.randint(1, len(ids)))
        case "ordering":
            return random.sample(ids, len(ids))
        case "short_answer":
            return random.choice(["Lima", " líma. ", "Cusco", "=1+1"])
        case "numeric":
            return random.choice([90, 90.5, 89.4, 180])
        case kind:
            raise AssertionError(kind)


async def rules_say_the_same(
    teacher: Teacher, session_factory: SessionFactory, by_id: dict[str, Json]
) -> None:
    """What the rules make of the recorded answers, told from the frozen questions alone."""
    async with session_factory() as db:
        session = await db.get_one(QuizSession, teacher.session)
        participations = await rows_of(db, QuizParticipation, teacher)
        attempts = await rows_of(db, QuestionAttempt, teacher)
    questions = msgspec.convert(session.questions, list[Question])
    settings = msgspec.convert(session.settings, RoomSettings)
    players = {row.id: str(row.player) for row in participations}
    standings = [
        Standing(str(row.player), row.nickname, round(row.joined_at.timestamp() * 1000))
        for row in participations
    ]
    for index, question in enumerate(questions):
        rows = [row for row in attempts if row.question_index == index]
        answers = {
            players[row.participation_id]: Answer(
                players[row.participation_id],
                msgspec.convert(row.response, Response),
                row.time_taken_ms,
                round(row.answered_at.timestamp() * 1000),
            )
            for row in rows
            if row.participation_id is not None
        }
        for row in rows:
            share = grading.grade(question, msgspec.convert(row.response, Response))
            assert row.is_correct == (None if ALL_KINDS[index]["type"] == "poll" else share == 1)
        late_for_nobody = max(standing.joined_at for standing in standings)
        standings = list(
            scoring.score_question(
                question,
                index,
                settings,
                late_for_nobody,
                standings,
                answers,
                limit_ms=question.time_limit * 1000,
            ).standings
        )
        gained = {standing.player: standing.gained for standing in standings}
        assert all(
            gained[players[row.participation_id]] == row.points
            for row in rows
            if row.participation_id is not None
        )
    assert {one.player: (one.score, one.rank, one.correct) for one in standings} == {
        player: (told["score"], told["rank"], told["correct"]) for player, told in by_id.items()
    }
    assert len({one.score for one in standings}) > PLAYERS / 2  # it was a game


async def rows_of(db: AsyncSession, model: type[Row], teacher: Teacher) -> Sequence[Row]:
    return (await db.scalars(select(model).where(model.session_id == teacher.session))).all()


async def rows_say_the_same(
    teacher: Teacher, session_factory: SessionFactory, by_id: dict[str, Json]
) -> None:
    async with session_factory() as db:
        rows = await db.execute(
            select(QuizParticipation, QuizAttempt)
            .join(QuizAttempt, QuizAttempt.participation_id == QuizParticipation.id)
            .where(QuizParticipation.session_id == teacher.session)
        )
        attempts = {str(participation.player): attempt for participation, attempt in rows}
        answers = await rows_of(db, QuestionAttempt, teacher)
    assert {
        player: (attempt.score, attempt.rank, attempt.correct_answers)
        for player, attempt in attempts.items()
    } == {player: (told["score"], told["rank"], told["correct"]) for player, told in by_id.items()}
    given = [answer for told in by_id.values() for answer in told["answers"] if answer is not None]
    assert len(answers) == len(given)
    assert sum(row.points for row in answers) == sum(told["score"] for told in by_id.values())


async def csv_says_the_same(teacher: Teacher, results: Json) -> None:
    answer = await teacher.http.get(f"/api/sessions/{teacher.session}/results.csv")
    rows = list(csv.DictReader(io.StringIO(answer.raise_for_status().content.decode("utf-8-sig"))))
    assert [(row["Nickname"], int(row["Score"]), int(row["Rank"])) for row in rows] == [
        (player["nickname"], player["score"], player["rank"]) for player in results["players"]
    ]
    assert not any(cell[:1] in {"=", "+", "-", "@"} for row in rows for cell in row.values())


async def xlsx_says_the_same(teacher: Teacher, results: Json) -> None:
    answer = await teacher.http.get(f"/api/sessions/{teacher.session}/results.xlsx")
    book = load_workbook(io.BytesIO(answer.raise_for_status().content))
    header, *rows = book["Places"].iter_rows(values_only=True)
    columns = [header.index(name) for name in ("Nickname", "Score", "Rank")]
    assert [tuple(row[column] for column in columns) for row in rows] == [
        (player["nickname"], player["score"], player["rank"]) for player in results["players"]
    ]
    ranks = [row[columns[2]] for row in rows]
    assert ranks == list(range(1, PLAYERS + 1))
