"""Queries of the library: quizzes that teachers published for all others."""

from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from game.errors import NotFound
from game.rules.levels import Level
from persistence.models import QUIZ_SEARCH, Question, Quiz, User
from persistence.repositories import pagination
from persistence.repositories.pagination import Page
from persistence.repositories.questions import WITH_CHOICES
from persistence.repositories.search import narrowed
from persistence.repositories.viewers import LIBRARY, Viewer

Sort = Literal["published", "title"]


class PublishedQuiz(NamedTuple):
    """A quiz of the library with its author's name; `copy_count` counts the copies by others."""

    quiz: Quiz
    author: str
    question_count: int
    copy_count: int


async def get(
    session: AsyncSession, viewer: Viewer, quiz_id: UUID, *, unchanging: bool = False
) -> PublishedQuiz:
    """The quiz with its questions and choices, if it is in the library.

    With `unchanging` nobody changes it until the transaction ends.

    Raises:
        NotFound: `not_in_library`.
    """
    query = _published(viewer).where(Quiz.id == quiz_id).options(WITH_CHOICES)
    if unchanging:
        query = query.with_for_update(read=True, of=Quiz)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound("not_in_library", "This quiz is not in the library, or not any more.")
    return PublishedQuiz(*row)


async def page(  # noqa: PLR0913  # one for each filter
    session: AsyncSession,
    viewer: Viewer,
    page: int,
    page_size: int,
    *,
    search: str = "",
    language: str | None = None,
    level: Level | None = None,
    topic: str | None = None,
    author_id: UUID | None = None,
    sort: Sort = "published",
) -> Page[PublishedQuiz]:
    """Quizzes with the words of `search`, without their questions."""
    ids = select(Quiz.id).where(LIBRARY.visible_to(viewer))
    filters = (
        (Quiz.language, language),
        (Quiz.level, level),
        (Quiz.topic, topic),
        (Quiz.teacher_id, author_id),
    )
    for column, wanted in filters:
        if wanted is not None:
            ids = ids.where(column == wanted)
    newest_first = Quiz.published_at.desc()
    ids, total = await narrowed(
        session, ids, search, vector=QUIZ_SEARCH, title=Quiz.title, newest_first=newest_first
    )
    order = {"published": newest_first, "title": func.lower(Quiz.title)}[sort]
    ids = ids.order_by(order, Quiz.id.desc())
    shown = (await session.scalars(pagination.paginate(ids, page, page_size))).all()
    on_page = Quiz.id == any_(literal(shown, ARRAY(Uuid)))
    rows = await session.execute(_published(viewer).where(on_page))
    found = {row[0].id: PublishedQuiz(*row) for row in rows}
    items = [found[each] for each in shown if each in found]
    total = total or await pagination.count(session, ids, page, page_size, len(shown))
    return Page(items, *total)


def _published(viewer: Viewer) -> Select[Quiz, str, int, int]:
    copied = aliased(Quiz)
    questions = select(func.count(Question.id)).where(Question.quiz_id == Quiz.id)
    copies = select(func.count(copied.id)).where(copied.source_id == Quiz.id)
    return (
        select(Quiz, User.full_name, questions.scalar_subquery(), copies.scalar_subquery())
        .join(User, User.id == Quiz.teacher_id)
        .where(LIBRARY.visible_to(viewer))
    )
