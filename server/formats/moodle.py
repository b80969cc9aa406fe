"""What GIFT and Moodle XML have in common: categories, tags, weights, and orders as pairs.

The functions add the codes of what they leave out to `lost`.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from random import Random

from game.rules.questions import CHOICES_MAX, Kind, QuestionDraft, freeze
from game.rules.questions.fields import LABEL_PATTERN, POINTS_MAX, TAG_MAX, TAGS_MAX, TOPIC_MAX
from server.formats.items import BadItemError

CATEGORY_CONTEXT = re.compile(r"^(?:\$\w+\$/?)?(?:top(?:/|$))?")
TOP = "$course$/top"
LABEL = re.compile(LABEL_PATTERN)
NUMBER = re.compile(r"[+-]?(?:\d{1,400}\.?\d{0,400}|\.\d{1,400})(?:[eE][+-]?\d{1,3})?")
ALL = 100.0
NEAR = 0.01
"""How far a weight may be from an equal share: they are written with few digits."""


def topic_of(category: str, lost: set[str]) -> str | None:
    path = CATEGORY_CONTEXT.sub("", category.strip()).strip().replace("//", "/")
    if not path or path.lower() == "default":
        return None
    if len(path) > TOPIC_MAX or not LABEL.match(path):
        lost.add("topic")
        return None
    return path


def category_of(topic: str | None) -> str:
    return f"{TOP}/{topic}" if topic else TOP


def tags_of(given: Iterable[str], lost: set[str]) -> list[str]:
    tags = list(dict.fromkeys(tag.strip() for tag in given))
    fitting = [tag for tag in tags if len(tag) <= TAG_MAX and LABEL.match(tag)][:TAGS_MAX]
    if fitting != tags:
        lost.add("tags")
    return fitting


def note_title(title: str, stem: str, lost: set[str]) -> None:
    """Questions have no titles. One that only begins the question says nothing else."""
    begun = " ".join(title.split()).rstrip(".…")
    if begun and not " ".join(stem.split()).startswith(begun):
        lost.add("title")


def right_choices(
    weights: Sequence[float], lost: set[str], *, several: bool
) -> tuple[Kind, list[bool]]:
    """The kind of question, and which choices are right, from weights in percent."""
    if several:
        if not _are_equal_shares(weights):
            lost.add("weights")
        return Kind.MULTIPLE_SELECT, [weight > 0 for weight in weights]
    if any(weight not in {0, ALL} for weight in weights):
        lost.add("weights")
    right = [weight >= ALL for weight in weights]
    if sum(right) > 1:
        lost.add("any_right_choice")
        return Kind.MULTIPLE_SELECT, right
    return Kind.MULTIPLE_CHOICE, right


def share_of(right: Sequence[bool]) -> str:
    """The weight of one right choice, as it is written."""
    return f"{ALL / sum(right):.5g}"


def in_order(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Pairs with the numbers 1, 2, 3 are an ordering. Others are no kind of ours."""
    numbers = [left.strip() for left, _ in pairs]
    if numbers != [str(at) for at in range(1, len(pairs) + 1)] or len(pairs) > CHOICES_MAX:
        message = "Matching questions are taken only if they match 1, 2, 3 … with an order."
        raise BadItemError("matching", message)
    return [right for _, right in pairs]


def decimal_of(text: str) -> Decimal:
    text = text.strip()
    if not NUMBER.fullmatch(text):
        raise BadItemError("bad_number", "Write numbers like 3.14, 3.14:0.01 or 3..4.")
    return Decimal(text)


def points_of(score: str | None, one: int, lost: set[str]) -> int:
    """The points for a score of which 1 is worth `one`, which is also what is usual."""
    points = decimal_of(score) * one if score else Decimal(one)
    whole = int(points) if 0 <= points <= POINTS_MAX else one
    if whole != points:
        lost.add("points")
    return whole


def is_true(question: QuestionDraft) -> bool:
    """Whether the statement of a true/false question holds, in whatever order its choices are."""
    return freeze(question, Random(0)).key is True  # noqa: S311  # nothing is drawn here


def _are_equal_shares(weights: Sequence[float]) -> bool:
    """Whether the weights are what Kuis does: a wrong choice takes away what a right one gives."""
    share = ALL / (sum(weight > 0 for weight in weights) or 1)
    return all(abs(abs(weight) - share) < NEAR for weight in weights)
