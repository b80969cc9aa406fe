"""Counts what teachers store over HTTP, so that nobody fills the database."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from game.rules.notes import NoteDraft
from game.rules.questions import QuestionDraft
from game.rules.quizzes import size_of
from server.limits import STORED_BYTES_OF_TEACHER, Limits

QUESTION_BYTES: Final = 1024
"""What a question takes beside its content: rows, and their places in indexes."""
QUIZ_BYTES: Final = 8 * 1024
"""What a quiz takes beside its questions."""
SET_BYTES: Final = 1024
SET_PLACE_BYTES: Final = 128
CARD_BYTES: Final = 512
"""What a learner's card takes, with its places in indexes."""


async def count_questions(
    limits: Limits,
    teacher_id: UUID,
    new: Sequence[QuestionDraft],
    old: Sequence[QuestionDraft] = (),
    *,
    quizzes: int = 0,
) -> None:
    """Count questions that will be stored instead of the old ones, with new quizzes for them.

    Raises:
        RateLimited: the teacher stored too much within an hour.
    """
    await count(limits, teacher_id, _size(new) - _size(old) + quizzes * QUIZ_BYTES)


async def count_notes(
    limits: Limits, owner_id: UUID, new: Sequence[NoteDraft], learners: int = 0
) -> None:
    """Count notes, with the cards that so many learners get. Raises as `count_questions`."""
    cards = sum(2 if draft.is_reversed else 1 for draft in new) * learners
    await count(limits, owner_id, size_of(new) + cards * CARD_BYTES)


async def count(limits: Limits, teacher_id: UUID, size: int) -> None:
    """Count so many bytes; what makes something smaller is free. Raises as `count_questions`."""
    if size > 0:
        await limits.hit(STORED_BYTES_OF_TEACHER, str(teacher_id), cost=size)


def _size(drafts: Sequence[QuestionDraft]) -> int:
    return size_of(drafts) + QUESTION_BYTES * len(drafts)
