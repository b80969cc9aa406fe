"""The structs of requests and responses about quizzes; a quiz need not be playable yet."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from game.rules.levels import Level
from game.rules.questions.fields import Language, Topic
from game.rules.quiz_reports import ReportReason
from game.rules.quizzes import (
    DESCRIPTION_MAX,
    QUESTIONS_MAX,
    QuizLabels,
    QuizProblem,
    quiz_problems,
)
from persistence.models import Quiz
from persistence.repositories.quiz_lists import ListedQuiz
from persistence.repositories.quizzes import QuizFacts
from persistence.repositories.viewers import QuizAccess
from server.api.openapi import json_body
from server.api.pagination import PagedOutput
from server.api.questions.schemas import QuestionInput, QuestionOutput
from server.api.request_bodies import Title

Description = Annotated[str, Meta(max_length=DESCRIPTION_MAX)]
Questions = Annotated[list[QuestionInput], Meta(max_length=QUESTIONS_MAX)]


class NewQuiz(QuizLabels, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: Title
    description: Description = ""
    questions: Questions = field(default_factory=list)


NEW_QUIZ_EXAMPLE = {
    "title": "Capitals and numbers",
    "questions": [
        {
            "type": "multiple_choice",
            "stem": "What is the capital of Indonesia?",
            "choices": [{"text": "Jakarta", "is_correct": True}, {"text": "Bandung"}],
        },
        {
            "type": "numeric",
            "stem": "How many provinces has Indonesia?",
            "answer_key": {"value": 38, "tolerance": 0},
            "time_limit": 20,
        },
    ],
}
NewQuizBody = Annotated[NewQuiz, json_body({"Two questions": NEW_QUIZ_EXAMPLE})]


class QuizChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that are left out stay. `questions` replaces the whole list.

    Send `updated_at` as you last read it, and a quiz that was changed since is not overwritten.
    """

    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    language: Language | UnsetType | None = UNSET
    level: Level | UnsetType | None = UNSET
    topic: Topic | UnsetType | None = UNSET
    questions: Questions | UnsetType = UNSET
    updated_at: datetime | UnsetType = UNSET


class CopyRequest(Struct, frozen=True, forbid_unknown_fields=True):
    title: Title | None = None


class NewOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The ids of all questions of the quiz, in their new order."""

    questions: list[UUID]


class _StoredQuiz(QuizLabels, frozen=True, kw_only=True):
    """The fields of a quiz that are stored in its own row."""

    id: UUID
    title: str
    description: str
    access_code: str | None
    published_at: datetime | None
    takedown_reason: ReportReason | None
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


class _ShownQuiz(_StoredQuiz, frozen=True, kw_only=True):
    """A quiz as the viewer may see it.

    `access` is `own` for the owner (and administrators), `edit` or `view` for colleagues with whom
    it is shared; only the first get `access_code`. `teacher` is the owner's name. While
    `published_at` is set, the quiz is in the library; with a `takedown_reason` an administrator
    took it out. `copy_count` counts the copies by others.
    """

    access: QuizAccess
    teacher: str
    share_count: int
    copy_count: int


class QuizSource(Struct, frozen=True):
    """Of which quiz this is a copy, as it was then; `quiz_id` while that is in the library."""

    title: str
    author: str
    quiz_id: UUID | None


class QuizOutput(_ShownQuiz, frozen=True, kw_only=True):
    """`problems` lists what keeps the quiz from being played."""

    source: QuizSource | None
    questions: list[QuestionOutput]
    playable: bool
    problems: list[QuizProblem]


class OpenSession(Struct, frozen=True):
    id: UUID
    code: str


class QuizListItem(_ShownQuiz, frozen=True, kw_only=True):
    """The sessions are the viewer's own; `open_session` is the latest that has not ended."""

    question_count: int
    sessions_count: int
    last_played_at: datetime | None
    playable: bool
    open_session: OpenSession | None


class QuizList(PagedOutput[QuizListItem], frozen=True):
    pass


def quiz_output(quiz: Quiz, facts: QuizFacts) -> QuizOutput:
    shown = msgspec.convert(quiz.questions, list[QuestionOutput], from_attributes=True)
    problems = quiz_problems(shown)
    return QuizOutput(
        **_shown(quiz, facts),
        source=_source(quiz, facts),
        questions=shown,
        playable=not problems,
        problems=problems,
    )


def quiz_list_item(item: ListedQuiz) -> QuizListItem:
    open_session = None
    if item.open_session_id is not None and item.open_session_code is not None:
        open_session = OpenSession(item.open_session_id, item.open_session_code)
    return QuizListItem(
        **_shown(item.quiz, item.facts),
        question_count=item.question_count,
        sessions_count=item.sessions_count,
        last_played_at=item.last_played_at,
        playable=bool(item.quiz.is_playable),
        open_session=open_session,
    )


def _shown(quiz: Quiz, facts: QuizFacts) -> dict[str, Any]:  # Any: the values of a struct's fields
    stored = msgspec.convert(quiz, _StoredQuiz, from_attributes=True)
    if facts.access != "own":
        stored = msgspec.structs.replace(stored, access_code=None)
    return msgspec.structs.asdict(stored) | {
        "access": facts.access,
        "teacher": facts.teacher,
        "share_count": facts.share_count,
        "copy_count": facts.copy_count,
    }


def _source(quiz: Quiz, facts: QuizFacts) -> QuizSource | None:
    if quiz.source_title is None or quiz.source_author is None:
        return None
    quiz_id = quiz.source_id if facts.source_in_library else None
    return QuizSource(quiz.source_title, quiz.source_author, quiz_id)
