"""What was played, as the API tells it to hosts and students."""

import asyncio
import io
from typing import Any

import httpx
import openpyxl
from redis.asyncio import Redis

from game.live.rooms import Rooms
from game.rules.rooms import CloseQuestion, End, Extend, Next
from tests.game.live.playing import SetClock
from tests.server.api.conftest import Person, faults, problem
from tests.server.api.quiz_samples import ALL_KINDS, CAPITAL, write
from tests.server.api.results.conftest import (
    EVIL,
    SECONDS,
    TABLES,
    Played,
    close,
    recorded,
    results,
    rows,
)
from tests.server.api.test_rooms import open_room


async def test_the_host_reads_places_answers_and_questions(played: Played) -> None:
    session, players, questions = (
        played.final[part] for part in ("session", "players", "questions")
    )
    assert (session["players"], session["questions"]) == (2, 7)
    assert session["started_at"] is not None
    assert session["ended_at"] >= session["started_at"]
    ani, guest, kicked = players
    assert [player["nickname"] for player in players] == ["Ani", EVIL, "Rude"]
    assert [player["rank"] for player in players] == [1, 2, None]
    assert [player["kicked"] for player in players] == [False, False, True]
    assert (ani["correct"], ani["answered"], ani["best_streak"]) == (6, 7, 6)
    assert ani["total_time_ms"] == 3500
    assert ani["score"] == sum(answer["points"] for answer in ani["answers"])
    assert (guest["score"], guest["correct"], guest["answered"]) == (0, 0, 7)
    assert [answer["correct"] for answer in ani["answers"]] == [True] * 6 + [None]
    assert kicked["answers"][1:] == [None] * 6
    assert [question["kind"] for question in questions] == [kind["type"] for kind in ALL_KINDS]
    first = questions[0]
    assert (first["answered"], first["correct"], first["correct_share"]) == (2, 1, 0.5)
    assert (first["counts"], first["key"]) == ({"a": 1, "b": 1, "c": 0}, "a")
    assert first["median_ms"] == 750
    assert [choice["text"] for choice in first["choices"]] == ["Jakarta", "Hanoi", "Manila"]
    poll = questions[6]
    assert (poll["correct"], poll["correct_share"], poll["key"]) == (None, None, None)
    assert poll["counts"] == {"a": 1, "b": 1}


async def test_editing_the_quiz_afterwards_changes_no_result(played: Played) -> None:
    await played.host.client.patch(
        f"/api/quizzes/{played.quiz['id']}", json={"title": "Else", "questions": []}
    )
    assert (await played.host.client.get(played.path)).json() == played.final


async def test_a_student_reads_the_own_row_only(played: Played, other_teacher: Person) -> None:
    own = (await played.ani.client.get(played.path)).json()
    assert own["players"] == played.final["players"][:1]
    assert own["questions"] == played.final["questions"]
    assert problem(await other_teacher.client.get(played.path)) == (404, "no_such_session")


async def test_silence_in_an_extended_question_counts_as_the_room_counts_it(
    recording: None, redis: Redis, teacher: Person
) -> None:
    """While the room runs, too: who tried in the extended time stands before who was silent."""
    del recording
    clock = SetClock(redis)
    on = Rooms(redis, clock)
    quiz = await write(teacher, questions=[CAPITAL | {"time_limit": 20}, CAPITAL])
    session = (await open_room(teacher, quiz, lead_in_ms=0)).json()["id"]
    await on.join(session, nickname="Silent", user=None, team=None, connection="1")
    tried = await on.join(session, nickname="Tried", user=None, team=None, connection="2")
    await on.command(session, Next())
    await on.command(session, Extend(60))
    opens_at = (await on.view(session)).state.opens_at or 0
    clock.pass_ms(40_000)
    await on.submit(session, 0, tried.player, "b", 40_000, opens_at + 40_000)
    clock.pass_ms(10_000)
    await on.command(session, CloseQuestion())
    standings = (await on.view(session)).standings.values()
    await on.stop()
    async with asyncio.timeout(SECONDS):
        while not (found := await recorded(teacher, session))["session"]["asked"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert [player["nickname"] for player in found["players"]] == ["Tried", "Silent"]
    assert [(each["player"], each["total_time_ms"]) for each in found["players"]] == [
        (each.player, each.total_time_ms) for each in standings
    ]


async def test_a_student_sees_no_question_that_was_not_asked(ended_early: Played) -> None:
    own = (await ended_early.ani.client.get(ended_early.path)).json()
    assert [question["stem"] for question in own["questions"]] == ["Asked?", "Unanswered?"]
    assert len(own["players"][0]["answers"]) == 2
    assert (own["session"]["asked"], own["session"]["questions"]) == (2, 3)
    for table in TABLES:
        path = f"{ended_early.path}.csv?table={table}"
        assert "Secret?" not in str(await rows(ended_early.ani, path))
    book = openpyxl.load_workbook(
        io.BytesIO((await ended_early.ani.client.get(f"{ended_early.path}.xlsx")).content)
    )
    assert "Secret?" not in [cell.value for sheet in book for row in sheet for cell in row]


async def test_the_host_sees_which_questions_were_not_asked(ended_early: Played) -> None:
    session, questions = ended_early.final["session"], ended_early.final["questions"]
    assert (session["asked"], session["questions"]) == (2, 3)
    assert [question["asked"] for question in questions] == [True, True, False]
    lines = await rows(ended_early.host, f"{ended_early.path}.csv?table=questions")
    assert [line[-1] for line in lines] == ["Asked", "yes", "yes", "no"]


async def test_the_kicked_see_nothing(
    recording: None, rooms: Rooms, teacher: Person, student: Person
) -> None:
    del recording
    quiz = await write(teacher, questions=[CAPITAL])
    session = (await open_room(teacher, quiz, lead_in_ms=0)).json()["id"]
    ani = await rooms.join(session, nickname="Ani", user=str(student.id), team=None, connection="1")
    await rooms.command(session, Next())
    await rooms.kick(session, ani.player)
    await rooms.command(session, End())
    await results(teacher, session)
    for suffix in ("", ".csv", ".xlsx"):
        answer = await student.client.get(f"/api/sessions/{session}/results{suffix}")
        assert problem(answer) == (404, "no_such_session")
    assert (await student.client.get("/api/me/history")).json()["items"] == []


async def test_a_student_has_a_history(played: Played, sign_up: Any) -> None:  # noqa: ANN401  # a fixture
    history = (await played.ani.client.get("/api/me/history")).json()
    assert (history["total"], history["page"]) == (1, 1)
    [past] = history["items"]
    assert past["session"] == played.session
    assert past["title"] == "Ilmu / Science: 100 %"
    ani = played.final["players"][0]
    assert (past["score"], past["rank"]) == (ani["score"], 1)
    assert (past["players"], past["correct"], past["of"]) == (2, 6, 6)
    other = await sign_up("student")
    assert (await other.client.get("/api/me/history")).json()["items"] == []
    assert faults(await other.client.get("/api/me/history?page=0")) == {"page": "too_small"}


async def test_the_list_counts_who_took_part(played: Played) -> None:
    [item] = (await played.host.client.get("/api/sessions")).json()["items"]
    assert (item["players"], item["phase"]) == (2, "finished")


async def test_while_the_room_runs_the_host_reads_what_is_recorded(
    recording: None, rooms: Rooms, teacher: Person, student: Person
) -> None:
    del recording
    quiz = await write(teacher, questions=[CAPITAL, CAPITAL])
    session = (await open_room(teacher, quiz, lead_in_ms=0)).json()["id"]
    path = f"/api/sessions/{session}/results"
    empty = (await teacher.client.get(path)).json()
    assert (empty["players"], empty["session"]["complete"]) == ([], False)
    assert problem(await student.client.get(path)) == (404, "no_such_session")
    ani = await rooms.join(session, nickname="Ani", user=str(student.id), team=None, connection="1")
    await rooms.command(session, Next())
    opens_at = (await rooms.view(session)).state.opens_at or 0
    await rooms.submit(session, 0, ani.player, "a", 500, opens_at + 500)
    await close(rooms, session, 0)
    async with asyncio.timeout(SECONDS):
        while True:
            found = (await teacher.client.get(path)).json()
            if found["players"] and found["players"][0]["answers"][0]:
                break
            await asyncio.sleep(0.05)
    assert not found["session"]["complete"]
    assert found["players"][0]["rank"] is None
    assert found["questions"][1]["answered"] == 0
    assert found["questions"][1]["median_ms"] is None
    # Who plays still must not read the key of the question to come.
    for suffix in ("", ".csv", ".xlsx"):
        running = await student.client.get(path + suffix)
        assert problem(running) == (409, "session_running")


async def test_results_are_for_who_is_signed_in(client: httpx.AsyncClient, played: Played) -> None:
    for suffix in ("", ".csv", ".xlsx"):
        assert problem(await client.get(played.path + suffix)) == (401, "not_signed_in")
    assert problem(await client.get("/api/me/history")) == (401, "not_signed_in")
