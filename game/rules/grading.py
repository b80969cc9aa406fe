"""Grading: is this response right, and how far."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from game.rules.questions import (
    AcceptedAnswers,
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
    all_keys,
    normalise,
)

WRONG, RIGHT = Fraction(0), Fraction(1)
# As many digits as every double holds for sure: 0.1 + 0.2 and 0.3 are the same number in them.
_DOUBLE_DIGITS = 15


def grade(question: Question, response: Response) -> Fraction:
    """How far a parsed response is right, from 0 to 1; only 1 is a right answer. A poll is 0."""
    return grader(question)(response)


def grader(question: Question) -> Callable[[Response], Fraction]:
    """`grade` for many responses to one question: what they share is reckoned once."""
    match question:
        case MultipleChoice() | TrueFalse() | Ordering():
            keys = all_keys(question)
            return lambda response: _all_or_nothing(response in keys)
        case MultipleSelect():
            sets = (question.key, *question.also)
            return lambda response: max(_share(key, response) for key in sets)
        case ShortAnswer():
            return _acceptance(question.key)
        case Numeric():
            numbers = (question.key, *question.also)
            return lambda response: _all_or_nothing(any(_is_near(key, response) for key in numbers))
        case Poll():
            return lambda _: WRONG


def _all_or_nothing(is_right: bool) -> Fraction:  # noqa: FBT001  # all that it takes
    return RIGHT if is_right else WRONG


def _share(key: tuple[str, ...], response: Response) -> Fraction:
    """The right choices less the wrong ones, as a share of all right ones, never below none."""
    if not isinstance(response, tuple):
        return WRONG
    right = len(set(response) & set(key))
    wrong = len(set(response) - set(key))
    return Fraction(max(right - wrong, 0), len(key))


def _acceptance(key: AcceptedAnswers) -> Callable[[Response], Fraction]:
    accepted = {normalise(text, key) for text in key.accepted}
    return lambda response: _all_or_nothing(normalise(str(response), key) in accepted)


def _is_near(key: NumericKey, response: Response) -> bool:
    """In decimal, as people reckon, so that an answer on the edge of the tolerance is inside."""
    if not isinstance(response, int | float):
        return False
    return abs(_decimal(response) - _decimal(key.value)) <= _decimal(key.tolerance)


def _decimal(number: float) -> Decimal:
    return Decimal(f"{number:.{_DOUBLE_DIGITS}g}")
