"""`kuis import` and `kuis export`, on a database that a server uses too."""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import Result

from game.rules.questions import ChoiceDraft
from server.settings import Settings
from tests.pictures import plain
from tests.server.api.conftest import Person, sign_up  # noqa: F401
from tests.server.commands.test_commands import Run, run  # noqa: F401

Kuis = Callable[..., Awaitable[Result]]

GIFT = """// rain
Is rain wet?{=yes ~no}

Now write.{}

How many drops?{#3:1}

Is it cold?{=yes#Very. ~no}
"""


@pytest.fixture
def kuis(run: Run, settings: Settings) -> Kuis:  # noqa: F811  # the fixture
    """Runs a command on the engines of the test's server."""

    async def kuis(*words: str | Path) -> Result:
        environ = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
        environ["SECRET_KEY"] = "s" * 32
        return await asyncio.to_thread(run, *map(str, words), **environ)

    return kuis


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Rain.txt"
    path.write_text(GIFT)
    return path


@pytest.fixture
async def teacher(sign_up: Callable[[str], Awaitable[Person]]) -> Person:  # noqa: F811
    return await sign_up("teacher")


async def quizzes_of(person: Person) -> dict[str, str]:
    """Their ids by title."""
    listed = (await person.client.get("/api/quizzes?sort=title")).json()
    return {quiz["title"]: quiz["id"] for quiz in listed["items"]}


async def test_a_file_becomes_a_quiz_and_says_what_is_not_taken(
    kuis: Kuis, file: Path, teacher: Person
) -> None:
    result = await kuis("import", file, "--teacher", teacher.email)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.output.splitlines()]
    assert lines[1][:3] == ["line", "4", "refused"]
    assert lines[2][:3] == ["line", "8", "taken_with_loss"]
    assert "(essay)" in result.output
    assert "(loss.feedback_per_choice)" in result.output
    assert "3 taken, 1 of them with a loss; 1 refused." in result.output
    quiz_id = (await quizzes_of(teacher))["Rain"]
    quiz = (await teacher.client.get(f"/api/quizzes/{quiz_id}")).json()
    assert [question["stem"] for question in quiz["questions"]] == [
        "Is rain wet?",
        "How many drops?",
        "Is it cold?",
    ]
    assert quiz["playable"]


async def test_a_dry_run_stores_nothing(kuis: Kuis, file: Path, teacher: Person) -> None:
    result = await kuis("import", file, "--teacher", teacher.email, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "3 taken" in result.output
    assert await quizzes_of(teacher) == {}


async def test_a_long_file_becomes_several_quizzes(
    kuis: Kuis, file: Path, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.actions.question_files.QUESTIONS_MAX", 2)
    result = await kuis("import", file, "--teacher", teacher.email, "--title", "Wet")
    assert result.output.endswith("Wet (1): 2 questions\nWet (2): 1 questions\n")
    assert list(await quizzes_of(teacher)) == ["Wet (1)", "Wet (2)"]


async def test_a_file_goes_into_the_bank(
    kuis: Kuis, file: Path, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.actions.question_files.QUESTIONS_MAX", 2)
    await asyncio.to_thread(file.write_text, f"{GIFT}\nis RAIN wet{{=yes ~no}}\n")
    monkeypatch.setattr("server.commands.question_files.SHOWN_EVERY", 4)
    result = await kuis("import", file, "--teacher", teacher.email, "--bank")
    assert result.stdout.endswith("4 questions are in the bank.\n"), result.output
    assert result.stderr.endswith("4 in the bank\n"), result.output
    assert "2 in the bank" not in result.output
    assert await quizzes_of(teacher) == {}
    listed = (await teacher.client.get("/api/questions")).json()["items"]
    assert [question["stem"] for question in reversed(listed)] == [
        "Is rain wet?",
        "How many drops?",
        "Is it cold?",
        "is RAIN wet",
    ]
    [group] = (await teacher.client.get("/api/questions/duplicates")).json()["items"]
    assert group["total"] == 2
    said = await kuis("import", file, "--teacher", teacher.email, "--bank", "--title", "Rain")
    assert said.exit_code == 2


async def test_a_long_file_is_read_once_and_says_how_far_it_is(
    kuis: Kuis, file: Path, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.commands.question_files.SHOWN_EVERY", 2)
    opened: list[object] = []

    def read_lines(source: object) -> Iterator[str]:
        opened.append(source)
        return iter(GIFT.splitlines(keepends=True))

    monkeypatch.setattr("server.formats.gift.read_lines", read_lines)
    result = await kuis("import", file, "--teacher", teacher.email, "--format", "gift")
    assert opened == [file]
    assert result.stderr == "2 read\n4 read\n"


async def test_a_file_that_breaks_off_leaves_nothing(
    kuis: Kuis, file: Path, teacher: Person
) -> None:
    await asyncio.to_thread(file.write_bytes, GIFT.encode() + b"\nBad\xff{T}\n")
    result = await kuis("import", file, "--teacher", teacher.email, "--format", "gift")
    assert result.exit_code == 1
    assert "is not text in UTF-8" in result.output
    assert await quizzes_of(teacher) == {}


async def test_only_teachers_get_quizzes(
    kuis: Kuis,
    file: Path,
    sign_up: Callable[[str], Awaitable[Person]],  # noqa: F811  # the fixture
) -> None:
    student = await sign_up("student")
    said = await kuis("import", file, "--teacher", student.email)
    assert said.exit_code == 1
    assert "is not the account of an active teacher" in said.output
    said = await kuis("import", file, "--teacher", "nobody@kuis.example")
    assert "No account has the e-mail address" in said.output


async def test_a_quiz_goes_out_and_says_before_what_is_lost(
    kuis: Kuis, file: Path, teacher: Person, tmp_path: Path
) -> None:
    await kuis("import", file, "--teacher", teacher.email)
    quiz_id = (await quizzes_of(teacher))["Rain"]
    out = tmp_path / "out.txt"
    said = await kuis("export", quiz_id, "--format", "aiken", "--output", out)
    assert said.exit_code == 0, said.output
    assert "Question 2 is left out.\n2 of 3 questions are in" in said.output
    assert (await asyncio.to_thread(out.read_text)).startswith(
        "Is rain wet?\nA. yes\nB. no\nANSWER: A\n"
    )
    shown = await kuis("export", quiz_id, "--format", "json")
    exported = msgspec.json.decode(shown.stdout)
    assert [question["stem"] for question in exported["questions"]][1] == "How many drops?"


async def test_pictures_in_a_file_come_along(kuis: Kuis, tmp_path: Path, teacher: Person) -> None:
    path = tmp_path / "Rain.xml"
    broken = f"data:image/png;base64,{b64encode(plain()[:60]).decode()}"
    choices = (
        ChoiceDraft(text="yes", media=f"data:image/png;base64,{b64encode(plain()).decode()}"),
        ChoiceDraft(text="no", media=broken, is_correct=True),
    )
    path.write_bytes(moodle_xml(choices))
    result = await kuis("import", path, "--teacher", teacher.email)
    assert result.exit_code == 0, result.output
    assert "item 1: a picture is left out" in result.output
    quiz = (await teacher.client.get(f"/api/quizzes/{(await quizzes_of(teacher))['Rain']}")).json()
    first, second = (choice["media"] for choice in quiz["questions"][0]["choices"])
    assert (await teacher.client.get(first)).status_code == 200
    assert second is None


def moodle_xml(choices: tuple[ChoiceDraft, ...]) -> bytes:
    """A question with these choices, whose pictures are in the file itself."""
    answers = "".join(
        f'<answer fraction="{100 if choice.is_correct else 0}" format="html"><text>'
        f'{choice.text}&lt;img src="{choice.media}"&gt;</text></answer>'
        for choice in choices
    )
    stem = "<questiontext><text>Wet?</text></questiontext>"
    return f'<quiz><question type="multichoice">{stem}{answers}</question></quiz>'.encode()
