"""Drafts of questions: why one cannot be played, and the frozen copy for a room."""

from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from game.rules.questions import (
    AcceptedAnswers,
    Choice,
    ChoiceDraft,
    Kind,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    NumericKey,
    Ordering,
    Poll,
    QuestionDraft,
    ShortAnswer,
    TrueFalse,
    freeze,
    problems,
)


def choices(*texts: str, right: str = "") -> tuple[ChoiceDraft, ...]:
    return tuple(ChoiceDraft(text=text, is_correct=text in right.split()) for text in texts)


def draft(kind: Kind, **known: object) -> QuestionDraft:
    return replace(QuestionDraft(type=kind, stem="Which?"), **known)


KNOWN: dict[Kind, dict[str, object]] = {
    Kind.MULTIPLE_CHOICE: {"choices": choices("one", "two", "three", right="two")},
    Kind.TRUE_FALSE: {"choices": choices("True", "False", right="False")},
    Kind.MULTIPLE_SELECT: {"choices": choices("one", "two", "three", right="one three")},
    Kind.SHORT_ANSWER: {"answer_key": {"accepted": ["Kartini"]}},
    Kind.NUMERIC: {"answer_key": {"value": 42, "tolerance": 0.5}},
    Kind.ORDERING: {"choices": choices("first", "second", "third")},
    Kind.POLL: {"choices": choices("tea", "coffee")},
}
PLAYABLE = {kind: draft(kind, **known) for kind, known in KNOWN.items()}


def wrong(kind: Kind, **changed: object) -> list[tuple[str, str]]:
    found = problems(replace(PLAYABLE[kind], **changed))
    return [(problem.path, problem.code) for problem in found]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_be_played(kind: Kind) -> None:
    assert wrong(kind) == []


@pytest.mark.parametrize(
    ("changed", "path", "code"),
    [
        ({"stem": "  "}, "stem", "missing"),
        ({"stem": "x" * 2001}, "stem", "too_long"),
        ({"points": -1}, "points", "out_of_range"),
        ({"points": 2001}, "points", "out_of_range"),
        ({"time_limit": 4}, "time_limit", "out_of_range"),
        ({"time_limit": 301}, "time_limit", "out_of_range"),
        ({"explanation": "x" * 5001}, "explanation", "too_long"),
        ({"media": "javascript:alert(1)"}, "media", "bad_url"),
        ({"media": "https://"}, "media", "bad_url"),
        ({"media": "https://[broken"}, "media", "bad_url"),
        ({"media": "https://kuis.example/" + "x" * 2048}, "media", "bad_url"),
    ],
)
@pytest.mark.parametrize("kind", Kind)
def test_what_is_wrong_with_any_kind(
    kind: Kind, changed: dict[str, Any], path: str, code: str
) -> None:
    assert wrong(kind, **changed) == [(path, code)]


@pytest.mark.parametrize(
    ("kind", "changed", "found"),
    [
        (
            Kind.MULTIPLE_CHOICE,
            {"choices": ()},
            [("choices", "choices_count"), ("choices", "one_right")],
        ),
        (Kind.POLL, {"choices": choices(*"abcdefghi")}, [("choices", "choices_count")]),
        (Kind.ORDERING, {"choices": choices("alone")}, [("choices", "choices_count")]),
        (Kind.POLL, {"choices": choices("a", " ")}, [("choices[1].text", "missing")]),
        (Kind.POLL, {"choices": choices("a", "x" * 256)}, [("choices[1].text", "too_long")]),
        (Kind.POLL, {"choices": choices("a b", "a  b ")}, [("choices[1].text", "duplicate")]),
        (
            Kind.POLL,
            {"choices": (ChoiceDraft(text="a", media="ftp://x"), ChoiceDraft(text="b"))},
            [("choices[0].media", "bad_url")],
        ),
        (Kind.MULTIPLE_CHOICE, {"choices": choices("a", "b")}, [("choices", "one_right")]),
        (
            Kind.MULTIPLE_CHOICE,
            {"choices": choices("a", "b", right="a b")},
            [("choices", "one_right")],
        ),
        (Kind.TRUE_FALSE, {"choices": choices("a", "b")}, [("choices", "one_right")]),
        (
            Kind.TRUE_FALSE,
            {"choices": choices("a", "b", "c", right="a")},
            [("choices", "two_choices")],
        ),
        (Kind.MULTIPLE_SELECT, {"choices": choices("a", "b")}, [("choices", "some_right")]),
        (Kind.SHORT_ANSWER, {"answer_key": None}, [("answer_key", "bad_key")]),
        (Kind.SHORT_ANSWER, {"answer_key": {"accepted": "Ani"}}, [("answer_key", "bad_key")]),
        (
            Kind.SHORT_ANSWER,
            {"answer_key": {"accepted": []}},
            [("answer_key.accepted", "accepted_count")],
        ),
        (
            Kind.SHORT_ANSWER,
            {"answer_key": {"accepted": ["Ani", " ", "\N{ZERO WIDTH SPACE}"]}},
            [("answer_key.accepted[1]", "missing"), ("answer_key.accepted[2]", "missing")],
        ),
        (
            Kind.SHORT_ANSWER,
            {"answer_key": {"accepted": ["x" * 201]}},
            [("answer_key.accepted[0]", "too_long")],
        ),
        (Kind.NUMERIC, {"answer_key": {}}, [("answer_key.value", "bad_key")]),
        (Kind.NUMERIC, {"answer_key": {"value": "1"}}, [("answer_key.value", "bad_key")]),
        (Kind.NUMERIC, {"answer_key": {"value": float("nan")}}, [("answer_key.value", "bad_key")]),
        (
            Kind.NUMERIC,
            {"answer_key": {"value": 1, "tolerance": -1}},
            [("answer_key.tolerance", "out_of_range")],
        ),
    ],
)
def test_what_is_wrong_with_a_kind(
    kind: Kind, changed: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert wrong(kind, **changed) == found


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (Kind.POLL, {"points": 0, "time_limit": 5, "media": "http://kuis.example/a.png"}),
        (Kind.POLL, {"points": 2000, "time_limit": 300}),
        (Kind.POLL, {"stem": "x" * 2000, "explanation": "x" * 5000}),
        (Kind.POLL, {"choices": choices("a", "x" * 255)}),
        (Kind.POLL, {"media": "https://kuis.example/".ljust(2048, "x")}),
        (Kind.SHORT_ANSWER, {"answer_key": {"accepted": [f"answer {at}" for at in range(50)]}}),
        (Kind.SHORT_ANSWER, {"answer_key": {"accepted": ["\N{ZERO WIDTH SPACE}" * 8 + "Ani"]}}),
    ],
)
def test_what_is_just_right(kind: Kind, changed: dict[str, Any]) -> None:
    assert wrong(kind, **changed) == []


def test_a_choice_may_be_a_picture() -> None:
    pictures = tuple(
        ChoiceDraft(text="", media=f"https://kuis.example/{at}.png") for at in range(2)
    )
    assert wrong(Kind.POLL, choices=pictures) == []


def test_what_cannot_be_played_cannot_be_frozen() -> None:
    with pytest.raises(ValueError, match="choices"):
        freeze(draft(Kind.POLL), Random(1))


def test_the_copy_has_everything_but_the_space_around() -> None:
    written = draft(
        Kind.NUMERIC,
        stem=" How many? ",
        points=500,
        time_limit=20,
        explanation="  ",
        media="https://kuis.example/a.png",
        language="en",
        tags=["counting"],
        id=UUID(int=7),
        answer_key={"value": 42},
    )
    assert freeze(written, Random(1)) == Numeric(
        stem="How many?",
        points=500,
        time_limit=20,
        media="https://kuis.example/a.png",
        source=str(UUID(int=7)),
        key=NumericKey(42, 0),
    )


def frozen(kind: Kind, **changed: object) -> object:
    return freeze(replace(PLAYABLE[kind], **changed), Random(1))


def test_choices_get_letters_in_displayed_order() -> None:
    shown = (Choice("a", "one"), Choice("b", "two"), Choice("c", "three"))
    assert frozen(Kind.MULTIPLE_CHOICE) == MultipleChoice(stem="Which?", choices=shown, key="b")
    assert frozen(Kind.MULTIPLE_SELECT) == MultipleSelect(
        stem="Which?", choices=shown, key=("a", "c")
    )


def test_the_picture_of_a_choice_is_played() -> None:
    picture = "https://kuis.example/a.png"
    drawn = (ChoiceDraft(text="tea", media=picture), ChoiceDraft(text="coffee"))
    copy = freeze(draft(Kind.POLL, choices=drawn), Random(1))
    assert isinstance(copy, Poll)
    assert copy.choices == (Choice("a", "tea", picture), Choice("b", "coffee"))


def test_a_poll_allows_several_choices_unless_set() -> None:
    shown = (Choice("a", "tea"), Choice("b", "coffee"))
    assert frozen(Kind.POLL) == Poll(stem="Which?", choices=shown, multiple=True)
    assert frozen(Kind.POLL, options={"multiple": False}) == Poll(
        stem="Which?", choices=shown, multiple=False
    )


@pytest.mark.parametrize("key", ["options", "answer_key"])
def test_a_short_answer_takes_its_rules_from_either_place(key: str) -> None:
    accepted: dict[str, dict[str, object]] = {
        "answer_key": {"accepted": ["a"]},
        "options": {"multiple": True},
    }
    accepted[key]["ignore_case"] = False
    assert frozen(Kind.SHORT_ANSWER, **accepted) == ShortAnswer(
        stem="Which?", key=AcceptedAnswers(("a",), ignore_case=False)
    )


@pytest.mark.parametrize(
    ("texts", "right", "ids", "key"),
    [
        (("True", "False"), "True", ("true", "false"), True),
        (("True", "False"), "False", ("true", "false"), False),
        (("False", "True"), "True", ("false", "true"), True),
        (("Salah", "Benar"), "Salah", ("false", "true"), False),
        (("tidak", "ya"), "ya", ("false", "true"), True),
        (("Round", "Flat"), "Round", ("true", "false"), True),
        (("Flat", "No."), "Flat", ("true", "false"), True),
        (("Maybe", "Yes"), "Yes", ("false", "true"), True),
        (("Nothing", "Betul!"), "Nothing", ("false", "true"), False),
        (("Wrong...", "Why?"), "Why?", ("false", "true"), True),
    ],
)
def test_what_is_true_of_two_choices(
    texts: tuple[str, str], right: str, ids: tuple[str, str], *, key: bool
) -> None:
    shown = (Choice(ids[0], texts[0]), Choice(ids[1], texts[1]))
    copy = frozen(Kind.TRUE_FALSE, choices=choices(*texts, right=right))
    assert copy == TrueFalse(stem="Which?", choices=shown, key=key)


@given(st.integers(2, 8), st.randoms())
def test_an_order_is_never_shown_as_it_is_right(count: int, random: Random) -> None:
    right = tuple(f"item {at}" for at in range(count))
    copy = freeze(draft(Kind.ORDERING, choices=choices(*right)), random)
    assert isinstance(copy, Ordering)
    texts = {choice.id: choice.text for choice in copy.choices}
    assert tuple(texts) == tuple("abcdefgh"[:count])
    assert tuple(texts[id_] for id_ in copy.key) == right
    assert count == 2 or tuple(texts.values()) != right


def test_two_choices_in_order_are_not_always_shown_the_wrong_way() -> None:
    two = draft(Kind.ORDERING, choices=choices("first", "second"))
    shown = {freeze(two, Random(seed)).choices[0].text for seed in range(20)}  # type: ignore[union-attr]  # an Ordering
    assert shown == {"first", "second"}


@given(st.randoms(use_true_random=False))
def test_shuffled_choices_keep_what_is_right(random: Random) -> None:
    kind = Kind.MULTIPLE_SELECT
    copy = freeze(PLAYABLE[kind], random, shuffle_choices=True)
    assert isinstance(copy, MultipleSelect)
    texts = {choice.id: choice.text for choice in copy.choices}
    assert tuple(texts) == ("a", "b", "c")
    assert {texts[id_] for id_ in copy.key} == {"one", "three"}
