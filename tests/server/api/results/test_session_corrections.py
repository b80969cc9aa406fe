"""Questions that are voided or get another key after the game, over HTTP."""

import asyncio
import io
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import openpyxl
import pytest
from msgspec.structs import replace
from sqlalchemy import select, text

from game.errors import Unavailable
from game.rules.rescoring import RecordedGame, Rescored, differences, rescore
from game.rules.session_corrections import Correction, Corrections, apply
from persistence.database import SessionFactory
from persistence.models import AuditEvent, QuizSession, SessionCorrection
from persistence.repositories import recorded_games, results
from persistence.repositories.viewers import OPERATOR
from server.actions.session_corrections import SessionCorrector, Wanted
from tests.persistence.inserted import answered, asked, insert
from tests.persistence.locks import until_it_waits
from tests.persistence.samples import Someone
from tests.server.api.conftest import Person, faults, problem
from tests.server.api.quiz_samples import Json, write
from tests.server.api.results.conftest import Played, rows
from tests.server.api.test_rooms import open_room

PLAYERS = 200
NOBODY = "00000000-0000-7000-8000-000000000000"


async def correct(person: Person, session: object, suffix: str = "", **body: object) -> Json:
    path = f"/api/sessions/{session}/corrections{suffix}"
    response = await person.client.post(path, json=body)
    assert response.status_code == 200, response.text
    found: Json = response.json()
    return found


async def show(person: Person, session: object) -> Json:
    found: Json = (await person.client.get(f"/api/sessions/{session}/results")).json()
    return found


def expected(game: RecordedGame, scored: Rescored) -> list[tuple[object, ...]]:
    names = {each.player: each.nickname for each in game.participants}
    return [
        (
            each.rank,
            names[each.player],
            each.score,
            each.correct,
            each.answered,
            each.best_streak,
            each.total_time_ms,
        )
        for each in scored.standings
    ]


def told(found: Json) -> list[tuple[object, ...]]:
    fields = ("rank", "nickname", "score", "correct", "answered", "best_streak", "total_time_ms")
    return [tuple(player[name] for name in fields) for player in found["players"]]


def moved(game: RecordedGame, holds: Corrections) -> tuple[int, int]:
    """How many scores and places these corrections change."""
    before = {each.player: each for each in rescore(game).standings}
    after = rescore(replace(game, revealed=apply(holds, game.revealed))).standings
    return (
        sum(each.score != before[each.player].score for each in after),
        sum(each.rank != before[each.player].rank for each in after),
    )


async def test_everything_agrees_with_the_rules_after_corrections_of_a_game_of_200(
    session_factory: SessionFactory, teacher: Person, student: Person
) -> None:
    game = answered(PLAYERS, asked(6))
    me = game.participants[PLAYERS // 2]
    async with session_factory.begin() as db:
        host = Someone(teacher.id)
        session = (await insert(db, host, game, {me.player: student.id})).id
    played = await show(teacher, session)
    assert told(played) == expected(game, rescore(game))
    path = f"/api/sessions/{session}/results"
    plain = {name: (await rows(teacher, f"{path}.csv?table={name}"))[0] for name in TABLES}

    preview = await correct(teacher, session, "/preview", question=0, action="void")
    assert await show(teacher, session) == played, "a preview changes nothing"
    assert await correct(teacher, session, question=0, action="void") == preview
    await correct(teacher, session, question=2, action="key", key=["a", "b", "c", "d"])
    await correct(teacher, session, question=1, action="key", key="b", also=["c"])

    now = datetime.now(UTC)
    holds = {
        0: Correction(None, now),
        1: Correction("b", now, ("c",)),
        2: Correction(["a", "b", "c", "d"], now),
    }
    after = replace(game, revealed=apply(holds, game.revealed))
    scored = rescore(after)
    found = await show(teacher, session)
    assert told(found) == expected(after, scored) != expected(game, rescore(game))
    before = {each["player"]: each for each in played["players"]}
    for player in found["players"]:
        was = before[player["player"]]
        assert player["original"] == {name: was[name] for name in ("score", "rank", "correct")}
        for index, answer in enumerate(player["answers"]):
            if answer is None:
                assert was["answers"][index] is None
                continue
            grade = scored.graded[player["player"], index]
            assert (answer["correct"], answer["points"]) == (grade.correct, grade.gained)
            old = {name: was["answers"][index][name] for name in ("correct", "points")}
            changed = old != {"correct": grade.correct, "points": grade.gained}
            assert answer["original"] == (old if changed else None)
    first, key = found["questions"][0], found["questions"][2]
    assert first["correction"]["voided"]
    assert (first["correct"], first["correct_share"], first["mean_points"]) == (None, None, None)
    assert first["counts"] == played["questions"][0]["counts"]
    assert (key["key"], key["correction"]["original_key"]) == (
        ["a", "b", "c", "d"],
        ["b", "a", "d", "c"],
    )
    assert key["correct"] == played["questions"][2]["answered"] - played["questions"][2]["correct"]
    both = found["questions"][1]
    assert (both["key"], both["also"], both["correction"]["original_key"]) == ("b", ["c"], "b")
    assert both["correct"] == both["counts"]["b"] + both["counts"]["c"]
    assert found["session"]["corrected_at"] == both["correction"]["at"]
    assert (preview["scores_changed"], preview["places_changed"]) == moved(game, {0: holds[0]})

    await agrees_with_files(teacher, path, found, plain)
    await agrees_with_history(student, found, me.player)
    await agrees_with_rows(session_factory, session, game, scored)

    for question in range(3):
        await correct(teacher, session, question=question, action="undo")
    assert await show(teacher, session) == played
    async with session_factory() as db:
        for table in ("quiz_attempt_rescores", "question_attempt_rescores"):
            assert await db.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608


TABLES = ("players", "places", "questions", "answers")


async def agrees_with_files(
    teacher: Person, path: str, found: Json, plain: dict[str, list[str]]
) -> None:
    original = ["Original rank", "Original score", "Original correct"]
    shown = [
        [
            str(value)
            for value in (
                player["rank"],
                player["nickname"],
                player["score"],
                player["original"]["rank"],
                player["original"]["score"],
                player["original"]["correct"],
            )
        ]
        for player in found["players"]
    ]
    for name in ("players", "places"):
        header, *body = await rows(teacher, f"{path}.csv?table={name}")
        assert header == [*plain[name], *original]
        assert [[row[0], row[1], row[3], *row[-3:]] for row in body] == shown
    header, *questions = await rows(teacher, f"{path}.csv?table=questions")
    assert header == [*plain["questions"], "Correction", "Original right answer", "Corrected at"]
    assert [row[-3] for row in questions] == ["void", "key", "key", "", "", ""]
    assert [row[3] for row in questions[:2]] == ["Choice A", "Choice B / Choice C"]
    assert questions[2][-2] == "Choice B; Choice A; Choice D; Choice C"
    assert questions[2][-1].endswith(" UTC")
    header, *answers = await rows(teacher, f"{path}.csv?table=answers")
    assert header == [*plain["answers"], "Original correct", "Original points"]
    assert {row[5] for row in answers if row[2] == "1"} == {""}
    assert {row[-2] for row in answers if row[2] == "1"} == {"yes", "no"}
    book = openpyxl.load_workbook(
        io.BytesIO((await teacher.client.get(f"{path}.xlsx")).content), read_only=True
    )
    sheet = [[str(cell) for cell in row] for row in book["Places"].values]
    assert sheet[0][-3:] == original
    assert [[row[0], row[1], row[3], *row[-3:]] for row in sheet[1:]] == shown


async def agrees_with_history(student: Person, found: Json, player: str) -> None:
    [past] = (await student.client.get("/api/me/history")).json()["items"]
    [mine] = [each for each in found["players"] if each["player"] == player]
    assert (past["score"], past["rank"], past["correct"]) == (
        mine["score"],
        mine["rank"],
        mine["correct"],
    )
    assert past["of"] == sum(each["correct"] is not None for each in found["questions"])
    assert past["original"] == mine["original"]
    assert past["corrected_at"] is not None
    own = (await student.client.get(f"/api/sessions/{past['session']}/results")).json()
    assert own["players"] == [mine]


async def agrees_with_rows(
    session_factory: SessionFactory, session: object, game: RecordedGame, scored: Rescored
) -> None:
    recorded = text("""
        SELECT p.nickname, a.score, a.rank, r.score, r.rank, r.total_questions
          FROM quiz_attempts a JOIN quiz_participations p ON p.id = a.participation_id
          JOIN quiz_attempt_rescores r ON r.attempt_id = a.id ORDER BY r.rank
    """)
    names = {each.player: each.nickname for each in game.participants}
    was = {each.player: each for each in rescore(game).standings}
    async with session_factory() as db:
        assert [tuple(row) for row in await db.execute(recorded)] == [
            (
                names[each.player],
                was[each.player].score,
                was[each.player].rank,
                each.score,
                each.rank,
                scored.of,
            )
            for each in scored.standings
        ]
        stored = await db.get_one(QuizSession, session)
        assert stored.questions[2]["key"] == ["b", "a", "d", "c"], "the record is as it was played"
        for corrected in (False, True):
            read = await recorded_games.read(db, OPERATOR, stored.id, corrected=corrected)
            assert [*differences(read)] == []


async def test_a_game_of_a_room_is_corrected_with_the_key_of_each_kind(
    played: Played, session_factory: SessionFactory
) -> None:
    """Ani was right everywhere; with the guest's answers as keys the guest is."""
    host, session = played.host, played.session
    for question in played.final["questions"][:6]:
        given = played.final["players"][1]["answers"][question["index"]]["response"]
        key = {
            "multiple_select": ["c"],
            "short_answer": {"accepted": [given]},
            "numeric": {"value": given, "tolerance": 0},
        }.get(question["kind"], given)
        await correct(host, session, question=question["index"], action="key", key=key)
    found = await show(host, session)
    assert [each["nickname"] for each in found["players"]][1:] == ["Ani", "Rude"]
    guest, ani, kicked = found["players"]
    assert (guest["rank"], guest["correct"], guest["original"]["rank"]) == (1, 6, 2)
    assert (ani["rank"], ani["correct"], ani["score"]) == (2, 0, 0)
    assert (kicked["rank"], kicked["original"]) == (None, None)
    assert ani["original"]["score"] == played.final["players"][0]["score"]
    async with session_factory() as db:
        read = await recorded_games.read(db, OPERATOR, UUID(session), corrected=True)
        assert [*differences(read)] == []
    # A poll counts the time only.
    outcome = await correct(host, session, question=6, action="void")
    assert (outcome["scores_changed"], outcome["places_changed"]) == (0, 0)
    async with session_factory() as db:
        query = select(AuditEvent.details).where(AuditEvent.kind == "session_corrected")
        events = (await db.scalars(query.order_by(AuditEvent.id))).all()
    assert events[-1] == {"session": session, "question": 6, "action": "void"}
    assert len(events) == 7


async def test_the_same_correction_again_adds_nothing(
    session_factory: SessionFactory, teacher: Person
) -> None:
    async with session_factory.begin() as db:
        session = (await insert(db, Someone(teacher.id), answered(5, asked(3)))).id
    for action in ("void", "void", "undo", "undo", "void"):
        await correct(teacher, session, question=1, action=action)
    await correct(teacher, session, question=1, action="key", key="c")
    await correct(teacher, session, question=1, action="key", key="b")  # as it was played
    async with session_factory() as db:
        chain = (
            await db.scalars(select(SessionCorrection).order_by(SessionCorrection.created_at))
        ).all()
    assert [each.action for each in chain] == ["void", "undo", "void", "key", "undo"]
    assert [each.replaces_id for each in chain] == [None, *[each.id for each in chain[:-1]]]
    assert {each.corrected_by for each in chain} == {teacher.id}


async def test_corrections_of_several_processes_are_made_one_after_the_other(
    session_factory: SessionFactory, database_url: str, teacher: Person
) -> None:
    async with session_factory.begin() as db:
        session = (await insert(db, Someone(teacher.id), answered(20, asked(5)))).id
    processes = [SessionCorrector(database_url) for _ in range(5)]
    wanted = [
        *(Wanted(index, "void") for index in (0, 1, 1, 4)),
        Wanted(2, "key", ["a", "b", "c", "d"]),
    ]
    await asyncio.gather(
        *(
            process.correct(teacher.signed_in, session, each, address=None)
            for process, each in zip(processes, wanted, strict=True)
        )
    )
    found = await show(teacher, session)
    assert [bool(each["correction"]) for each in found["questions"]] == [True] * 3 + [False, True]
    async with session_factory() as db:
        read = await recorded_games.read(db, OPERATOR, session, corrected=True)
        assert [*differences(read)] == []


async def test_results_are_of_one_moment(
    session_factory: SessionFactory,
    database_url: str,
    teacher: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with session_factory.begin() as db:
        session = (await insert(db, Someone(teacher.id), answered(5, asked(3)))).id
    await correct(teacher, session, question=1, action="void")
    before, read = await show(teacher, session), results.players
    undo, corrector = Wanted(1, "undo"), SessionCorrector(database_url)

    async def undone_meanwhile(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # of `players`
        await corrector.correct(teacher.signed_in, session, undo, address=None)
        return await read(*args, **kwargs)

    monkeypatch.setattr(results, "players", undone_meanwhile)
    assert await show(teacher, session) == before
    monkeypatch.undo()
    assert await show(teacher, session) != before


async def test_a_correction_whose_process_is_killed_changes_nothing(
    session_factory: SessionFactory, database_url: str, teacher: Person
) -> None:
    async with session_factory.begin() as db:
        session = (await insert(db, Someone(teacher.id), answered(5, asked(3)))).id
    played = await show(teacher, session)
    corrector = SessionCorrector(database_url)
    void = Wanted(0, "void")
    async with session_factory.begin() as db:
        await db.execute(text("SELECT FROM quiz_attempts FOR UPDATE"))  # the rescores refer to it
        correction = asyncio.create_task(
            corrector.correct(teacher.signed_in, session, void, address=None)
        )
        async with session_factory() as watching:
            await until_it_waits(watching)
        for worker in workers():
            os.kill(worker, signal.SIGKILL)
        with pytest.raises(Unavailable):
            await correction
    assert await show(teacher, session) == played
    assert (await correct(teacher, session, question=0, action="void"))["scores_changed"]


def workers() -> list[int]:
    """The processes of this one that correct sessions."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"to_process" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


@pytest.mark.parametrize("suffix", ["", "/preview"])
async def test_what_cannot_be_corrected_is_refused(
    session_factory: SessionFactory,
    teacher: Person,
    other_teacher: Person,
    suffix: str,
) -> None:
    async with session_factory.begin() as db:
        session = (await insert(db, Someone(teacher.id), answered(2, asked(4)))).id
    path = f"/api/sessions/{session}/corrections{suffix}"

    async def answer(person: Person, **body: object) -> httpx.Response:
        return await person.client.post(path, json=body)

    denied = await answer(other_teacher, question=0, action="void")
    assert problem(denied) == (404, "no_such_session")
    assert problem(await answer(teacher, question=4, action="void")) == (404, "no_such_question")
    assert faults(await answer(teacher, question=-1, action="void")) == {"question": "too_small"}
    assert faults(await answer(teacher, question=0, action="gift")) == {"action": "unknown_value"}
    assert faults(await answer(teacher, question=0, action="key")) == {"key": "bad_key"}
    assert faults(await answer(teacher, question=0, action="key", key="e")) == {"key": "bad_key"}
    assert faults(await answer(teacher, question=3, action="key", key=["a"])) == {"key": "no_key"}
    also = await answer(teacher, question=0, action="key", key="a", also=["b", "e"])
    assert faults(also) == {"also[1]": "bad_key"}
    quiz = await write(teacher)
    running = (await open_room(teacher, quiz)).json()["id"]
    path = f"/api/sessions/{running}/corrections{suffix}"
    still = await answer(teacher, question=0, action="void")
    assert problem(still) == (409, "session_running")
    async with session_factory() as db:
        assert (await db.scalars(select(SessionCorrection))).all() == []
