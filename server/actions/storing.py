"""Counts what accounts store over HTTP, so that nobody fills the database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from game.errors import Conflict
from game.rules.notes import NoteDraft
from game.rules.questions import QuestionDraft
from game.rules.quizzes import size_of
from server.limits import STORED_BYTES_OF_ACCOUNT, Limits

QUESTION_BYTES: Final = 1024
"""What a question takes beside its content: rows, and their places in indexes."""
QUIZ_BYTES: Final = 8 * 1024
"""What a quiz takes beside its description and its questions."""
SET_BYTES: Final = 1024
SET_PLACE_BYTES: Final = 128
CARD_BYTES: Final = 512
"""What a learner's card takes, with its places in indexes."""
REVIEW_BYTES: Final = 880
"""What a row of the log takes, with its places in indexes and what is counted of its day."""


@asynccontextmanager
async def counted(limits: Limits, user_id: UUID, size: int) -> AsyncIterator[None]:
    """Count so many bytes that are stored meanwhile, unless that is refused.

    What makes something smaller is free.

    Raises:
        RateLimited: the account stored too much within an hour.
        Conflict: `too_much_at_once`; waiting would not help.
    """
    if size <= 0:
        yield
        return
    limit, subject = STORED_BYTES_OF_ACCOUNT, str(user_id)
    if size > limit.times * limits.scale:
        raise Conflict("too_much_at_once", "This is too much at once. Add fewer at a time.")
    try:
        await limits.hit(limit, subject, cost=size)
        yield
    except Exception:  # a refusal, or a database that is away: nothing was stored
        await limits.give_back(limit, subject, cost=size)
        raise


def size_of_questions(new: Sequence[QuestionDraft], old: Sequence[QuestionDraft] = ()) -> int:
    """The bytes that questions take more than the old ones in their place."""
    return size_of(new) - size_of(old) + QUESTION_BYTES * (len(new) - len(old))


def size_of_quiz(questions: Sequence[QuestionDraft], description: str = "") -> int:
    return QUIZ_BYTES + size_of_text(description) + size_of_questions(questions)


def size_of_notes(notes: Sequence[NoteDraft], learners: int = 0) -> int:
    """The bytes of notes, with the cards that so many learners get."""
    cards = sum(2 if draft.is_reversed else 1 for draft in notes) * learners
    return size_of(notes) + cards * CARD_BYTES


def size_of_text(new: str, old: str = "") -> int:
    return len(new.encode()) - len(old.encode())
