"""What is answered about quizzes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from game.rules.questions import Kind
from game.rules.quizzes import QuizProblem, quiz_problems
from persistence.models import Choice, Question, Quiz
from persistence.repositories import quizzes
from persistence.repositories.quizzes import ListedQuiz
from server.api.pagination import PagedOutput


class ChoiceOutput(Struct, frozen=True):
    id: UUID
    text: str
    media: str | None
    is_correct: bool


class QuestionOutput(Struct, frozen=True):
    id: UUID
    type: Kind
    stem: str
    points: int
    time_limit: int
    explanation: str | None
    media: str | None
    language: str | None
    options: dict[str, Any]
    answer_key: dict[str, Any] | None
    choices: list[ChoiceOutput]


class QuizOutput(Struct, frozen=True):
    """`problems` says what keeps it from being played, question by question."""

    id: UUID
    title: str
    description: str
    access_code: str
    is_public: bool
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime
    questions: list[QuestionOutput]
    playable: bool
    problems: list[QuizProblem]


class OpenSession(Struct, frozen=True):
    id: UUID
    code: str


class QuizListItem(Struct, frozen=True):
    """`open_session` is the latest that has not ended; `teacher` the name of whose quiz it is."""

    id: UUID
    title: str
    description: str
    access_code: str
    is_public: bool
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime
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
    found = quiz_problems([quizzes.draft(question) for question in quiz.questions])
    return QuizOutput(
        id=quiz.id,
        title=quiz.title,
        description=quiz.description,
        access_code=quiz.access_code,
        is_public=quiz.is_public,
        archived_at=quiz.archived_at,
        created_at=quiz.created_at,
        updated_at=quiz.updated_at,
        questions=[_question_output(question) for question in quiz.questions],
        playable=not found,
        problems=found,
    )


def _question_output(question: Question) -> QuestionOutput:
    return QuestionOutput(
        id=question.id,
        type=Kind(question.type),
        stem=question.stem,
        points=question.points,
        time_limit=question.time_limit,
        explanation=question.explanation,
        media=question.media,
        language=question.language,
        options=question.options,
        answer_key=question.answer_key,
        choices=[_choice_output(choice) for choice in question.choices],
    )


def _choice_output(choice: Choice) -> ChoiceOutput:
    return ChoiceOutput(choice.id, choice.text, choice.media, choice.is_correct)


def quiz_list_item(item: ListedQuiz) -> QuizListItem:
    quiz, open_session = item.quiz, None
    if item.open_session_id is not None and item.open_session_code is not None:
        open_session = OpenSession(item.open_session_id, item.open_session_code)
    return QuizListItem(
        id=quiz.id,
        title=quiz.title,
        description=quiz.description,
        access_code=quiz.access_code,
        is_public=quiz.is_public,
        archived_at=quiz.archived_at,
        created_at=quiz.created_at,
        updated_at=quiz.updated_at,
        question_count=item.question_count,
        sessions_count=item.sessions_count,
        last_played_at=item.last_played_at,
        playable=not quiz_problems([quizzes.draft(question) for question in quiz.questions]),
        open_session=open_session,
        teacher=item.teacher,
    )
