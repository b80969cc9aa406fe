"""Refuses quizzes that cannot be played, with what is to be mended."""

from collections.abc import Sequence

from game.errors import Conflict, Detail
from game.rules.questions import QuestionDraft
from game.rules.quizzes import QuizProblem, quiz_problems


def require_playable(drafts: Sequence[QuestionDraft]) -> None:
    """Raise Conflict `quiz_not_playable` with a detail for each thing to mend."""
    if problems := quiz_problems(drafts):
        raise Conflict(
            "quiz_not_playable",
            "The quiz cannot be played yet.",
            tuple(_detail(problem) for problem in problems),
        )


def _detail(problem: QuizProblem) -> Detail:
    if problem.question is None:
        return Detail(problem.path, problem.code, problem.message)
    path = f"questions[{problem.question}].{problem.path}"
    return Detail(path, problem.code, problem.message)
