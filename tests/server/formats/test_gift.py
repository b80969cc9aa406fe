"""GIFT: each rule of its published description."""

from typing import Any

import msgspec
import pytest

from game.rules.questions import Kind, QuestionDraft
from server.formats.gift import read
from server.formats.gift_writer import write
from server.formats.items import ITEM_MAX_CHARACTERS, Fate, ImportedItem


def one(text: str) -> ImportedItem:
    (item,) = read(text.encode())
    return item


def draft(text: str) -> QuestionDraft:
    item = one(text)
    assert item.draft is not None, item
    assert item.fate is not Fate.REFUSED, item
    return item.draft


def codes(text: str) -> list[str]:
    return [problem.code for problem in one(text).problems]


def choices(text: str) -> list[tuple[str, bool]]:
    return [(choice.text, choice.is_correct) for choice in draft(text).choices]


RIGHT_AND_WRONG = [("yes", True), ("no", False)]
KINDS: list[tuple[str, str, Kind]] = [
    ("true", "Rain is wet.{T}", Kind.TRUE_FALSE),
    ("false in full", "Rain is dry. {FALSE}", Kind.TRUE_FALSE),
    ("one right choice", "Wet?{=yes ~no}", Kind.MULTIPLE_CHOICE),
    ("weights without a right choice", "Wet?{~%50%a ~%50%b ~%-50%c}", Kind.MULTIPLE_SELECT),
    ("only right answers", "Who?{=Kartini =R.A. Kartini}", Kind.SHORT_ANSWER),
    ("a number", "How many?{#3}", Kind.NUMERIC),
    ("pairs with numbers", "Order.{=1 -> a =2 -> b =3 -> c}", Kind.ORDERING),
]


@pytest.mark.parametrize(("text", "kind"), [case[1:] for case in KINDS], ids=[k[0] for k in KINDS])
def test_the_answers_decide_the_kind(text: str, kind: Kind) -> None:
    assert draft(text).type is kind
    assert one(text).fate is Fate.TAKEN


STEMS = [
    ("text before the answers", "Wet?{=yes ~no}", "Wet?"),
    ("a blank in the middle", "Rain is {=wet ~dry} in May.", "Rain is _____ in May."),
    ("a blank before the closing mark", "Rain is {=wet ~dry}.", "Rain is _____."),
    ("a blank at the beginning", "{=Rain ~Sun} is wet.", "_____ is wet."),
    ("escapes", r"a\~b\=c\#d\{e\}f\:g\\h{T}", r"a~b=c#d{e}f:g\h"),
    ("a backslash before another mark stays", r"\(x\){T}", r"\(x\)"),
    (r"\n is a new line", r"one\ntwo{T}", "one\ntwo"),
    (r"\n\n is a blank line", r"one\n\ntwo{T}", "one\n\ntwo"),
    ("lines stay", "one\ntwo{T}", "one\ntwo"),
    ("a title is not in the text", "::Wet::Wet rain{T}", "Wet rain"),
    ("a colon in a title", r"::W\:1::W:1 Wet{T}", "W:1 Wet"),
    ("comments", "// one\nWet?\n  // two\n{T}", "Wet?"),
    ("two slashes inside of a line are text", r"http\://kuis.example?{T}", "http://kuis.example?"),
    ("format html", "[html]<p>Wet &amp;\ncold?</p><p>Or?</p>{T}", "Wet & cold?\nOr?"),
    ("format plain", "[plain]<b>wet</b>{T}", "<b>wet</b>"),
    ("format markdown", "[markdown]wet{T}", "wet"),
    ("format moodle", "[moodle]a < b and b > c{T}", "a < b and b > c"),
    ("a format after a title", "::Wet::[html]Wet<br>rain{T}", "Wet\nrain"),
]


@pytest.mark.parametrize(("text", "stem"), [case[1:] for case in STEMS], ids=[c[0] for c in STEMS])
def test_the_stem(text: str, stem: str) -> None:
    assert draft(text).stem == stem


CHOICES = [
    ("in one line", "Wet?{=yes ~no}"),
    ("in lines of their own", "Wet?{\n\t=yes\n\t~no\n}"),
    ("weights of all and nothing", "Wet?{~%100%yes ~%-100%no}"),
    ("a format of their own", "[html]Wet?{=[html]<span>yes</span> ~[plain]no}"),
    ("feedback", "Wet?{=yes#Very. ~no # Really?}"),
]


@pytest.mark.parametrize("text", [case[1] for case in CHOICES], ids=[case[0] for case in CHOICES])
def test_choices(text: str) -> None:
    assert choices(text) == RIGHT_AND_WRONG


def test_choices_keep_what_is_escaped() -> None:
    found = choices(r"Which?{=\=1 ~\~2 ~a\#b ~\{\} ~C\:\\}")
    assert found == [("=1", True), ("~2", False), ("a#b", False), ("{}", False), ("C:\\", False)]


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ("#3", {"value": 3, "tolerance": 0}),
        ("#3:0.5", {"value": 3, "tolerance": 0.5}),
        ("#-3.25:1e-2", {"value": -3.25, "tolerance": 0.01}),
        ("#1..5", {"value": 3, "tolerance": 2}),
        ("#-0.3..-0.1", {"value": -0.2, "tolerance": 0.1}),
        ("#=3:0.5", {"value": 3, "tolerance": 0.5}),
        ("# = 3 : 0.5", {"value": 3, "tolerance": 0.5}),
    ],
)
def test_numbers(answers: str, key: dict[str, float]) -> None:
    assert draft(f"How many?{{{answers}}}").answer_key == key


LOSSES: list[tuple[str, str, list[str]]] = [
    ("title", "::A name::Wet?{T}", ["title"]),
    ("feedback", "Wet?{=yes#Very. ~no}", ["feedback_per_choice"]),
    ("feedback on true and false", "Wet?{T#No.#Yes.}", ["feedback_per_choice"]),
    ("a right choice with a part of the weight", "Wet?{=yes ~%50%so so ~no}", ["weights"]),
    ("wrong choices that take nothing away", "Wet?{~%50%a ~%50%b ~c}", ["weights"]),
    ("uneven weights", "Wet?{~%75%a ~%25%b}", ["weights"]),
    ("two right choices, of which one is enough", "Wet?{=a =b ~c}", ["any_right_choice"]),
    ("a text with a part of the weight", "Who?{=Kartini =%50%Ibu}", ["weights"]),
    ("a wildcard", "Who?{=*Kartini}", ["wildcards"]),
    ("several numbers", "How many?{#=3 =5}", ["other_answers"]),
    ("a number with a part of the weight", "How many?{#=3:0 =%50%3:2}", ["weights"]),
    ("bold", "[html]<b>Wet</b>?{T}", ["formatting"]),
    ("HTML without a word about it", "<b>Wet</b>?{T}", ["formatting"]),
    ("a picture", "[html]Wet? <img src='rain.png'>{T}", ["picture"]),
    ("marks of markdown", "[markdown]*Wet*?{T}", ["formatting"]),
    ("a long category", f"$CATEGORY: {'x' * 101}\n\nWet?{{T}}", ["topic"]),
    ("a long tag", f"// [tag:{'x' * 41}]\nWet?{{T}}", ["tags"]),
]


@pytest.mark.parametrize(("text", "lost"), [c[1:] for c in LOSSES], ids=[c[0] for c in LOSSES])
def test_a_loss_has_a_name(text: str, lost: list[str]) -> None:
    assert one(text).fate is Fate.TAKEN_WITH_LOSS
    assert codes(text) == [f"loss.{code}" for code in lost]


REFUSALS = [
    ("a description", "Now something else.", "description"),
    ("an essay", "Write about rain.{}", "essay"),
    ("an essay with a number sign", "Write.{####Well done.}", "essay"),
    ("pairs", "Match.{=cat -> meow =dog -> woof}", "matching"),
    ("an open brace", "Wet?{=yes ~no", "braces"),
    ("a brace in a text", "Wet {x}?{=yes ~no}", "braces"),
    ("braces the wrong way round", "Wet}?{", "braces"),
    ("an answer without a mark", "Wet?{yes ~no}", "unmarked_answer"),
    ("no number", "How many?{#three}", "bad_number"),
    ("nothing after the number sign", "How many?{#}", "bad_number"),
    ("a range backwards", "How many?{#5..1}", "bad_number"),
    ("a number without bounds", "How many?{#1e999}", "bad_key"),
    ("no right choice", "Wet?{~yes ~no}", "some_right"),
    ("one choice", "Wet?{~%100%yes}", "choices_count"),
    ("no stem", "{T}", "missing"),
    ("a stem that is too long", f"{'x' * 2001}{{T}}", "too_long"),
    ("an item without an end", "x\n" * ITEM_MAX_CHARACTERS + "{T}", "item_too_long"),
    ("thousands of answers", f"Wet?{{{'=a ~b ' * 5000}}}", "item_too_long"),
]


@pytest.mark.parametrize(("text", "code"), [c[1:] for c in REFUSALS], ids=[c[0] for c in REFUSALS])
def test_a_refusal_has_a_reason(text: str, code: str) -> None:
    assert one(text).fate is Fate.REFUSED
    assert code in codes(text)


def test_wildcards_that_are_escaped_are_asterisks() -> None:
    assert draft(r"What is it?{=\*nix}").answer_key == {"accepted": ["*nix"]}


def test_general_feedback_is_the_explanation() -> None:
    found = draft("Wet?{=yes ~no####It is \\= water.}")
    assert found.explanation == "It is = water."
    assert draft("Wet?{T####Water.}").explanation == "Water."
    assert draft("How many?{#3####Three.}").explanation == "Three."


def test_a_category_is_the_topic_until_the_next_one() -> None:
    text = """$CATEGORY: $course$/top/Biology/Cells

    One{T}

    Two{T}

    $CATEGORY: tom/Physics // Light
    Three{T}

    $CATEGORY: $course$/top

    Four{T}
    """
    topics = [item.draft.topic for item in read(text.encode()) if item.draft]
    assert topics == ["Biology/Cells", "Biology/Cells", "tom/Physics / Light", None]


def test_tags_are_in_comments() -> None:
    assert draft("// question: 7 [id:7] [tag:rain] [tag:a\\]b]\nWet?{T}").tags == ["rain", "a]b"]


def test_one_bad_item_never_stops_the_rest_and_each_has_its_line() -> None:
    text = "// about rain\n\nWet?{T}\n\n\n// two\nCold?{=yes\n\n~no}\n   \n\nDry?{F}\n"
    found = [(item.place.number, item.fate) for item in read(text.encode())]
    assert found == [
        (3, Fate.TAKEN),
        (7, Fate.REFUSED),
        (9, Fate.REFUSED),
        (12, Fate.TAKEN),
    ]


def test_a_huge_line_counts_as_one() -> None:
    text = f"{'x' * (3 * ITEM_MAX_CHARACTERS)}\n\nWet?{{T}}"
    found = [(item.place.number, item.fate) for item in read(text.encode())]
    assert found == [(1, Fate.REFUSED), (3, Fate.TAKEN)]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(newline: str) -> None:
    text = newline.join(["One{T}", "", "Two{T}"])
    assert [item.draft.stem for item in read(text.encode()) if item.draft] == ["One", "Two"]


WRITTEN: list[tuple[dict[str, Any], str]] = [
    (
        {"type": "multiple_choice", "choices": [("50%", True), ("%50%", False)]},
        "Wet? {\n\t=50%\n\t~%0%%50%\n}",
    ),
    (
        {"type": "multiple_select", "choices": [("a", True), ("b", True), ("c", False)]},
        "Wet? {\n\t~%50%a\n\t~%50%b\n\t~%-50%c\n}",
    ),
]


@pytest.mark.parametrize(("fields", "text"), WRITTEN)
def test_what_is_written(fields: dict[str, Any], text: str) -> None:
    given = [{"text": text, "is_correct": right} for text, right in fields["choices"]]
    question = msgspec.convert(fields | {"stem": "Wet?", "choices": given}, QuestionDraft)
    assert b"".join(write([question])).decode().strip() == text
