"""Moodle XML: each rule of how Moodle writes its questions."""

from typing import Any

import pytest

from game.errors import Invalid
from game.rules.questions import Kind, QuestionDraft
from server.formats.items import ITEM_MAX_CHARACTERS, Fate, ImportedItem
from server.formats.moodle_xml import read

YES_NO = (
    '<answer fraction="100"><text>yes</text></answer><answer fraction="0"><text>no</text></answer>'
)


def question(type_: str, inside: str, stem: str = "Is rain wet?") -> str:
    text = f'<questiontext format="html"><text><![CDATA[<p>{stem}</p>]]></text></questiontext>'
    return f'<question type="{type_}"><name><text>{stem}</text></name>{text}{inside}</question>'


def items(*questions: str) -> list[ImportedItem]:
    return list(read(f"<?xml version='1.0'?>\n<quiz>{''.join(questions)}</quiz>".encode()))


def one(question: str) -> ImportedItem:
    (item,) = items(question)
    return item


def draft(question: str) -> QuestionDraft:
    item = one(question)
    assert item.draft is not None, item
    assert item.fate is not Fate.REFUSED, item
    return item.draft


def codes(question: str) -> list[str]:
    return [problem.code.removeprefix("loss.") for problem in one(question).problems]


def answers(*weights: tuple[str, str]) -> str:
    return "".join(
        f'<answer fraction="{weight}"><text>{text}</text></answer>' for text, weight in weights
    )


def said(name: str, text: str) -> str:
    return f"<{name}><text>{text}</text></{name}>"


SEVERAL = "<single>false</single>"
PAIRS = "".join(
    f"<subquestion><text>{at}</text><answer><text>{text}</text></answer></subquestion>"
    for at, text in enumerate("abc", 1)
)
KINDS: list[tuple[str, str, str, Kind]] = [
    ("one right choice", "multichoice", YES_NO, Kind.MULTIPLE_CHOICE),
    (
        "single is said as a number",
        "multichoice",
        f"<single>1</single>{YES_NO}",
        Kind.MULTIPLE_CHOICE,
    ),
    (
        "several choices",
        "multichoice",
        SEVERAL + answers(("a", "50"), ("b", "50"), ("c", "-50")),
        Kind.MULTIPLE_SELECT,
    ),
    (
        "one of several choices is right",
        "multichoice",
        SEVERAL + answers(("a", "100"), ("b", "-100")),
        Kind.MULTIPLE_SELECT,
    ),
    ("true", "truefalse", answers(("true", "100"), ("false", "0")), Kind.TRUE_FALSE),
    (
        "short answers",
        "shortanswer",
        answers(("Kartini", "100"), ("R.A. Kartini", "100")),
        Kind.SHORT_ANSWER,
    ),
    ("a number", "numerical", answers(("3", "100")), Kind.NUMERIC),
    ("an ordering", "ordering", answers(("a", "1"), ("b", "2"), ("c", "3")), Kind.ORDERING),
    ("pairs with numbers", "matching", PAIRS, Kind.ORDERING),
]


@pytest.mark.parametrize(
    ("type_", "inside", "kind"), [case[1:] for case in KINDS], ids=[case[0] for case in KINDS]
)
def test_the_type_says_the_kind(type_: str, inside: str, kind: Kind) -> None:
    found = question(type_, inside)
    assert draft(found).type is kind
    assert one(found).problems == ()


STEMS = [
    (
        "HTML",
        'format="html"',
        "&lt;p&gt;Wet &amp;amp;\ncold?&lt;/p&gt;&lt;p&gt;Or?&lt;/p&gt;",
        "Wet & cold?\nOr?",
    ),
    ("CDATA", 'format="html"', "<![CDATA[<p>Wet?</p>]]>", "Wet?"),
    ("CDATA in parts", 'format="html"', "<![CDATA[<p>]]>Wet<![CDATA[?</p>]]>", "Wet?"),
    ("plain text", 'format="plain_text"', "a &lt;b&gt; c\n  d", "a <b> c\n  d"),
    (
        "Moodle's own format with HTML",
        'format="moodle_auto_format"',
        "&lt;b&gt;Wet?&lt;/b&gt;",
        "Wet?",
    ),
    ("Moodle's own format without HTML", 'format="moodle_auto_format"', "a &lt; b", "a < b"),
    ("Markdown", 'format="markdown"', "Wet?", "Wet?"),
    ("no format", "", "Wet?", "Wet?"),
    ("numbers of characters", "", "&#87;et&#x3F;", "Wet?"),
    ("elements that are not hidden", 'format="html"', "<p>Wet?</p>", "Wet?"),
]


@pytest.mark.parametrize(
    ("format_", "text", "stem"), [case[1:] for case in STEMS], ids=[case[0] for case in STEMS]
)
def test_the_stem(format_: str, text: str, stem: str) -> None:
    field = f"<questiontext {format_}><text>{text}</text></questiontext>"
    assert draft(f'<question type="multichoice">{field}{YES_NO}</question>').stem == stem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "us-ascii"])
def test_encodings(encoding: str) -> None:
    text = "Ist Regen na&#223;?" if encoding == "us-ascii" else "Ist Regen naß?"
    wet = question("multichoice", YES_NO, text)
    quiz = f"<?xml version='1.0' encoding='{encoding}'?><quiz>{wet}</quiz>"
    (item,) = read(quiz.encode(encoding))
    assert item.draft is not None
    assert item.draft.stem == "Ist Regen naß?"


@pytest.mark.parametrize(
    "start", [b"", b"\xef\xbb\xbf", b"\n \n"], ids=["nothing", "a mark", "blank lines"]
)
def test_what_comes_before_the_declaration(start: bytes) -> None:
    quiz = f"<?xml version='1.0' encoding='UTF-8'?><quiz>{question('multichoice', YES_NO)}</quiz>"
    assert [item.fate for item in read(start + quiz.encode())] == [Fate.TAKEN]


FIELDS: list[tuple[str, str, dict[str, Any]]] = [
    ("general feedback", said("generalfeedback", "Water is."), {"explanation": "Water is."}),
    ("no feedback", said("generalfeedback", ""), {"explanation": None}),
    (
        "tags",
        "<tags><tag><text>rain</text></tag><tag><text>sky</text></tag></tags>",
        {"tags": ["rain", "sky"]},
    ),
    ("half a mark", "<defaultgrade>0.5000000</defaultgrade>", {"points": 500}),
    ("a whole mark", "<defaultgrade>1</defaultgrade>", {"points": 1000}),
    ("settings", "<penalty>0.3333333</penalty><hidden>0</hidden><idnumber>7</idnumber>", {}),
    (
        "what Moodle itself says",
        said("correctfeedback", "&lt;p&gt;Your answer is correct.&lt;/p&gt;"),
        {},
    ),
    ("a type of its own", "<plugin><deep>x</deep></plugin>", {}),
]


@pytest.mark.parametrize(
    ("inside", "fields"), [case[1:] for case in FIELDS], ids=[case[0] for case in FIELDS]
)
def test_fields(inside: str, fields: dict[str, Any]) -> None:
    found = one(question("multichoice", YES_NO + inside))
    assert found.fate is Fate.TAKEN
    for name, value in fields.items():
        assert getattr(found.draft, name) == value


def test_choices_keep_their_order_and_their_weight_says_which_is_right() -> None:
    found = draft(question("multichoice", answers(("a", "0"), ("b", "100.0000000"), ("c", "0"))))
    choices = [(choice.text, choice.is_correct) for choice in found.choices]
    assert choices == [("a", False), ("b", True), ("c", False)]


@pytest.mark.parametrize("word", ["true", "false"])
def test_a_statement_holds_or_not(word: str) -> None:
    weights = [
        ("true", "100" if word == "true" else "0"),
        ("false", "0" if word == "true" else "100"),
    ]
    found = draft(question("truefalse", answers(*weights)))
    assert [choice.text for choice in found.choices if choice.is_correct] == [word.title()]


def test_an_ordering_goes_by_the_places_of_its_answers() -> None:
    found = draft(question("ordering", answers(("c", "3.0000000"), ("a", "1"), ("b", "2"))))
    assert [choice.text for choice in found.choices] == ["a", "b", "c"]


KEYS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("a number", "numerical", answers(("-3.25", "100")), {"value": -3.25, "tolerance": 0}),
    (
        "a tolerance",
        "numerical",
        '<answer fraction="100"><text>3</text><tolerance>0.5</tolerance></answer>',
        {"value": 3, "tolerance": 0.5},
    ),
    ("an exponent", "numerical", answers(("1e3", "100")), {"value": 1000, "tolerance": 0}),
    ("texts", "shortanswer", answers(("a", "100"), ("b", "100")), {"accepted": ["a", "b"]}),
    (
        "texts are never HTML",
        "shortanswer",
        answers(("a &lt;b&gt;", "100")),
        {"accepted": ["a <b>"]},
    ),
    ("an asterisk that is one", "shortanswer", answers((r"2\*2", "100")), {"accepted": ["2*2"]}),
]


@pytest.mark.parametrize(
    ("type_", "inside", "key"), [case[1:] for case in KEYS], ids=[case[0] for case in KEYS]
)
def test_keys(type_: str, inside: str, key: dict[str, Any]) -> None:
    found = one(question(type_, inside))
    assert found.fate is Fate.TAKEN
    assert found.draft is not None
    assert found.draft.answer_key == key


@pytest.mark.parametrize(("said", "options"), [("0", {}), ("1", {"ignore_case": False})])
def test_short_answers_with_cases(said: str, options: dict[str, bool]) -> None:
    inside = f"<usecase>{said}</usecase>{answers(('Kartini', '100'))}"
    assert draft(question("shortanswer", inside)).options == options


FEEDBACK = '<answer fraction="100"><text>yes</text><feedback><text>Very.</text></feedback></answer>'
LOSSES: list[tuple[str, str, str, list[str]]] = [
    (
        "feedback for a choice",
        "multichoice",
        FEEDBACK + answers(("no", "0")),
        ["feedback_per_choice"],
    ),
    (
        "feedback for all",
        "multichoice",
        YES_NO + said("incorrectfeedback", "Look outside."),
        ["feedback"],
    ),
    ("hints", "multichoice", YES_NO + "<hint><text>Look outside.</text></hint>", ["feedback"]),
    (
        "a choice with a part of the weight",
        "multichoice",
        answers(("a", "100"), ("b", "50")),
        ["weights"],
    ),
    (
        "any right choice",
        "multichoice",
        answers(("a", "100"), ("b", "100"), ("c", "0")),
        ["any_right_choice"],
    ),
    (
        "uneven weights",
        "multichoice",
        SEVERAL + answers(("a", "75"), ("b", "25"), ("c", "0")),
        ["weights"],
    ),
    (
        "a text with a part of the weight",
        "shortanswer",
        answers(("a", "100"), ("b", "50")),
        ["weights"],
    ),
    ("wildcards", "shortanswer", answers(("rain*", "100")), ["wildcards"]),
    ("several numbers", "numerical", answers(("3", "100"), ("5", "100")), ["other_answers"]),
    ("any other number", "numerical", answers(("3", "100"), ("*", "0")), ["weights"]),
    (
        "units",
        "numerical",
        answers(("3", "100")) + "<units><unit><multiplier>1</multiplier></unit></units>",
        ["units"],
    ),
    ("many marks", "multichoice", YES_NO + "<defaultgrade>5</defaultgrade>", ["points"]),
    (
        "a long tag",
        "multichoice",
        YES_NO + f"<tags><tag><text>{'x' * 50}</text></tag></tags>",
        ["tags"],
    ),
]


@pytest.mark.parametrize(
    ("type_", "inside", "lost"), [case[1:] for case in LOSSES], ids=[case[0] for case in LOSSES]
)
def test_losses_are_named(type_: str, inside: str, lost: list[str]) -> None:
    assert codes(question(type_, inside)) == lost
    assert one(question(type_, inside)).fate is Fate.TAKEN_WITH_LOSS


@pytest.mark.parametrize(
    ("stem", "lost"),
    [
        ("<b>Wet?</b>", ["formatting"]),
        ("Wet?<audio src='a.mp3'></audio>", ["other_media"]),
        ("Wet?<img src='a.png'>", ["picture"]),
    ],
)
def test_what_html_loses(stem: str, lost: list[str]) -> None:
    field = f'<questiontext format="html"><text><![CDATA[{stem}]]></text></questiontext>'
    found = f'<question type="multichoice">{field}{YES_NO}</question>'
    assert codes(found) == lost
    assert draft(found).stem == "Wet?"


def test_a_name_is_lost_unless_it_begins_the_question() -> None:
    named = question("multichoice", YES_NO).replace("<name><text>Is rain wet?", "<name><text>Q1")
    assert codes(named) == ["title"]


REFUSALS: list[tuple[str, str, str]] = [
    ("essay", "essay", ""),
    ("description", "description", ""),
    ("cloze", "cloze", ""),
    ("calculated", "calculatedmulti", YES_NO),
    ("unsupported_kind", "ddmarker", ""),
    ("unsupported_kind", "", YES_NO),
    ("matching", "matching", PAIRS.replace("<text>1<", "<text>one<")),
    ("bad_number", "numerical", answers(("many", "100"))),
    ("bad_number", "numerical", answers(("3", "50"))),
    ("bad_number", "multichoice", answers(("a", "most"), ("b", "0"))),
    ("bad_value", "truefalse", answers(("ja", "100"), ("nein", "0"))),
    ("choices_count", "multichoice", ""),
    ("one_right", "multichoice", answers(("a", "0"), ("b", "0"))),
    ("accepted_count", "shortanswer", ""),
    ("item_too_long", "multichoice", said("generalfeedback", "x" * (ITEM_MAX_CHARACTERS + 1))),
    ("item_too_long", "multichoice", "<answer/>" * 6_000),
]


@pytest.mark.parametrize(("code", "type_", "inside"), REFUSALS)
def test_refusals_name_their_reason_and_the_rest_goes_on(
    code: str, type_: str, inside: str
) -> None:
    bad, good = items(question(type_, inside), question("multichoice", YES_NO))
    assert bad.fate is Fate.REFUSED
    assert bad.problems[0].code == code
    assert good.fate is Fate.TAKEN
    assert (good.place.kind, good.place.number) == ("item", 2)


def category(path: str) -> str:
    return f'<question type="category"><category><text>{path}</text></category></question>'


def test_categories_are_the_topics_of_what_follows() -> None:
    wet = question("multichoice", YES_NO)
    found = items(
        wet, category("$course$/top/Weather/Rain"), wet, wet, category("$course$/top/Default"), wet
    )
    topics = [item.draft.topic for item in found if item.draft]
    assert topics == [None, "Weather/Rain", "Weather/Rain", None]
    assert [item.place.number for item in found] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<quiz><question></quiz>", "import_bad_xml"),
        (b"<quiz>\xff</quiz>", "import_bad_xml"),
        (b"<quiz>", "import_bad_xml"),
        (b"", "import_bad_xml"),
        (b"<?xml version='1.0' encoding='shift_jis'?><quiz/>", "import_bad_xml"),
        (b"<?xml version='1.0' encoding='rot13'?><quiz/>", "import_bad_xml"),
        (b"<html><quiz/></html>", "import_unknown_format"),
        (b"<!DOCTYPE quiz><quiz/>", "import_unsafe_xml"),
    ],
)
def test_files_that_are_no_moodle_xml_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as raised:
        list(read(content))
    assert raised.value.code == code
