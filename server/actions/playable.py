"""Refuses quizzes that cannot be played, with what is to be mended."""

from collections.abc import Sequence
from typing import Final

import msgspec

from game.errors import Conflict, Detail
from game.rules.questions import Question, QuestionDraft
from game.rules.quizzes import QuizProblem, quiz_problems

COPY_MAX_BYTES: Final = 1024 * 1024
"""Every start of a room, and every process that serves a homework, reads the whole copy."""


def require_playable(drafts: Sequence[QuestionDraft]) -> None:
    """Raise Conflict `quiz_not_playable` with a detail for each thing to mend."""
    if problems := quiz_problems(drafts):
        raise Conflict(
            "quiz_not_playable",
            "The quiz cannot be played yet.",
            tuple(_detail(problem) for problem in problems),
        )


def require_size(questions: Sequence[Question]) -> None:
    """Raise Conflict `quiz_too_large` if a copy of these would be larger than a request can be."""
    if len(msgspec.json.encode(questions)) > COPY_MAX_BYTES:
        raise Conflict("quiz_too_large", "The quiz is larger than 1 MiB. Split it.")


def _detail(problem: QuizProblem) -> Detail:
    if problem.question is None:
        return Detail(problem.path, problem.code, problem.message)
    path = f"questions[{problem.question}].{problem.path}"
    return Detail(path, problem.code, problem.message)
