"""Golden vectors and properties of grading."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from game.rules.grading import grade
from game.rules.questions import (
    AcceptedAnswers,
    Choice,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    NumericKey,
    Ordering,
    Poll,
    Question,
    ShortAnswer,
    TrueFalse,
    normalise,
)
from tests.game.rules.strategies import TRUE_FALSE, numbers, questions, responses, right_response
from tests.game.rules.strategies import rules as some_rules

CHOICES = tuple(Choice(id_, id_) for id_ in "abcdef")


@pytest.mark.parametrize(
    ("response", "share"),
    [
        (("a", "b", "c"), Fraction(1)),
        (("c", "a", "b"), Fraction(1)),
        (("a", "b"), Fraction(2, 3)),
        (("a",), Fraction(1, 3)),
        (("a", "b", "d"), Fraction(1, 3)),
        (("a", "d"), Fraction(0)),
        (("d", "e"), Fraction(0)),
        (tuple("abcdef"), Fraction(0)),
        (tuple("abcd"), Fraction(2, 3)),
    ],
)
def test_several_choices_earn_right_ones_less_wrong_ones(
    response: tuple[str, ...], share: Fraction
) -> None:
    assert grade(MultipleSelect(stem="?", choices=CHOICES, key=("a", "b", "c")), response) == share


def test_one_choice_is_right_or_wrong() -> None:
    question = MultipleChoice(stem="?", choices=CHOICES, key="b")
    assert [grade(question, id_) for id_ in "abc"] == [0, 1, 0]


def test_true_and_false() -> None:
    question = TrueFalse(stem="?", choices=TRUE_FALSE, key=False)
    assert [grade(question, response) for response in (False, True)] == [1, 0]


def test_an_order_is_right_as_a_whole() -> None:
    question = Ordering(stem="?", choices=CHOICES[:3], key=("b", "c", "a"))
    assert grade(question, ("b", "c", "a")) == 1
    assert grade(question, ("b", "a", "c")) == 0


@pytest.mark.parametrize(
    "question",
    [
        MultipleSelect(stem="?", choices=CHOICES, key=("a",)),
        Numeric(stem="?", key=NumericKey(5, 0)),
    ],
)
def test_a_response_to_another_kind_is_wrong(question: Question) -> None:
    assert grade(question, "a") == 0


def test_a_poll_is_never_right() -> None:
    assert grade(Poll(stem="?", choices=CHOICES), ("a",)) == 0


@pytest.mark.parametrize(
    ("value", "tolerance", "response", "is_right"),
    [
        (0.3, 0, 0.1 + 0.2, True),
        (0.1 + 0.2, 0, 0.3, True),
        (3.14, 0.01, 3.15, True),
        (3.14, 0.01, 3.13, True),
        (3.14, 0.01, 3.1500001, False),
        (1.1, 0.1, 1.2, True),
        (1.1, 0.1, 1.0, True),
        (100, 5, 95, True),
        (100, 5, 94.999, False),
        (-4, 0, 4, False),
        (0, 0, -0.0, True),
        (1e308, 0, 1e308, True),
        (1e308, 0, -1e308, False),
        (5e-324, 0, 5e-324, True),
        (299_792_458, 0, 299_792_458, True),
    ],
)
def test_numbers_are_compared_as_people_reckon(
    value: float, tolerance: float, response: float, *, is_right: bool
) -> None:
    assert grade(Numeric(stem="?", key=NumericKey(value, tolerance)), response) == is_right


@given(numbers, st.floats(0, 1e6), st.floats(0, 1))
def test_what_is_nearer_than_the_tolerance_is_right(
    value: float, tolerance: float, part: float
) -> None:
    question = Numeric(stem="?", key=NumericKey(round(value % 1e6, 3), round(tolerance, 3)))
    near = question.key.value + question.key.tolerance * part * 0.999
    assert grade(question, near) == 1


def _matches(accepted: str, given_: str, **ignored: bool) -> bool:
    key = AcceptedAnswers((accepted,), **ignored)
    return grade(ShortAnswer(stem="?", key=key), given_) == 1


@pytest.mark.parametrize(
    ("accepted", "given_"),
    [
        ("Jakarta", "  jAKARTA  "),
        ("New York", "new   york"),
        ("Crème brûlée", "creme brulee"),
        ("Łódź", "lodz"),
        ("straße", "STRASSE"),
        ("kupu-kupu", "kupu kupu"),
        ("don't", "dont"),
        ("don't", "don\N{RIGHT SINGLE QUOTATION MARK}t"),
        ("R.A. Kartini", "ra kartini"),
        ("R.A. Kartini", "R. A. Kartini"),
        ("R.A. Kartini", "r.a.kartini"),
        ("red, green", "red,green"),
        ("rock 'n' roll", "rock n roll"),
        ("!", "!"),
        ("?!", "?!"),
        ("C++", "c++"),
        ("C#", "c#"),
        ("3.14", "3.14"),
        ("-5", "\N{MINUS SIGN}5"),
        ("COVID-19", "covid 19"),
        ("مَرْحَبًا", "مرحبا"),
        ("שָׁלוֹם", "שלום"),
        ("한국", "한국"),
        ("Ⅳ", "iv"),
        ("Pancasila", "Pan\N{SOFT HYPHEN}casila\N{ZERO WIDTH SPACE}"),
        ("İstanbul", "istanbul"),
    ],
)
def test_differences_that_do_not_matter(accepted: str, given_: str) -> None:
    assert _matches(accepted, given_)
    assert _matches(given_, accepted)


@pytest.mark.parametrize(
    ("accepted", "given_"),
    [
        ("Jakarta", "Jakarta Barat"),
        ("C++", "C"),
        ("C#", "C"),
        ("3.14", "314"),
        ("-5", "5"),
        ("10:30", "1030"),
        ("1 2", "12"),
        ("5'11", "511"),
        ("50%", "50"),
        ("!", "?"),
        ("!", "a"),
        ("が", "か"),
        ("therapist", "the rapist"),
    ],
)
def test_differences_that_matter(accepted: str, given_: str) -> None:
    assert not _matches(accepted, given_)
    assert not _matches(given_, accepted)


def test_each_difference_can_be_made_to_matter() -> None:
    assert not _matches("Jakarta", "jakarta", ignore_case=False)
    assert not _matches("New York", "New  York", ignore_space=False)
    assert not _matches("résumé", "resume", ignore_accents=False)
    assert not _matches("dont", "don't", ignore_punctuation=False)


@given(st.text(max_size=40), some_rules)
@example("5..-5", AcceptedAnswers(()))
@example("a.-5", AcceptedAnswers(()))
@example("a'-5", AcceptedAnswers(()))
@example("5'.'1 a .b", AcceptedAnswers(()))
@example("\N{GREEK CAPITAL LETTER IOTA WITH DIALYTIKA}", AcceptedAnswers(()))
def test_normalising_twice_changes_nothing(text: str, rules: AcceptedAnswers) -> None:
    once = normalise(text, rules)
    assert normalise(once, rules) == once


@given(st.text(max_size=20), st.text(max_size=20), some_rules)
@example("\N{GREEK YPOGEGRAMMENI}", "\N{COMBINING ACUTE ACCENT}", AcceptedAnswers(()))
def test_what_counts_in_a_text_counts_whatever_follows(
    text: str, more: str, rules: AcceptedAnswers
) -> None:
    """So the first characters mostly tell whether anything of an accepted answer counts."""
    assert normalise(text + more, rules) or not normalise(text, rules)


@given(st.data(), questions())
def test_only_the_right_response_earns_all(data: st.DataObject, question: Question) -> None:
    share = grade(question, data.draw(responses(question)))
    assert 0 <= share <= 1
    right = right_response(question)
    assert right is None or grade(question, right) == 1
