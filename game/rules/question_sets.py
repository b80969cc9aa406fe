"""Question sets: the order of their questions, which is a list of ids."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from game.rules.quizzes import QUESTIONS_MAX

SET_QUESTIONS_MAX = QUESTIONS_MAX
"""So that a quiz can be made from every set."""


def inserted(ids: Sequence[UUID], places: Mapping[UUID, int]) -> list[UUID]:
    """The order after questions were inserted, one after the other, each at its place.

    Inserting questions that were taken out at their former places, the first place first, restores
    the order. A place beyond the end is the end.
    """
    order = list(ids)
    for question_id, place in places.items():
        order.insert(place, question_id)
    return order


def rearranged(ids: Sequence[UUID], wanted: Sequence[UUID]) -> list[UUID]:
    """The order in which `wanted` share out the places that they have; all others stay.

    Raises:
        ValueError: one of them is not in the set, or is named twice.
    """
    named = set(wanted)
    if len(named) < len(wanted) or not named.issubset(ids):
        raise ValueError("name questions of the set, each once")
    waiting = iter(wanted)
    return [next(waiting) if question_id in named else question_id for question_id in ids]
