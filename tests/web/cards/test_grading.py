"""A device grades responses as the server does: what it shows at once is what the log will say."""

from collections.abc import Iterator
from itertools import combinations, permutations
from typing import Any

import msgspec
import pytest
from playwright.async_api import Page

from game.rules import grading
from game.rules.questions import (
    AcceptedAnswers,
    Choice,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    NumericKey,
    Ordering,
    Question,
    ShortAnswer,
    TrueFalse,
    parse_response,
    public,
    reveal_also,
    reveal_key,
)
from server.api.cards.schemas import CardAnswer
from tests.web.modules import run

CHOICES = tuple(Choice(letter, letter) for letter in "abcd")
TYPED = ShortAnswer(stem="?", key=AcceptedAnswers(("Lima", "Ciudad de los Reyes")))


def responses() -> Iterator[tuple[Question, object]]:
    one = MultipleChoice(stem="?", choices=CHOICES, key="b", also=("c",))
    some = MultipleSelect(stem="?", choices=CHOICES, key=("a", "c"), also=(("a", "b", "d"),))
    order = Ordering(stem="?", choices=CHOICES, key=("d", "b", "c", "a"), also=(tuple("abcd"),))
    near = Numeric(stem="?", key=NumericKey(0.3, 0.1), also=(NumericKey(1e20), NumericKey(-5, 2)))
    yield from ((one, letter) for letter in "abcd")
    yield from (
        (some, list(chosen)) for size in range(1, 5) for chosen in combinations("abcd", size)
    )
    yield from ((order, list(each)) for each in permutations("abcd"))
    yield from (
        (TrueFalse(stem="?", choices=CHOICES[:2], key=True), each) for each in (True, False)
    )
    numbers = (0.2, 0.1 + 0.2, 0.4, 0.40000001, 0.19999999, 1e20, 1.0000001e20, -7, -3, -2.999)
    yield from ((near, number) for number in numbers)
    edge = Numeric(stem="?", key=NumericKey(1_000_000.2, 0.1))
    yield from ((edge, number) for number in (1_000_000.1, 1_000_000.3, 1_000_000.30001))


async def test_a_device_grades_as_the_rules_do(blank: Page) -> None:
    asked = list(responses())
    given = [_given(question, response) for question, response in asked]
    body = "return given.map(([q, answer, response]) => m.checkHere(q, answer, response));"
    found = await run(blank, "cards/grading.js", body, given)
    for (question, raw), checked in zip(asked, found, strict=True):
        share = grading.grade(question, parse_response(question, raw))
        assert checked["share"] == pytest.approx(float(share)), (question, raw)
        assert checked["is_correct"] is (share == 1), (question, raw)


async def test_a_typed_answer_that_is_not_literally_right_is_left_to_others(blank: Page) -> None:
    """The server knows which differences do not matter, and without it the learner does."""
    given = [_given(TYPED, text) for text in (" lima ", "Ciudad de los reyes", "Líma", "Cusco")]
    body = "return given.map((each) => m.checkHere(...each)?.suggested ?? null);"
    assert await run(blank, "cards/grading.js", body, given) == ["good", "good", None, None]


async def test_a_device_regards_what_a_key_does_not_ignore(blank: Page) -> None:
    strict = ShortAnswer(stem="?", key=AcceptedAnswers(("pH", " x"), ignore_case=False))
    spaced = ShortAnswer(stem="?", key=AcceptedAnswers((" x",), ignore_space=False))
    asked = [(strict, "pH"), (strict, "PH"), (strict, "x"), (spaced, "x"), (spaced, " X")]
    given = [_given(question, text) for question, text in asked]
    body = "return given.map((each) => m.checkHere(...each)?.is_correct ?? false);"
    found = await run(blank, "cards/grading.js", body, given)
    assert found == [True, False, True, False, True]
    assert found == [grading.grade(question, text) == 1 for question, text in asked]


def _given(question: Question, response: object) -> tuple[dict[str, Any], dict[str, Any], object]:
    key = question.key if isinstance(question, ShortAnswer) else reveal_key(question)
    answer = CardAnswer(key, reveal_also(question), None)
    return public(question), msgspec.to_builtins(answer), response
