"""Queries of quizzes: creates, lists, copies and removes them. For questions see questions.py."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import Literal, NamedTuple
from uuid import UUID

from msgspec import UNSET, UnsetType
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import NotFound, Unauthenticated
from game.rules import codes
from game.rules.questions import QuestionDraft
from persistence.models import Question, Quiz, QuizSession, User
from persistence.repositories import pagination
from persistence.repositories.pagination import Page
from persistence.repositories.questions import (
    WITH_CHOICES,
    WRITTEN_AT_ONCE,
    draft,
    playable,
    write,
)
from persistence.repositories.viewers import QUIZZES, Viewer
from persistence.violations import violated_constraint

Sort = Literal["updated", "created", "title", "played"]

CODE_TRIES = 20


class ListedQuiz(NamedTuple):
    """A quiz in a list: without its questions, with figures of them and of its sessions."""

    quiz: Quiz
    playable: bool
    question_count: int
    sessions_count: int
    last_played_at: datetime | None
    open_session_id: UUID | None
    open_session_code: str | None
    teacher: str


async def create(  # noqa: PLR0913  # a whole quiz in one step
    session: AsyncSession,
    teacher_id: UUID,
    *,
    title: str,
    description: str = "",
    is_public: bool = False,
    questions: Sequence[QuestionDraft] = (),
    at_once: int = WRITTEN_AT_ONCE,
    random: Random | None = None,
) -> Quiz:
    """Create a quiz with a standing code of its own; `random` is for tests.

    `at_once` is how many questions are written together: few where rooms are served.
    """
    quiz = await _with_free_code(
        session,
        Quiz(teacher_id=teacher_id, title=title, description=description, is_public=is_public),
        random or SystemRandom(),
    )
    await write(session, quiz, questions, at_once)
    return quiz


async def get(
    session: AsyncSession, viewer: Viewer, quiz_id: UUID, *, for_update: bool = False
) -> Quiz:
    """The quiz with its questions and choices, archived or not; else NotFound `no_such_quiz`.

    With `for_update` the viewer must be allowed to edit it, and its row is locked, so that
    `updated_at` shows all earlier changes.
    """
    allowed = QUIZZES.editable_by if for_update else QUIZZES.visible_to
    query = select(Quiz).where(Quiz.id == quiz_id, allowed(viewer)).options(WITH_CHOICES)
    query = query.execution_options(populate_existing=True)
    quiz = await session.scalar(query.with_for_update(of=Quiz) if for_update else query)
    if quiz is None:
        raise NotFound("no_such_quiz", "There is no such quiz.")
    return quiz


async def page(  # noqa: PLR0913  # one for each filter
    session: AsyncSession,
    viewer: Viewer,
    page: int,
    page_size: int,
    *,
    archived: bool = False,
    search: str = "",
    sort: Sort = "created",
) -> Page[ListedQuiz]:
    """Quizzes with `search` in their title.

    The number of statements does not depend on the number of quizzes. Only thousands of questions
    are read in several statements, so that rooms need not wait for all of them.
    """
    of_this_quiz = QuizSession.quiz_id == Quiz.id
    still_open = (
        select(QuizSession.id)
        .where(of_this_quiz, QuizSession.ended_at.is_(None))
        .order_by(QuizSession.created_at.desc(), QuizSession.id.desc())
        .limit(1)
    )
    last_played = select(func.max(QuizSession.started_at)).where(of_this_quiz).scalar_subquery()
    listed = (
        select(
            Quiz,
            select(func.count(Question.id)).where(Question.quiz_id == Quiz.id).scalar_subquery(),
            select(func.count(QuizSession.id)).where(of_this_quiz).scalar_subquery(),
            last_played,
            still_open.scalar_subquery(),
            still_open.with_only_columns(QuizSession.access_code).scalar_subquery(),
            User.full_name,
        )
        .join(User, User.id == Quiz.teacher_id)
        .where(
            QUIZZES.visible_to(viewer),
            Quiz.archived_at.is_not(None) == archived,
            Quiz.title.icontains(search, autoescape=True),
        )
        .order_by(
            {
                "created": Quiz.created_at.desc(),
                "updated": Quiz.updated_at.desc(),
                "title": func.lower(Quiz.title),
                "played": last_played.desc().nulls_last(),
            }[sort],
            Quiz.id.desc(),
        )
    )
    rows = (await session.execute(pagination.paginate(listed, page, page_size))).all()
    can_be_played = await playable(session, [(row[0].id, row[1]) for row in rows])
    items = [ListedQuiz(row[0], row[0].id in can_be_played, *row[1:]) for row in rows]
    return Page(items, await pagination.count(session, listed.with_only_columns(Quiz.id)))


async def change(
    session: AsyncSession,
    quiz: Quiz,
    *,
    title: str | UnsetType = UNSET,
    description: str | UnsetType = UNSET,
    is_public: bool | UnsetType = UNSET,
) -> None:
    """Change some fields; those that are UNSET stay."""
    if title is not UNSET:
        quiz.title = title
    if description is not UNSET:
        quiz.description = description
    if is_public is not UNSET:
        quiz.is_public = is_public
    await touch(session, quiz)


async def archive(session: AsyncSession, quiz: Quiz) -> None:
    """Archive the quiz. One that is archived already keeps its date."""
    if quiz.archived_at is None:
        quiz.archived_at = datetime.now(UTC)
        await touch(session, quiz)


async def restore(session: AsyncSession, quiz: Quiz) -> None:
    if quiz.archived_at is not None:
        quiz.archived_at = None
        await touch(session, quiz)


async def touch(session: AsyncSession, quiz: Quiz) -> None:
    """Flush the changes and set `updated_at`."""
    quiz.touch()
    await session.flush()


async def copy(
    session: AsyncSession, quiz: Quiz, *, title: str, random: Random | None = None
) -> Quiz:
    """Create a quiz of the same teacher with copies of all questions, and without sessions."""
    copied = await _with_free_code(
        session,
        Quiz(teacher_id=quiz.teacher_id, title=title, description=quiz.description),
        random or SystemRandom(),
    )
    await write(session, copied, [draft(question) for question in quiz.questions])
    return copied


async def is_in_play(session: AsyncSession, quiz: Quiz) -> bool:
    """Whether the quiz has a session that has not ended."""
    running = select(QuizSession.id).where(
        QuizSession.quiz_id == quiz.id, QuizSession.ended_at.is_(None)
    )
    return bool(await session.scalar(select(running.exists())))


async def purge(session: AsyncSession, quiz: Quiz) -> None:
    """Remove the quiz for good, with its questions, sessions and results."""
    await session.execute(delete(Quiz).where(Quiz.id == quiz.id))


async def _with_free_code(session: AsyncSession, quiz: Quiz, random: Random) -> Quiz:
    """Insert the quiz with a free code. Codes are tried until the database accepts one."""
    quiz.questions = []
    for _ in range(CODE_TRIES):
        quiz.access_code = codes.quiz_code(random)
        try:
            async with session.begin_nested():
                session.add(quiz)
        except IntegrityError as error:
            if violated_constraint(error) == "fk_quizzes_teacher_id_users":
                raise Unauthenticated("not_signed_in", "This account is closed.") from None
            if violated_constraint(error) != "uq_quizzes_access_code":
                raise
        else:
            return quiz
    raise RuntimeError(f"{CODE_TRIES} random codes were all taken")
