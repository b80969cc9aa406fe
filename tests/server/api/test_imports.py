"""Imports that store all questions at once: into quizzes, the bank and sets."""

from base64 import b64encode
from collections.abc import Mapping

import httpx
import pytest

from game.rules.question_sets import SET_QUESTIONS_MAX
from game.rules.questions.fields import STEM_MAX
from game.rules.quizzes import QUESTIONS_MAX, TITLE_MAX
from persistence.repositories.questions import bank
from server.actions import imports
from tests.pictures import plain
from tests.server.api.bank_samples import add_set, capital, listed
from tests.server.api.conftest import Person, faults, problem
from tests.server.api.quiz_samples import Json, write

GIFT = b"Is rain wet?{=yes ~no}\n\nNow write.{}\n\nCold?{=yes#Very. ~no}\n"
STEMS = ["Is rain wet?", "Cold?"]


async def send(
    person: Person, content: bytes = GIFT, *, query: Mapping[str, str] | None = None, **fields: str
) -> httpx.Response:
    return await person.client.post(
        "/api/imports", params=query, files={"file": ("Rain.txt", content)}, data=fields
    )


async def stored(person: Person, content: bytes = GIFT, **fields: str) -> Json:
    answer = await send(person, content, query=None, **fields)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


async def stems(person: Person, quiz_id: str) -> list[str]:
    quiz = (await person.client.get(f"/api/quizzes/{quiz_id}")).json()
    return [question["stem"] for question in quiz["questions"]]


async def test_what_is_taken_goes_into_the_bank_and_the_rest_says_why(teacher: Person) -> None:
    found = await stored(teacher, into="bank")
    assert [(item["line"], item["fate"]) for item in found["items"]] == [
        (1, "taken"),
        (3, "refused"),
        (5, "taken_with_loss"),
    ]
    assert (found["taken"], found["refused"]) == (2, 1)
    assert found["stored"] == {"quizzes": [], "set_id": None}
    assert sorted(await listed(teacher)) == sorted(STEMS)


async def test_what_is_refused_may_be_longer_than_any_question(teacher: Person) -> None:
    long = b"::Long:: Why" + b" so" * 1000 + b"?{=yes ~no}\n\n" + GIFT
    found = await stored(teacher, long, into="bank")
    assert (found["taken"], found["refused"]) == (2, 2)
    assert len(found["items"][0]["question"]["stem"]) > STEM_MAX
    preview = await send(teacher, long, query={"preview": "true"})
    assert found["items"] == preview.json()["items"]


async def test_a_quiz_is_made_or_gets_more_questions(teacher: Person) -> None:
    [made] = (await stored(teacher, into="quiz"))["stored"]["quizzes"]
    assert (await teacher.client.get(f"/api/quizzes/{made}")).json()["title"] == "Rain"
    assert (await stored(teacher, into="quiz", id=made))["stored"]["quizzes"] == [made]
    assert await stems(teacher, made) == STEMS * 2
    [named] = (await stored(teacher, into="quiz", title="Wet"))["stored"]["quizzes"]
    assert (await teacher.client.get(f"/api/quizzes/{named}")).json()["title"] == "Wet"


async def test_the_name_of_a_file_becomes_a_title_that_can_be_stored(teacher: Person) -> None:
    for name, title in (
        ("../../etc/Rain\0\r\x1b.csv", "Rain"),
        ("\x1b\u200b.csv", "Import"),
        ("R" * 300, "R" * TITLE_MAX),
    ):
        form = (
            f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
            f"{GIFT.decode()}\r\n"
            '--x\r\nContent-Disposition: form-data; name="into"\r\n\r\nquiz\r\n--x--\r\n'
        )
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = await teacher.client.post("/api/imports", content=form.encode(), headers=headers)
        assert answer.status_code == 200, answer.text
        [made] = answer.json()["stored"]["quizzes"]
        assert (await teacher.client.get(f"/api/quizzes/{made}")).json()["title"] == title


async def test_too_many_questions_become_several_quizzes_but_never_overfill_one(
    teacher: Person,
) -> None:
    many = b"\n\n".join(b"Wet %d?{T}" % number for number in range(QUESTIONS_MAX + 1))
    made = (await stored(teacher, many, into="quiz"))["stored"]["quizzes"]
    titles = [(await teacher.client.get(f"/api/quizzes/{each}")).json()["title"] for each in made]
    assert titles == ["Rain (1)", "Rain (2)"]
    assert problem(await send(teacher, into="quiz", id=made[0])) == (409, "quiz_full")
    assert len(await stems(teacher, made[0])) == QUESTIONS_MAX


async def test_a_set_is_made_or_gets_more_questions(teacher: Person) -> None:
    set_id = await add_set(teacher, "Mine")
    assert (await stored(teacher, into="set", id=set_id))["stored"]["set_id"] == set_id
    assert await listed(teacher, set=set_id) == STEMS
    made = (await stored(teacher, into="set"))["stored"]["set_id"]
    assert await listed(teacher, set=made) == STEMS


async def test_too_many_for_a_set_are_refused_before_they_are_written(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank, "add", None)
    many = b"\n\n".join(b"Wet %d?{T}" % number for number in range(SET_QUESTIONS_MAX + 1))
    assert problem(await send(teacher, many, into="set")) == (409, "set_full")


async def test_pictures_of_a_file_are_stored_and_bad_ones_are_a_loss(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, broken = (b64encode(each).decode() for each in (plain(), plain()[:60]))
    asked = "".join(
        f'<question type="truefalse"><questiontext format="html"><text>{stem}&lt;img '
        f'src="@@PLUGINFILE@@/a.png"&gt;</text><file name="a.png" encoding="base64">{file}</file>'
        '</questiontext><answer fraction="100"><text>true</text></answer>'
        '<answer fraction="0"><text>false</text></answer></question>'
        for stem, file in (("Wet?", picture), ("Cold?", broken))
    )
    quiz = f"<?xml version='1.0' encoding='UTF-8'?><quiz>{asked}</quiz>".encode()
    found = await stored(teacher, quiz, into="quiz")
    assert [item["fate"] for item in found["items"]] == ["taken", "taken_with_loss"]
    assert found["items"][1]["problems"][0]["code"] == "loss.picture"
    [made] = found["stored"]["quizzes"]
    questions = (await teacher.client.get(f"/api/quizzes/{made}")).json()["questions"]
    assert (await teacher.client.get(questions[0]["media"])).status_code == 200
    assert questions[1]["media"] is None
    monkeypatch.setattr(imports, "PICTURES_MAX", 1)
    refused = await send(teacher, quiz, into="quiz")
    assert problem(refused) == (422, "import_too_many_pictures")


async def test_a_preview_stores_nothing_and_a_named_format_is_not_guessed(teacher: Person) -> None:
    answer = await send(teacher, query={"preview": "true"}, into="bank")
    assert answer.json()["taken"] == 2
    assert await listed(teacher) == []
    wrong = await send(teacher, query={"preview": "true", "format": "json"})
    assert problem(wrong) == (422, "import_bad_json")


async def test_others_quizzes_and_sets_get_nothing(teacher: Person, other_teacher: Person) -> None:
    quiz = await write(teacher)
    set_id = await add_set(teacher, "Mine")
    refused = await send(other_teacher, into="quiz", id=quiz["id"])
    assert problem(refused) == (404, "no_such_quiz")
    assert problem(await send(other_teacher, into="set", id=set_id)) == (404, "no_such_set")
    assert await listed(other_teacher) == []


async def test_bad_forms_are_refused(teacher: Person) -> None:
    assert faults(await send(teacher)) == {"into": "missing"}
    assert faults(await send(teacher, into="bin")) == {"into": "unknown_value"}
    assert faults(await send(teacher, into="quiz", title=" ")) == {"title": "bad_format"}
    assert faults(await send(teacher, into="quiz", colour="red")) == {"colour": "unknown_field"}
    assert faults(await send(teacher, into="quiz", title="a\0b")) == {"title": "bad_character"}
    empty = await teacher.client.post("/api/imports", files={"other": b""}, data={"into": "bank"})
    assert faults(empty) == {"file": "missing"}
    two = [("file", ("a.txt", GIFT)), ("file", ("b.txt", GIFT))]
    twice = await teacher.client.post("/api/imports", files=two, data={"into": "bank"})
    assert faults(twice) == {"file": "repeated"}
    for body in (
        b"",
        b"--x",
        b"--x\r\n\r\n" * 20,
        b"--x\r\nContent-Disposition: form-data\r\n\r\n",
    ):
        form = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = await teacher.client.post("/api/imports", content=body, headers=form)
        assert problem(answer) == (400, "malformed_form"), body


async def test_drafts_of_an_import_are_all_stored_or_none(teacher: Person) -> None:
    drafts = [capital("one"), capital("two", points=9999)]
    refused = await teacher.client.post("/api/questions/import", json={"questions": drafts})
    assert problem(refused) == (422, "invalid")
    many = [{"type": "poll"}] * 2001
    refused = await teacher.client.post("/api/questions/import", json={"questions": many})
    assert problem(refused) == (422, "invalid")
    assert await listed(teacher) == []
