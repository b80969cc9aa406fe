"""Every question of every kind goes out and comes back equal, or the loss has a name."""

from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from game.errors import Invalid
from game.rules.questions import ChoiceDraft, Kind, QuestionDraft
from server.formats.all import FORMATS, losses, read
from server.formats.items import Fate
from server.formats.tidy import differences, tidied
from tests.server.formats.drafts import playable_drafts

COMPLETE = ("json", "csv")
FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
KINDS = list(Kind)


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(data=st.data())
def test_what_is_not_equal_is_named(kind: Kind, data: st.DataObject) -> None:
    """In all formats at once: to draw a question takes longer than to write and read it."""
    question = data.draw(playable_drafts(kind))
    for name, format_ in FORMATS.items():
        lost = losses(name, question)
        assert not (lost and name in COMPLETE)
        items = list(format_.read(b"".join(format_.write([question]))))
        if lost == ["question"]:
            continue
        (item,) = items
        assert item.draft is not None, name
        left_alone = [each for each in QuestionDraft.__struct_fields__ if each not in lost]
        left_alone = [each for each in left_alone if each not in {"id", "choices"}]
        before, after = tidied(question), item.draft
        assert [(name, getattr(before, each)) for each in left_alone] == [
            (name, getattr(after, each)) for each in left_alone
        ]
        if not {"choices", "choice_pictures"} & set(lost):
            assert (name, before.choices) == (name, after.choices)


CHOICES = (ChoiceDraft(text="True", is_correct=True), ChoiceDraft(text="False"))
KEYS: dict[Kind, dict[str, object]] = {
    Kind.SHORT_ANSWER: {"accepted": ["a = b", "C#", "50%"]},
    Kind.NUMERIC: {"value": -2.5, "tolerance": 0.1},
}
PLAIN = {
    kind: QuestionDraft(
        type=kind,
        stem="Which?\nThis: a=b {c} #1 ~ \\ or <b>that</b>",
        choices=() if kind in KEYS else CHOICES,
        answer_key=KEYS.get(kind),
    )
    for kind in KINDS
}
CARRIED: dict[str, dict[Kind, list[str]]] = {
    "gift": {kind: ["question"] if kind is Kind.POLL else [] for kind in KINDS},
    "aiken": {kind: ["question"] for kind in KINDS}
    | {Kind.MULTIPLE_CHOICE: ["stem"], Kind.TRUE_FALSE: ["type", "stem"]},
    "moodle": {kind: ["question"] if kind is Kind.POLL else [] for kind in KINDS},
    "qti": {kind: [] for kind in KINDS},
}


@pytest.mark.parametrize("name", CARRIED)
@pytest.mark.parametrize("kind", KINDS)
def test_what_the_others_carry(name: str, kind: Kind) -> None:
    """A format that loses everything would pass the tests above."""
    assert losses(name, PLAIN[kind]) == CARRIED[name][kind]


def test_what_has_no_place_is_named() -> None:
    question = msgspec.structs.replace(
        PLAIN[Kind.MULTIPLE_CHOICE],
        points=500,
        time_limit=60,
        media="https://kuis.example/1.png",
        language="en",
        level="B1",
        skill="reading",
        difficulty=2,
        explanation="Because: it = so.",
        topic="Biology/Cells",
        tags=["cells", "a]b"],
    )
    lost = ["points", "time_limit", "media", "language", "level", "skill", "difficulty"]
    assert losses("gift", question) == lost
    assert losses("moodle", question) == [each for each in lost if each not in {"points", "media"}]
    assert losses("qti", question) == []


@pytest.mark.parametrize("name", ["gift", "moodle", "qti"])
def test_a_statement_stays_true_whatever_the_order_of_its_choices(name: str) -> None:
    choices = (ChoiceDraft(text="False", is_correct=True), ChoiceDraft(text="True"))
    question = msgspec.structs.replace(PLAIN[Kind.TRUE_FALSE], choices=choices)
    (item,) = FORMATS[name].read(b"".join(FORMATS[name].write([question])))
    assert item.draft is not None
    assert [choice.text for choice in item.draft.choices if choice.is_correct] == ["False"]


OWN_PICTURES = [f"/pictures/{uuid4()}" for _ in range(3)]
WITH_PICTURES = msgspec.structs.replace(
    PLAIN[Kind.MULTIPLE_CHOICE],
    media=OWN_PICTURES[0],
    choices=(
        ChoiceDraft(text="", media=OWN_PICTURES[1], is_correct=True),
        ChoiceDraft(text=" two  spaces\n  and a line", media=OWN_PICTURES[2]),
        ChoiceDraft(text="three", media="https://kuis.example/3.png?a=1&b=2"),
    ),
)


@pytest.mark.parametrize("name", [name for name, format_ in FORMATS.items() if format_.pack])
def test_pictures_are_packed_with_the_questions(name: str) -> None:
    assert losses(name, WITH_PICTURES, OWN_PICTURES) == []
    assert losses(name, WITH_PICTURES, OWN_PICTURES[1:]) == ["media"]
    assert losses(name, WITH_PICTURES, OWN_PICTURES[:2]) == ["choice_pictures"]


@FEW
@given(questions=st.lists(st.sampled_from(KINDS).flatmap(playable_drafts), max_size=4))
def test_questions_do_not_touch_each_other(questions: list[QuestionDraft]) -> None:
    """What is carried alone is carried in company, in the same order and with the same losses."""
    for name, format_ in FORMATS.items():
        carried = [question for question in questions if losses(name, question) != ["question"]]
        items = list(format_.read(b"".join(format_.write(carried))))
        drafts = [item.draft for item in items if item.draft]
        assert len(drafts) == len(items) == len(carried), name
        for question, draft in zip(carried, drafts, strict=True):
            assert (name, differences(question, draft)) == (name, losses(name, question))


@pytest.mark.parametrize("name", FORMATS)
@FEW
@given(
    content=st.binary()
    | st.text(st.sampled_from("A.B)ANSWER: {}~=#%|\n\n\\[](),\"'T1")).map(str.encode)
)
def test_any_bytes_are_items_or_a_clear_refusal(name: str, content: bytes) -> None:
    try:
        items = list(read(content, name))
    except Invalid:
        return
    assert all(item.problems or item.fate is Fate.TAKEN for item in items)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_question_that_cannot_be_played_does_not_break_a_download(name: str, kind: Kind) -> None:
    unfinished = QuestionDraft(type=kind)
    b"".join(FORMATS[name].write([unfinished]))
    assert losses(name, unfinished) == ["question"]
