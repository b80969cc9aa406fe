"""Templates of note types, and texts with gaps, as Anki fills them in."""

import pytest

from server.formats.decks.anki_templates import below_rule, fill
from server.formats.decks.cloze import filled
from server.formats.items import BadItemError

FIELDS = {"Front": "Rome", "Empty": " <br>&nbsp;", "Text": "{{c1::Bern::town}}, {{c2::Oslo}}"}


@pytest.mark.parametrize(
    ("template", "html"),
    [
        ("{{Front}}", "Rome"),
        ("{{{ Front }}}?", "Rome?"),
        ("a{{Unknown}}b", "ab"),
        ("{{#Front}}a{{/Front}}{{^Front}}b{{/Front}}", "a"),
        ("{{#Empty}}a{{/Empty}}{{^Empty}}b{{/Empty}}", "b"),
        ("{{#Empty}}{{#Front}}a{{/Front}}{{Front}}{{/Empty}}b", "b"),
        ("{{! a remark }}{{FrontSide}}{{text:furigana:Front}}", "Rome"),
        ("{{type:Front}}", ""),
        ("{{tts en_US voices=A,B:Front}}", ""),
        ("{{hint:Front}}b", "b"),
    ],
)
def test_a_template_is_filled_in(template: str, html: str) -> None:
    assert fill(template, FIELDS, is_front=True).html == html


def test_hints_are_apart_and_the_back_shows_what_was_typed() -> None:
    assert fill("{{hint:Front}}", FIELDS, is_front=True).hints == "Rome"
    assert fill("{{hint:Front}}", FIELDS, is_front=False).html == "Rome"
    back = fill("{{type:Front}}{{tts de_DE:Front}}", FIELDS, is_front=False)
    assert (back.html, back.lost) == ("Rome", {"typed_answer", "sound"})


@pytest.mark.parametrize(
    "template", ["{{#Front}}", "{{/Front}}", "{{#Front}}{{/Text}}", "{{#Front}}{{^Text}}{{/Front}}"]
)
def test_conditions_that_do_not_match_are_refused(template: str) -> None:
    with pytest.raises(BadItemError) as refused:
        fill(template, FIELDS, is_front=True)
    assert refused.value.detail.code == "bad_template"


def test_a_field_that_is_repeated_without_end_is_refused() -> None:
    with pytest.raises(BadItemError) as refused:
        fill("{{a}}" * 10_000, {"a": "b" * 60_000}, is_front=True)
    assert refused.value.detail.code == "item_too_long"


def test_a_card_asks_for_its_gap_only() -> None:
    template = "{{#c1}}first: {{/c1}}{{cloze:Text}}"
    fronts = [fill(template, FIELDS, gap=gap, is_front=True).html for gap in (1, 2)]
    assert fronts == ["first: [town], Oslo", "Bern, […]"]
    assert fill(template, FIELDS, gap=2, is_front=False).html == "Bern, Oslo"
    with pytest.raises(BadItemError) as refused:
        fill(template, FIELDS, gap=3, is_front=True)
    assert refused.value.detail.code == "no_gap"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{c1::a {{c2::b}} c}} d", "[…] d"),
        ("{{c2::a {{c1::b}} c}} d", "a […] c d"),
        ("{{c1,2::a}} {{c3::b}}", "[…] b"),
        ("{{c1::a", "{{c1::a"),
        ("a}} {{c1::}}", "a}} […]"),
        ("{{c11::a}} {{c1::b}}", "a […]"),
    ],
)
def test_gaps_may_be_nested_shared_or_broken(text: str, shown: str) -> None:
    assert filled(text, 1, is_front=True).text == shown


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{c1::image-occlusion:rect:left=.1:top=.2}}", "picture_gaps"),
        ("{{c1::" * 20 + "}}" * 20, "bad_gap"),
    ],
)
def test_gaps_that_cannot_be_asked_are_refused(text: str, code: str) -> None:
    with pytest.raises(BadItemError) as refused:
        filled(text, 1, is_front=True)
    assert refused.value.detail.code == code


@pytest.mark.parametrize(
    ("html", "answer"),
    [
        ("Q<hr id=answer>A", "A"),
        ("Q<HR class='x' id='answer' />A", "A"),
        ("Q<hr>R<hr id=answer>A<hr>B", "A<hr>B"),
        ("Q<hr>A", None),
    ],
)
def test_the_answer_is_below_its_line(html: str, answer: str | None) -> None:
    assert below_rule(html) == answer
