"""Pictures in Moodle XML: embedded files, addresses on the web, and what cannot be had."""

import base64

import pytest

from server.formats.items import Fate
from tests.pictures import plain
from tests.server.formats.test_moodle_xml import YES_NO, answers, codes, draft, one, question

PICTURE = plain()
ENCODED = base64.b64encode(PICTURE).decode()
FILE = f'<file name="a b.png" path="/" encoding="base64">{ENCODED}</file>'


def with_picture(source: str, file: str = FILE) -> str:
    text = f'<text>&lt;p&gt;Wet?&lt;img src="{source}"&gt;&lt;/p&gt;</text>'
    field = f'<questiontext format="html">{text}{file}</questiontext>'
    return f'<question type="multichoice">{field}{YES_NO}</question>'


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("@@PLUGINFILE@@/a%20b.png", FILE),
        ("@@PLUGINFILE@@/in/it.png", FILE.replace("a b.png", "it.png").replace('"/"', '"/in/"')),
        (f"data:image/png;base64,{ENCODED}", ""),
    ],
    ids=["a file", "a file in a folder", "a data address"],
)
def test_embedded_pictures_come_with_their_question(source: str, file: str) -> None:
    item = one(with_picture(source, file))
    (picture,) = item.pictures
    assert item.fate is Fate.TAKEN
    assert item.draft is not None
    assert item.draft.media == picture.address
    assert picture.content == PICTURE


def test_a_picture_on_the_web_stays_there() -> None:
    item = one(with_picture("https://kuis.example/1.png?a=1&amp;amp;b=2"))
    assert item.draft is not None
    assert item.draft.media == "https://kuis.example/1.png?a=1&b=2"
    assert item.pictures == ()


def test_pictures_of_choices_may_stand_alone() -> None:
    picture = f'<text>&lt;img src="@@PLUGINFILE@@/a%20b.png"&gt;</text>{FILE}'
    inside = f'<answer fraction="100" format="html">{picture}</answer>{answers(("no", "0"))}'
    item = one(question("multichoice", inside))
    assert item.fate is Fate.TAKEN
    assert item.draft is not None
    assert [choice.media for choice in item.draft.choices] == [item.pictures[0].address, None]


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("@@PLUGINFILE@@/a%20b.png", ""),
        ("@@PLUGINFILE@@/a%20b.png", FILE.replace(ENCODED, "no base64!")),
        ("@@PLUGINFILE@@/a%20b.png", FILE.replace(ENCODED, "PHN2Zz48L3N2Zz4=")),
        ("data:image/svg+xml,%3Csvg/%3E", ""),
        ("../a.png", FILE),
        ("javascript:alert(1)", ""),
    ],
    ids=["missing", "not base64", "SVG", "SVG as data", "another address", "a script"],
)
def test_pictures_that_cannot_be_had_are_named(source: str, file: str) -> None:
    found = with_picture(source, file)
    assert codes(found) == ["picture"]
    assert one(found).pictures == ()
    assert draft(found).media is None
