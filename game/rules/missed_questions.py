"""Which questions of a session become cards of the learners who missed them.

A learner misses a question by a wrong answer, by a right one that took most of the time, and by
none if they were there. A poll has no right answer, and a voided question counts for nobody.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from game.rules.questions import Question, is_scored
from game.rules.session_corrections import Corrections, corrected

SLOW_PERCENT: Final = 80
"""A right answer that took more of its time limit than this becomes a card too."""


class AskedQuestion(Struct, frozen=True):
    """A question that can be missed, with the key that counts.

    A right answer that took longer than `slow_ms` misses it too; None without a time limit.
    """

    index: int
    question: Question
    slow_ms: int | None


def asked(
    questions: Sequence[Question], limits_ms: Sequence[int | None], corrections: Corrections
) -> list[AskedQuestion]:
    """Those of the questions that can be missed. `limits_ms` are as the host extended them."""
    return [
        AskedQuestion(
            index,
            corrected(corrections.get(index), question),
            None if limit_ms is None else limit_ms * SLOW_PERCENT // 100,
        )
        for index, (question, limit_ms) in enumerate(zip(questions, limits_ms, strict=True))
        if is_scored(question) and not (index in corrections and corrections[index].voids)
    ]
