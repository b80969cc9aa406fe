"""Responses: which are accepted, how they are shown and counted."""

import json
import math
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.errors import ROOM_REFUSALS, Refusal
from game.rules.questions import (
    AcceptedAnswers,
    Choice,
    Kind,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    NumericKey,
    Ordering,
    Poll,
    Question,
    Response,
    ShortAnswer,
    TrueFalse,
    counts,
    is_scored,
    kind,
    parse_response,
    public,
    reveal_key,
)
from tests.game.rules.strategies import TRUE_FALSE, questions, responses

ABC = (Choice("a", "one"), Choice("b", "two", "https://kuis.example/2.png"), Choice("c", "three"))
ONE = MultipleChoice(stem="Which?", choices=ABC, key="b", explanation="Because.", source="row-1")
SOME = MultipleSelect(stem="Which ones?", choices=ABC, key=("a", "b"))
YES = TrueFalse(stem="Is it?", choices=TRUE_FALSE, key=True)
ORDER = Ordering(stem="Order them.", choices=ABC, key=("c", "a", "b"))
TEXT = ShortAnswer(stem="Who?", key=AcceptedAnswers(("Kartini", "R.A. Kartini")))
NUMBER = Numeric(stem="How many?", key=NumericKey(17508, 100), media="https://kuis.example/n.png")
POLL = Poll(stem="What do you like?", choices=ABC)
POLL_ONE = Poll(stem="What do you like best?", choices=ABC, multiple=False)
EVERY_KIND: tuple[Question, ...] = (ONE, YES, SOME, TEXT, NUMBER, ORDER, POLL)


@pytest.mark.parametrize(
    ("question", "raw", "response"),
    [
        (ONE, "c", "c"),
        (YES, False, False),
        (SOME, ["b", "a"], ("b", "a")),
        (ORDER, ["a", "b", "c"], ("a", "b", "c")),
        (TEXT, "  Kartini ", "Kartini"),
        (TEXT, "ر. أ. كارتيني", "ر. أ. كارتيني"),
        (TEXT, "x" * 200, "x" * 200),
        (NUMBER, 17_000, 17_000.0),
        (NUMBER, -0.5, -0.5),
        (POLL, ["a", "c"], ("a", "c")),
        (POLL_ONE, ["c"], ("c",)),
    ],
)
def test_a_fitting_response_is_taken(question: Question, raw: object, response: Response) -> None:
    parsed = parse_response(question, raw)
    assert parsed == response
    assert type(parsed) is type(response)


@pytest.mark.parametrize(
    ("question", "raw"),
    [
        (ONE, "d"),
        (ONE, 1),
        (ONE, ["a"]),
        (ONE, None),
        (YES, "true"),
        (YES, 1),
        (SOME, []),
        (SOME, "a"),
        (SOME, ["a", "a"]),
        (SOME, ["a", "z"]),
        (SOME, [["a"]]),
        (SOME, {"a": 1}),
        (ORDER, ["a", "b"]),
        (ORDER, ["a", "b", "b"]),
        (ORDER, ["a", "b", "c", "c"]),
        (TEXT, ""),
        (TEXT, "   "),
        (TEXT, 7),
        (TEXT, "x" * 201),
        (TEXT, "nul\0"),
        (TEXT, "half \ud83d"),
        (NUMBER, True),
        (NUMBER, "17"),
        (NUMBER, math.nan),
        (NUMBER, math.inf),
        (NUMBER, 10**400),
        (POLL, []),
        (POLL_ONE, ["a", "b"]),
        (POLL_ONE, ["z"]),
        (POLL_ONE, "a"),
    ],
)
def test_a_response_that_does_not_fit_is_refused(question: Question, raw: object) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_response(question, raw)
    assert refusal.value.code == "bad_response"
    assert refusal.value.message != ROOM_REFUSALS["bad_response"][1]  # it says what would fit


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
)


@given(questions(), json_values)
def test_any_json_is_taken_or_refused(question: Question, raw: object) -> None:
    with suppress(Refusal):
        response = parse_response(question, raw)
        assert parse_response(question, response) == response


@given(st.data(), questions())
def test_what_a_player_sees_does_not_depend_on_the_key(
    data: st.DataObject, question: Question
) -> None:
    other = data.draw(questions().filter(lambda other: type(other) is type(question)))
    changed = msgspec.structs.replace(question, key=other.key, explanation="why", source="row")
    assert public(changed) == public(question)


def test_what_a_player_sees() -> None:
    assert public(ONE) == {
        "kind": "multiple_choice",
        "stem": "Which?",
        "choices": [
            {"id": "a", "text": "one"},
            {"id": "b", "text": "two", "media": "https://kuis.example/2.png"},
            {"id": "c", "text": "three"},
        ],
        "points": 1000,
        "time_limit": 30,
    }
    assert public(NUMBER)["media"] == "https://kuis.example/n.png"
    assert public(NUMBER)["choices"] == []
    assert public(POLL_ONE)["multiple"] is False


@pytest.mark.parametrize("question", EVERY_KIND)
def test_a_question_survives_storage(question: Question) -> None:
    stored = msgspec.json.encode((question,))
    assert msgspec.json.decode(stored, type=tuple[Question, ...]) == (question,)
    assert json.loads(stored)[0]["kind"] == kind(question).value


def test_every_kind_has_its_own_name() -> None:
    assert {kind(question) for question in EVERY_KIND} == set(Kind)
    assert [is_scored(question) for question in EVERY_KIND] == [True] * 6 + [False]


@pytest.mark.parametrize(
    ("question", "key"),
    [
        (ONE, "b"),
        (YES, True),
        (SOME, ["a", "b"]),
        (ORDER, ["c", "a", "b"]),
        (TEXT, {"accepted": ["Kartini", "R.A. Kartini"]}),
        (NUMBER, {"value": 17508.0, "tolerance": 100.0}),
        (POLL, None),
    ],
)
def test_the_reveal_shows_the_key_as_json(question: Question, key: object) -> None:
    assert json.loads(json.dumps(reveal_key(question))) == key


@pytest.mark.parametrize(
    ("question", "given_", "counted"),
    [
        (ONE, ["a", "b", "b"], {"a": 1, "b": 2, "c": 0}),
        (YES, [True, False, True], {"true": 2, "false": 1}),
        (SOME, [("a", "b"), ("b",)], {"a": 1, "b": 2, "c": 0}),
        (POLL, [("a",), ("c", "a")], {"a": 2, "b": 0, "c": 1}),
        (ORDER, [("c", "a", "b"), ("a", "b", "c"), tuple("bca")], {"right": 1, "wrong": 2}),
        (NUMBER, [5.0, 2.5, 5.0], {"5": 2, "2.5": 1}),
        (TEXT, ["kartini", "Kartini", "KARTINI!", "Kartini", "Dewi"], {"Kartini": 4, "Dewi": 1}),
    ],
)
def test_counts(question: Question, given_: list[Any], counted: dict[str, int]) -> None:
    assert counts(question, given_) == counted
    assert list(counts(question, given_)) == list(counted)


def test_only_the_most_frequent_texts_are_counted() -> None:
    given_: Iterable[str] = [f"answer {at}" for at in range(30) for _ in range(at + 1)]
    assert list(counts(TEXT, given_)) == [f"answer {at}" for at in range(29, 19, -1)]


def test_hidden_texts_are_not_counted_and_make_room_for_others() -> None:
    given_ = ["bad", "bad", *(f"good {at}" for at in range(10))]
    counted = counts(TEXT, given_, hide=lambda text: text == "bad")
    assert counted == {f"good {at}": 1 for at in range(10)}


@given(st.data(), questions())
def test_counts_do_not_depend_on_the_order(data: st.DataObject, question: Question) -> None:
    given_ = data.draw(st.lists(responses(question), max_size=6))
    shuffled = data.draw(st.permutations(given_))
    assert list(counts(question, given_).items()) == list(counts(question, shuffled).items())
