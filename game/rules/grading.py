"""Grading: is this response right, and how far."""

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
    normalise,
)

WRONG, RIGHT = Fraction(0), Fraction(1)
# As many digits as every double holds for sure: 0.1 + 0.2 and 0.3 are the same number in them.
_DOUBLE_DIGITS = 15


def grade(question: Question, response: Response) -> Fraction:
    """How far a parsed response is right, from 0 to 1; only 1 is a right answer. A poll is 0."""
    match question:
        case MultipleChoice() | TrueFalse() | Ordering():
            return Fraction(response == question.key)
        case MultipleSelect():
            return _share(question.key, response)
        case ShortAnswer():
            return Fraction(_is_accepted(question.key, str(response)))
        case Numeric():
            return Fraction(_is_near(question.key, response))
        case Poll():
            return WRONG


def _share(key: tuple[str, ...], response: Response) -> Fraction:
    """The right choices less the wrong ones, as a share of all right ones, never below none."""
    if not isinstance(response, tuple):
        return WRONG
    right = len(set(response) & set(key))
    wrong = len(set(response) - set(key))
    return Fraction(max(right - wrong, 0), len(key))


def _is_accepted(key: AcceptedAnswers, text: str) -> bool:
    given = normalise(text, key)
    return any(normalise(accepted, key) == given for accepted in key.accepted)


def _is_near(key: NumericKey, response: Response) -> bool:
    """In decimal, as people reckon, so that an answer on the edge of the tolerance is inside."""
    if not isinstance(response, int | float):
        return False
    return abs(_decimal(response) - _decimal(key.value)) <= _decimal(key.tolerance)


def _decimal(number: float) -> Decimal:
    return Decimal(f"{number:.{_DOUBLE_DIGITS}g}")
