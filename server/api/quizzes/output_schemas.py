"""What is answered about quizzes."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from game.rules.questions import ChoiceDraft, QuestionDraft
from game.rules.quizzes import QuizProblem, quiz_problems
from persistence.models import Quiz
from persistence.repositories.quizzes import ListedQuiz
from server.api.pagination import PagedOutput


class ChoiceOutput(ChoiceDraft, frozen=True, kw_only=True):
    id: UUID


class QuestionOutput(QuestionDraft, frozen=True, kw_only=True):
    id: UUID
    choices: tuple[ChoiceOutput, ...]


class _StoredQuiz(Struct, frozen=True, kw_only=True):
    """What is shown of a quiz as it stands in the database."""

    id: UUID
    title: str
    description: str
    access_code: str
    is_public: bool
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


class QuizOutput(_StoredQuiz, frozen=True, kw_only=True):
    """`problems` says what keeps it from being played, question by question."""

    questions: list[QuestionOutput]
    playable: bool
    problems: list[QuizProblem]


class OpenSession(Struct, frozen=True):
    id: UUID
    code: str


class QuizListItem(_StoredQuiz, frozen=True, kw_only=True):
    """`open_session` is the latest that has not ended; `teacher` the name of whose quiz it is."""

    question_count: int
    sessions_count: int
    last_played_at: datetime | None
    playable: bool
    open_session: OpenSession | None
    teacher: str


class QuizList(PagedOutput[QuizListItem], frozen=True):
    pass


class OpenedRoom(Struct, frozen=True):
    """`code` is what players type; `url` is the host's page."""

    id: UUID
    code: str
    title: str
    url: str


def quiz_output(quiz: Quiz) -> QuizOutput:
    shown = msgspec.convert(quiz.questions, list[QuestionOutput], from_attributes=True)
    problems = quiz_problems(shown)
    return QuizOutput(**_stored(quiz), questions=shown, playable=not problems, problems=problems)


def quiz_list_item(item: ListedQuiz) -> QuizListItem:
    open_session = None
    if item.open_session_id is not None and item.open_session_code is not None:
        open_session = OpenSession(item.open_session_id, item.open_session_code)
    return QuizListItem(
        **_stored(item.quiz),
        question_count=item.question_count,
        sessions_count=item.sessions_count,
        last_played_at=item.last_played_at,
        playable=item.playable,
        open_session=open_session,
        teacher=item.teacher,
    )


def _stored(quiz: Quiz) -> dict[str, Any]:  # Any: the values of a struct's fields
    return msgspec.structs.asdict(msgspec.convert(quiz, _StoredQuiz, from_attributes=True))
