"""Queries of questions: of quizzes, and of the bank (see bank.py)."""

from persistence.repositories.questions.in_quizzes import (
    WITH_CHOICES,
    WRITTEN_AT_ONCE,
    append,
    judge,
    quiz_too_large,
    reorder,
    replace,
    write,
)
from persistence.repositories.questions.rows import draft

__all__ = [
    "WITH_CHOICES",
    "WRITTEN_AT_ONCE",
    "append",
    "draft",
    "judge",
    "quiz_too_large",
    "reorder",
    "replace",
    "write",
]
