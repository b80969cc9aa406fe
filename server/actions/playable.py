"""Refuses quizzes that cannot be played, with what is to be mended."""

from collections.abc import Sequence

import msgspec

from game.errors import Conflict, Detail
from game.rules.questions import Question, QuestionDraft
from game.rules.quizzes import BYTES_MAX, QuizProblem, quiz_problems
from persistence.repositories.questions import quiz_too_large


def require_playable(drafts: Sequence[QuestionDraft]) -> None:
    """Raise Conflict `quiz_not_playable` with a detail for each thing to mend."""
    if problems := quiz_problems(drafts):
        raise Conflict(
            "quiz_not_playable",
            "The quiz cannot be played yet.",
            tuple(_detail(problem) for problem in problems),
        )


def require_size(questions: Sequence[Question]) -> None:
    """Raise Conflict `quiz_too_large`, for a quiz from before quizzes had a limit."""
    if len(msgspec.json.encode(questions)) > BYTES_MAX:
        raise quiz_too_large()


def _detail(problem: QuizProblem) -> Detail:
    if problem.question is None:
        return Detail(problem.path, problem.code, problem.message)
    path = f"questions[{problem.question}].{problem.path}"
    return Detail(path, problem.code, problem.message)
