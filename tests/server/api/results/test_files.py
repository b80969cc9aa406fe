"""CSV and XLSX files agree with the JSON."""

import io

import openpyxl
import pytest
from litestar import Litestar

from server.connections import Connections
from server.exports.cells import harmless
from tests.server.api.conftest import faults
from tests.server.api.quiz_samples import ALL_KINDS
from tests.server.api.results.conftest import EVIL, TABLES, Played, rows


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
