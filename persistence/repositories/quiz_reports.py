"""Queries of reports of published quizzes."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from game.rules.quiz_reports import ReportReason
from persistence.models import Quiz, QuizReport, User
from persistence.repositories import pagination
from persistence.repositories.pagination import Page
from persistence.repositories.viewers import QUIZ_REPORTS, Viewer


class ListedReport(NamedTuple):
    """A report with the quiz, its author, and who reported it."""

    id: UUID
    quiz_id: UUID
    title: str
    author: str
    published_at: datetime | None
    reason: ReportReason
    comment: str
    reporter: str
    reporter_email: str | None
    created_at: datetime


async def add(
    session: AsyncSession, quiz_id: UUID, user_id: UUID, *, reason: ReportReason, comment: str
) -> bool:
    """Report a quiz; False if this user has reported it and nobody has looked at it yet."""
    said = {"reason": reason, "comment": comment}
    statement = (
        insert(QuizReport)
        .values(quiz_id=quiz_id, user_id=user_id, **said)
        .on_conflict_do_update(
            index_elements=[QuizReport.quiz_id, QuizReport.user_id],
            set_={**said, "created_at": func.now(), "resolved_at": None},
            where=QuizReport.resolved_at.is_not(None),
        )
        .returning(QuizReport.id)
    )
    return await session.scalar(statement) is not None


async def has_open(session: AsyncSession, viewer: Viewer, quiz_id: UUID) -> bool:
    """Whether the viewer has reported the quiz, and nobody has looked at it yet."""
    query = select(QuizReport.id).where(
        QuizReport.quiz_id == quiz_id,
        QuizReport.user_id == viewer.user_id,
        QuizReport.resolved_at.is_(None),
        QUIZ_REPORTS.visible_to(viewer),
    )
    return await session.scalar(query) is not None


async def newest_reason(session: AsyncSession, quiz: Quiz) -> ReportReason | None:
    """Why the quiz was reported last, if nobody has decided about it yet."""
    query = (
        select(QuizReport.reason)
        .where(QuizReport.quiz_id == quiz.id, QuizReport.resolved_at.is_(None))
        .order_by(QuizReport.created_at.desc(), QuizReport.id.desc())
    )
    return await session.scalar(query.limit(1))


async def page(
    session: AsyncSession, viewer: Viewer, page: int, page_size: int
) -> Page[ListedReport]:
    """Open reports, the newest first."""
    author = aliased(User)
    query = (
        select(
            QuizReport.id,
            QuizReport.quiz_id,
            Quiz.title,
            author.full_name,
            Quiz.published_at,
            QuizReport.reason,
            QuizReport.comment,
            User.full_name,
            User.email,
            QuizReport.created_at,
        )
        .join(Quiz, Quiz.id == QuizReport.quiz_id)
        .join(author, author.id == Quiz.teacher_id)
        .join(User, User.id == QuizReport.user_id)
        .where(QuizReport.resolved_at.is_(None), QUIZ_REPORTS.editable_by(viewer))
        .order_by(QuizReport.created_at.desc(), QuizReport.id.desc())
    )
    return await pagination.page(session, query, page, page_size, ListedReport)


async def dismiss(session: AsyncSession, viewer: Viewer, report_id: UUID) -> bool:
    """Whether there was such an open report."""
    statement = (
        update(QuizReport)
        .where(
            QuizReport.id == report_id,
            QuizReport.resolved_at.is_(None),
            QUIZ_REPORTS.editable_by(viewer),
        )
        .values(resolved_at=func.now())
        .returning(QuizReport.id)
        .execution_options(synchronize_session=False)
    )
    return await session.scalar(statement) is not None


async def resolve_all(session: AsyncSession, quiz: Quiz) -> None:
    """Nothing is left to decide about a quiz that is not in the library any more."""
    await session.execute(
        update(QuizReport)
        .where(QuizReport.quiz_id == quiz.id, QuizReport.resolved_at.is_(None))
        .values(resolved_at=func.now())
        .execution_options(synchronize_session=False)
    )
