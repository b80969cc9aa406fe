"""Quizzes: their limits and titles, and why one cannot be played yet."""

import re
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from game.rules.levels import Level
from game.rules.questions import QuestionDraft, problems
from game.rules.questions.fields import Language, Topic

TITLE_MAX = 200
DESCRIPTION_MAX = 5000
QUESTIONS_MAX = 500
BYTES_MAX = 1024 * 1024
"""Of all questions as JSON. A room, and each process that serves a homework, reads them at once."""
_NUMBERED = re.compile(r"(?P<title>.*?)(?: \((?P<number>\d{1,3})\))?", re.DOTALL)


class QuizLabels(Struct, frozen=True, kw_only=True):
    """What helps to find a quiz; `language` is a code like `en` or `pt-BR`."""

    language: Language | None = None
    level: Level | None = None
    topic: Topic | None = None


class QuizProblem(Struct, frozen=True):
    """`question` is the 0-based index, None for the quiz itself; `path` is within that question."""

    question: int | None
    path: str
    code: str
    message: str


def size_of(drafts: Sequence[Struct]) -> int:
    """The bytes of these questions or notes; what rooms and homework copy is smaller."""
    return len(msgspec.json.encode(drafts))


def quiz_problems(drafts: Sequence[QuestionDraft]) -> list[QuizProblem]:
    """What keeps the quiz from being played; nothing if it can be."""
    if not drafts:
        return [QuizProblem(None, "questions", "no_questions", "Write a first question.")]
    return [
        QuizProblem(at, problem.path, problem.code, problem.message)
        for at, draft in enumerate(drafts)
        for problem in problems(draft)
    ]


def numbered(title: str, number: int) -> str:
    """The title with a number behind it, which is the same in every language."""
    end = f" ({number})"
    return title[: TITLE_MAX - len(end)].rstrip() + end


def title_of_copy(title: str) -> str:
    """`Rivers` becomes `Rivers (2)`, and that `Rivers (3)`."""
    match = _NUMBERED.fullmatch(title)
    base, number = (match["title"], match["number"]) if match else (title, None)
    return numbered(base, int(number or 1) + 1)
