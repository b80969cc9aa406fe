"""What was played, as the API tells it: JSON, CSV, XLSX and a student's history agree."""

import asyncio
import contextlib
import csv
import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import openpyxl
import pytest
from litestar import Litestar
from redis.asyncio import Redis

from game.errors import Refusal
from game.live.rooms import Rooms
from game.rules.rooms import CloseQuestion, End, Extend, Next
from persistence import recorder
from persistence.database import SessionFactory
from server.api.quizzes.controller import numbered
from server.connections import Connections
from server.exports.tables import harmless
from server.live.service import LiveService
from tests.game.live.playing import SetClock
from tests.server.api.conftest import Person, faults, problem
from tests.server.api.test_quizzes import ALL_KINDS, CAPITAL, Json, write
from tests.server.api.test_rooms import open_room

SECONDS = 20.0
EVIL = "=HYPERLINK(1)"


class Played(msgspec.Struct, frozen=True):
    """A game of all kinds: Ani (a student) answers everything right, a guest everything wrong."""

    session: str
    quiz: Json
    final: Json
    host: Person
    ani: Person

    @property
    def path(self) -> str:
        return f"/api/sessions/{self.session}/results"


@pytest.fixture
def rooms(app: Litestar) -> Rooms:
    live: LiveService = app.state.live
    return live.rooms


@pytest.fixture
async def recording(redis: Redis, session_factory: SessionFactory) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(recorder.run(redis, session_factory, stop, consumer="test"))
    yield
    stop.set()
    await task


@pytest.fixture
async def played(recording: None, rooms: Rooms, teacher: Person, student: Person) -> Played:
    del recording
    questions = [*ALL_KINDS[:6], ALL_KINDS[6] | {"stem": EVIL}]
    quiz = await write(teacher, title="Ilmu / Science: 100 %", questions=questions)
    session = (await open_room(teacher, quiz, lead_in_ms=0)).json()["id"]
    ani = await rooms.join(session, nickname="Ani", user=str(student.id), team=None, connection="1")
    guest = await rooms.join(session, nickname=EVIL, user=None, team=None, connection="2")
    kicked = await rooms.join(session, nickname="Rude", user=None, team=None, connection="3")
    for index, question in enumerate((await rooms.view(session)).questions):
        await rooms.command(session, Next())
        view = await rooms.view(session)
        opens_at = view.state.opens_at or 0
        right, wrong = RESPONSES[question.__struct_config__.tag]
        if callable(right):
            right, wrong = right(question), wrong(question)
        await rooms.submit(session, index, ani.player, right, 500, opens_at + 500)
        await rooms.submit(session, index, guest.player, wrong, 1000, opens_at + 1000)
        if index == 0:
            await rooms.submit(session, index, kicked.player, "a", 10, opens_at + 10)
        if index == 1:
            await rooms.kick(session, kicked.player)
        await close(rooms, session, index)
    await rooms.command(session, Next())
    return Played(session, quiz, await results(teacher, session), teacher, student)


RESPONSES: dict[Any, tuple[Any, Any]] = {
    "multiple_choice": ("a", "b"),
    "true_false": (True, False),
    "multiple_select": (("a", "b"), ("c",)),
    "short_answer": ("pramoedya", "Andrea Hirata"),
    "numeric": (3.14, -3.0),
    "ordering": (lambda question: question.key, lambda question: question.key[::-1]),
    "poll": (("a",), ("b",)),
}


async def close(rooms: Rooms, session: str, index: int) -> None:
    """The question closes by itself when all have answered: then this asks for nothing more."""
    for _ in range(200):
        state = (await rooms.view(session)).state
        if state.question == index and state.phase.value == "reveal":
            return
        if state.phase.value == "question":
            with contextlib.suppress(Refusal):  # it closed by itself meanwhile
                await rooms.command(session, CloseQuestion())
        await asyncio.sleep(0.02)
    pytest.fail(f"question {index} was not revealed")


async def results(person: Person, session: str) -> Json:
    """When they are complete."""
    async with asyncio.timeout(SECONDS):
        while True:
            found = await recorded(person, session)
            if found["session"]["complete"]:
                return found
            await asyncio.sleep(0.05)


async def recorded(person: Person, session: str) -> Json:
    """The results so far."""
    answer = await person.client.get(f"/api/sessions/{session}/results")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def rows(person: Person, path: str) -> list[list[str]]:
    response = await person.client.get(path)
    assert response.status_code == 200, response.text
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


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
    assert (ani["correct"], ani["answered"], ani["streak_best"]) == (6, 7, 6)
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


@pytest.fixture
async def ended_early(recording: None, rooms: Rooms, teacher: Person, student: Person) -> Played:
    """The host ends a game of three questions after two; nobody answered the second."""
    del recording
    stems = ("Asked?", "Unanswered?", "Secret?")
    quiz = await write(teacher, questions=[CAPITAL | {"stem": stem} for stem in stems])
    session = (await open_room(teacher, quiz, lead_in_ms=0)).json()["id"]
    ani = await rooms.join(session, nickname="Ani", user=str(student.id), team=None, connection="1")
    await rooms.command(session, Next())
    opens_at = (await rooms.view(session)).state.opens_at or 0
    await rooms.submit(session, 0, ani.player, "a", 500, opens_at + 500)
    await close(rooms, session, 0)
    await rooms.command(session, Next())
    await close(rooms, session, 1)
    await rooms.command(session, End())
    return Played(session, quiz, await results(teacher, session), teacher, student)


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


async def test_csv_agrees_with_json(played: Played) -> None:
    header, *lines = await rows(played.host, f"{played.path}.csv")
    assert header[:4] == ["Rank", "Nickname", "Team", "Score"]
    assert len(header) == 9 + 2 * 7
    for line, player in zip(lines, played.final["players"], strict=True):
        assert line[1] == harmless(player["nickname"])
        assert line[3:6] == [str(player[name]) for name in ("score", "correct", "answered")]
        points = [str(answer["points"]) if answer else "" for answer in player["answers"]]
        assert line[10::2] == points
    answers = await rows(played.host, f"{played.path}.csv?table=answers")
    assert len(answers) == 1 + 7 + 7 + 1
    assert [line[4] for line in answers if line[2] == "5"] == ["3.14", "-3"]
    questions = await rows(played.host, f"{played.path}.csv?table=questions")
    assert [line[1] for line in questions[1:]] == [kind["type"] for kind in ALL_KINDS]
    assert questions[1][3] == "Jakarta"
    assert questions[5][3] == "3.14 ± 2"
    assert questions[6][3] == "Bali; Java; Borneo"
    places = await rows(played.host, f"{played.path}.csv?table=places")
    assert [line[:9] for line in lines] == places[1:]
    wrong = await played.host.client.get(f"{played.path}.csv?table=secrets")
    assert faults(wrong) == {"table": "unknown_value"}


async def test_the_workbook_agrees_with_json(played: Played) -> None:
    response = await played.host.client.get(f"{played.path}.xlsx")
    assert response.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["Places", "Questions", "Answers"]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet["A1"].font.bold
        assert sheet.column_dimensions["B"].width > 14
        assert all(cell.data_type != "f" for row in sheet for cell in row)
    places = list(book["Places"].iter_rows(min_row=2, values_only=True))
    for row, player in zip(places, played.final["players"], strict=True):
        assert (row[0], row[1], row[3]) == (
            player["rank"],
            harmless(player["nickname"]),
            player["score"],
        )
        assert isinstance(row[3], int)
        assert row[7] == player["total_time_ms"] / 1000
    questions = list(book["Questions"].iter_rows(min_row=2, values_only=True))
    assert [row[4] for row in questions] == [
        question["answered"] for question in played.final["questions"]
    ]
    answers = list(book["Answers"].iter_rows(min_row=2, values_only=True))
    given = [
        answer
        for player in played.final["players"]
        for answer in player["answers"]
        if answer is not None
    ]
    assert [(row[2] - 1, row[6]) for row in answers] == [  # type: ignore[operator]  # numbers
        (answer["question"], answer["points"]) for answer in given
    ]
    assert -3.0 in {row[4] for row in answers}  # a number stays one, also below zero


async def test_no_cell_is_taken_for_a_formula(played: Played) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO((await played.host.client.get(f"{played.path}.xlsx")).content)
    )
    texts = [cell.value for sheet in book for row in sheet for cell in row]
    tables = [await rows(played.host, f"{played.path}.csv?table={name}") for name in TABLES]
    for text in (*texts, *(cell for table in tables for line in table for cell in line)):
        if isinstance(text, str) and text.startswith(("=", "+", "@", "\t", "\r")):
            pytest.fail(f"{text!r} would be a formula")
    assert f"'{EVIL}" in texts
    assert EVIL not in texts


TABLES = ("players", "places", "questions", "answers")


async def test_files_are_named_after_the_quiz(played: Played) -> None:
    response = await played.host.client.get(f"{played.path}.xlsx")
    assert response.headers["content-disposition"] == (
        "attachment; filename=\"results.xlsx\"; filename*=UTF-8''Ilmu%20%20%20Science%20%20100.xlsx"
    )
    response = await played.host.client.get(f"{played.path}.csv?table=answers")
    assert response.headers["content-disposition"].endswith("Science%20%20100.answers.csv")


@pytest.mark.parametrize(
    ("file", "maker"),
    [("results.csv", "asyncio.to_thread"), ("results.xlsx", "anyio.to_process.run_sync")],
)
async def test_a_file_in_the_making_holds_no_connection(
    played: Played, app: Litestar, monkeypatch: pytest.MonkeyPatch, file: str, maker: str
) -> None:
    """A few of them would otherwise leave everybody else without."""
    connections: Connections = app.state.connections
    held = []

    async def make(*_: object, **__: object) -> bytes:
        held.append(connections.engine.pool.status())
        return b""

    monkeypatch.setattr(maker, make)
    path = played.path.replace("results", file)
    assert (await played.host.client.get(path)).status_code == 200
    assert [status.endswith("Checked out connections: 0") for status in held] == [True]


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


def test_a_copy_is_numbered() -> None:
    assert numbered("Rivers") == "Rivers (2)"
    assert numbered("Rivers (2)") == "Rivers (3)"
    assert numbered("(2)") == "(2) (2)"
    assert numbered("Rivers (1999)") == "Rivers (1999) (2)"
