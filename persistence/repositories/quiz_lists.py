"""Lists of quizzes: own ones, those of the archive, and those that colleagues share."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    any_,
    exists,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.models import QUIZ_SEARCH, Question, Quiz, QuizSession, User
from persistence.repositories import pagination, quizzes
from persistence.repositories.pagination import Page
from persistence.repositories.questions import judge
from persistence.repositories.quizzes import QuizFacts
from persistence.repositories.search import narrowed
from persistence.repositories.viewers import OWN_QUIZZES, SESSIONS, Viewer, shared_with

Sort = Literal["updated", "created", "title", "played"]

NEWEST_FIRST = Quiz.created_at.desc()
ORDERS: Mapping[str, ColumnElement[Any]] = {  # Any: times and texts
    "created": NEWEST_FIRST,
    "updated": Quiz.updated_at.desc(),
    "title": func.lower(Quiz.title),
}


class ListedQuiz(NamedTuple):
    """A quiz in a list, with figures of its questions and of the viewer's sessions."""

    quiz: Quiz
    question_count: int
    sessions_count: int
    last_played_at: datetime | None
    open_session_id: UUID | None
    open_session_code: str | None
    facts: QuizFacts


async def page(  # noqa: PLR0913  # one for each filter
    session: AsyncSession,
    viewer: Viewer,
    page: int,
    page_size: int,
    *,
    archived: bool = False,
    shared: bool = False,
    search: str = "",
    sort: Sort = "created",
) -> Page[ListedQuiz]:
    """Own quizzes, or with `shared` those of colleagues, with the words of `search`.

    The number of statements does not depend on the number of quizzes. Only thousands of questions
    are read in several statements, so that rooms need not wait for all of them.
    """
    allowed = shared_with(viewer) if shared else OWN_QUIZZES.visible_to(viewer)
    is_archived = Quiz.archived_at.is_not(None)
    ids = select(Quiz.id).where(allowed, is_archived if archived else ~is_archived)
    ids, total = await narrowed(
        session, ids, search, vector=QUIZ_SEARCH, title=Quiz.title, newest_first=NEWEST_FIRST
    )
    if sort == "played":
        shown = await _last_played_first(session, viewer, ids, page, page_size)
    else:
        ids = ids.order_by(ORDERS[sort], Quiz.id.desc())
        shown = (await session.scalars(pagination.paginate(ids, page, page_size))).all()
    on_page = Quiz.id == any_(literal(shown, ARRAY(Uuid)))
    listed = await session.execute(_listing(viewer).where(allowed, on_page))
    rows = {row[0].id: row for row in listed}
    await judge(session, [(quiz, questions) for quiz, questions, *_ in rows.values()])
    items = [_listed(rows[each]) for each in shown if each in rows]
    total = total or await pagination.count(session, ids, page, page_size, len(shown))
    return Page(items, *total)


async def _last_played_first(
    session: AsyncSession, viewer: Viewer, ids: Select[UUID], page: int, page_size: int
) -> Sequence[UUID]:
    """A page of quizzes by the viewer's last session, then of those without one, newest first.

    It begins with the sessions, because it would take long to look for those of every quiz.
    """
    started = select(QuizSession.id, QuizSession.quiz_id, QuizSession.started_at).where(
        SESSIONS.visible_to(viewer), QuizSession.started_at.is_not(None)
    )
    last, later = started.subquery("last"), started.subquery("later")
    moment, later_moment = (tuple_(each.c.started_at, each.c.id) for each in (last, later))
    is_last = ~exists().where(later.c.quiz_id == last.c.quiz_id, later_moment > moment)
    played = (
        select(last.c.quiz_id)
        .where(last.c.quiz_id.in_(ids), is_last)
        .order_by(last.c.started_at.desc(), last.c.id.desc())
    )
    shown = (await session.scalars(pagination.paginate(played, page, page_size))).all()
    if len(shown) == page_size:
        return shown
    before = 0 if shown else (page - 1) * page_size - await pagination.count_all(session, played)
    unplayed = (
        ids.where(~exists().where(later.c.quiz_id == Quiz.id))
        .order_by(NEWEST_FIRST, Quiz.id.desc())
        .limit(page_size - len(shown))
        .offset(before)
    )
    return [*shown, *await session.scalars(unplayed)]


def _listing(viewer: Viewer) -> Select[*tuple[Any, ...]]:  # Any: the columns
    """The rows for `_listed`."""
    of_this_quiz = (QuizSession.quiz_id == Quiz.id) & SESSIONS.visible_to(viewer)
    still_open = (
        select(QuizSession.id)
        .where(of_this_quiz, QuizSession.mode == "live", QuizSession.ended_at.is_(None))
        .order_by(QuizSession.created_at.desc(), QuizSession.id.desc())
        .limit(1)
    )
    return select(
        Quiz,
        select(func.count(Question.id)).where(Question.quiz_id == Quiz.id).scalar_subquery(),
        select(func.count(QuizSession.id)).where(of_this_quiz).scalar_subquery(),
        select(func.max(QuizSession.started_at)).where(of_this_quiz).scalar_subquery(),
        still_open.scalar_subquery(),
        still_open.with_only_columns(QuizSession.access_code).scalar_subquery(),
        *quizzes.fact_columns(viewer),
    ).join(User, User.id == Quiz.teacher_id)


def _listed(row: Sequence[Any]) -> ListedQuiz:  # Any: the columns
    quiz, questions, sessions, last_played, open_id, open_code, *columns = row
    return ListedQuiz(
        quiz, questions, sessions, last_played, open_id, open_code, QuizFacts(*columns)
    )
