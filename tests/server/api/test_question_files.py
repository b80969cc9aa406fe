"""Questions as files: a preview that stores nothing, and downloads."""

import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from uuid import uuid4

import httpx
import pytest

from server.api.imports import FORM_MAX_BYTES, STORED_AT_ONCE, UPLOAD_MAX_BYTES
from server.formats.previewer import PREVIEWED_MAX
from tests.pictures import plain
from tests.server.api.conftest import Person, problem

GIFT = b"// rain\nIs rain wet?{=yes ~no}\n\nNow write.{}\n\nCold?{=yes#Very. ~no}\n\nWet?{~a ~b}\n"
CSV = {"Content-Type": "text/csv"}


@pytest.fixture
async def teacher(sign_up: Callable[[str], Awaitable[Person]]) -> Person:
    return await sign_up("teacher")


async def preview(person: Person, content: bytes) -> httpx.Response:
    query = {"preview": True}
    return await person.client.post("/api/imports", params=query, content=content, headers=CSV)


QUIZ = """<?xml version="1.0" encoding="UTF-8"?><quiz>
<question type="multichoice"><questiontext format="html"><text>
&lt;p&gt;Wet?&lt;/p&gt;&lt;img src="@@PLUGINFILE@@/a.png"&gt;</text>
<file name="a.png" encoding="base64">{}</file></questiontext>
<answer fraction="100" format="html"><text>yes&lt;img src="@@PLUGINFILE@@/b.png"&gt;</text>
<file name="b.png" encoding="base64">{}</file></answer>
<answer fraction="0"><text>no</text></answer></question></quiz>"""


LATIN = """<?xml version='1.0' encoding='iso-8859-1'?><quiz><question type="truefalse">
<questiontext><text>Naß?</text></questiontext><answer fraction="100"><text>true</text></answer>
<answer fraction="0"><text>false</text></answer></question></quiz>"""


async def test_pictures_in_a_file_are_stored_when_they_are_asked_for(teacher: Person) -> None:
    broken = plain()[:60]
    quiz = QUIZ.format(b64encode(plain()).decode(), b64encode(broken).decode()).encode()
    (item,) = (await preview(teacher, quiz)).json()["items"]
    assert item["fate"] == "taken"
    good, bad = item["question"]["media"], item["question"]["choices"][0]["media"]
    assert set(item["pictures"]) == {good, bad}
    assert (await teacher.client.get(good)).status_code == 404
    missing = f"/pictures/{uuid4()}"
    answer = await stored(teacher, quiz, good, bad, missing)
    first, second, third = answer.json()["pictures"]
    assert (first["address"], first["problem"]) == (good, None)
    assert (await teacher.client.get(first["uploaded"])).status_code == 200
    assert (second["address"], second["problem"]["code"]) == (bad, "broken_picture")
    assert (third["address"], third["problem"]["code"]) == (missing, "no_such_picture")
    again = (await stored(teacher, quiz, good)).json()["pictures"]
    assert [picture["uploaded"] for picture in again] == [first["uploaded"]]


async def test_pictures_that_were_not_stored_are_refused_with_their_questions(
    teacher: Person,
) -> None:
    quiz = QUIZ.format(*[b64encode(plain()).decode()] * 2).encode()
    (item,) = (await preview(teacher, quiz)).json()["items"]
    draft = item["question"]
    for address, body in (
        ("/api/quizzes", {"title": "Rain", "questions": [draft]}),
        ("/api/questions/import", {"questions": [draft]}),
        ("/api/questions", draft),
    ):
        answer = await teacher.client.post(address, json=body)
        assert problem(answer) == (422, "picture_not_stored"), address
        assert [each["path"] for each in answer.json()["errors"]] == [
            "media",
            "choices[0].media",
        ]
    assert (await teacher.client.get("/api/quizzes")).json()["total"] == 0


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Naß?{T}".encode(), None),
        ("Naß?{T}".encode("utf-16"), "UTF-16"),
        ("type,question\npoll,Naß?\n".encode("utf-16"), "UTF-16"),
        (LATIN.encode("latin-1"), "ISO-8859-1"),
        (LATIN.replace("iso-8859-1", "windows-1252").encode("cp1252"), "WINDOWS-1252"),
        (LATIN.replace("iso-8859-1", "utf-8").encode(), None),
    ],
)
async def test_an_encoding_that_is_not_utf_8_is_named(
    teacher: Person, content: bytes, encoding: str | None
) -> None:
    found = (await preview(teacher, content)).json()
    assert [item["question"]["stem"] for item in found["items"]] == ["Naß?"]
    assert found["encoding"] == encoding


async def stored(person: Person, content: bytes, *addresses: str) -> httpx.Response:
    query = {"address": addresses}
    return await person.client.post(
        "/api/imports/pictures", params=query, content=content, headers=CSV
    )


async def test_pictures_are_asked_for_by_address_and_a_few_at_once(teacher: Person) -> None:
    one = f"/pictures/{uuid4()}"
    for addresses in ([], ["/pictures/../secret"], [one] * (STORED_AT_ONCE + 1)):
        assert problem(await stored(teacher, GIFT, *addresses)) == (422, "invalid")
    assert problem(await stored(teacher, b"", one)) == (422, "import_unknown_format")
    assert problem(await stored(teacher, bytes(UPLOAD_MAX_BYTES + 1), one)) == (413, "too_large")


@pytest.mark.parametrize("name", ["moodle", "qti"])
async def test_downloads_hold_pictures(teacher: Person, name: str) -> None:
    uploaded = await teacher.client.post(
        "/api/pictures", content=plain(), headers={"Content-Type": "image/png"}
    )
    media = uploaded.json()["address"]
    choices = [{"text": "yes", "is_correct": True, "media": media}, {"text": "no"}]
    question = {"type": "multiple_choice", "stem": "Wet?", "media": media, "choices": choices}
    quiz = await teacher.client.post("/api/quizzes", json={"title": "Q", "questions": [question]})
    address = f"/api/quizzes/{quiz.json()['id']}/export"
    lost = await teacher.client.get(f"{address}/losses?format={name}")
    assert lost.json() == {"questions": []}
    file = (await teacher.client.get(f"{address}?format={name}")).content
    (item,) = (await preview(teacher, file)).json()["items"]
    again = (await stored(teacher, file, *item["pictures"])).json()["pictures"]
    assert [picture["problem"] for picture in again] == [None]


async def made(teacher: Person) -> str:
    """The id of a quiz of a choice, a number with a time limit, and a poll."""
    choices = [{"text": "yes", "is_correct": True}, {"text": "no"}]
    questions = [
        {"type": "multiple_choice", "stem": "Wet?", "choices": choices},
        {"type": "numeric", "stem": "Drops?", "answer_key": {"value": 3}, "time_limit": 10},
        {"type": "poll", "stem": "Like it?", "choices": [{"text": "yes"}, {"text": "no"}]},
    ]
    body = {"title": "Rain", "questions": questions}
    return str((await teacher.client.post("/api/quizzes", json=body)).json()["id"])


async def test_a_preview_has_every_item_with_its_fate_and_stores_nothing(teacher: Person) -> None:
    answer = await preview(teacher, GIFT)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert [(item["place"], item["line"], item["fate"]) for item in items] == [
        ("line", 2, "taken"),
        ("line", 4, "refused"),
        ("line", 6, "taken_with_loss"),
        ("line", 8, "refused"),
    ]
    assert (answer.json()["taken"], answer.json()["refused"]) == (2, 2)
    assert [item["reason"] for item in items] == [
        *(item["problems"][0]["message"] if item["problems"] else None for item in items)
    ]
    assert [item["problems"][0]["code"] for item in items[1:]] == [
        "essay",
        "loss.feedback_per_choice",
        "some_right",
    ]
    assert [item["question"] is None for item in items] == [False, True, False, False]
    assert (await teacher.client.get("/api/quizzes")).json()["total"] == 0


async def test_the_drafts_of_a_preview_can_be_saved_as_they_are(teacher: Person) -> None:
    items = (await preview(teacher, GIFT)).json()["items"]
    body = {"title": "Rain", "questions": [item["question"] for item in items if item["question"]]}
    saved = await teacher.client.post("/api/quizzes", json=body)
    assert saved.status_code == 201, saved.text
    assert [question["stem"] for question in saved.json()["questions"]] == [
        "Is rain wet?",
        "Cold?",
        "Wet?",
    ]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "import_unknown_format"),
        (b"Na\xdf?{T}", 422, "import_not_text"),
        (b"PK\x03\x04\xff", 422, "import_bad_archive"),
        (b"{", 422, "import_bad_json"),
        (b"[" * 1_000_000, 422, "import_unknown_format"),
        (b"Wet?{T}\n\n" * (PREVIEWED_MAX + 1), 422, "import_too_many_items"),
        (bytes(FORM_MAX_BYTES + 1), 413, "too_large"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused(
    teacher: Person, content: bytes, status: int, code: str
) -> None:
    assert problem(await preview(teacher, content)) == (status, code)


async def test_a_download_has_what_its_format_can_carry(teacher: Person) -> None:
    address = f"/api/quizzes/{await made(teacher)}/export"
    aiken = await teacher.client.get(address, params={"format": "aiken"})
    assert aiken.text == "Wet?\nA. yes\nB. no\nANSWER: A\n\n"
    assert "filename*=UTF-8''Rain.txt" in aiken.headers["Content-Disposition"]
    assert aiken.headers["Content-Type"] == "text/plain; charset=utf-8"
    ours = await teacher.client.get(address, params={"format": "json"})
    assert [question["type"] for question in json.loads(ours.content)["questions"]] == [
        "multiple_choice",
        "numeric",
        "poll",
    ]
    book = await teacher.client.get(address, params={"format": "xlsx"})
    items = (await preview(teacher, book.content)).json()["items"]
    assert [item["question"]["type"] for item in items] == ["multiple_choice", "numeric", "poll"]
    unknown = await teacher.client.get(address, params={"format": "kahoot"})
    assert problem(unknown) == (422, "invalid")


async def test_losses_are_listed_before_a_download(teacher: Person) -> None:
    address = f"/api/quizzes/{await made(teacher)}/export/losses"
    gift = (await teacher.client.get(address, params={"format": "gift"})).json()
    assert gift == {
        "questions": [{"index": 1, "lost": ["time_limit"]}, {"index": 2, "lost": ["question"]}]
    }
    assert (await teacher.client.get(address, params={"format": "csv"})).json() == {"questions": []}
