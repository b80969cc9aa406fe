"""Queries of shares: with which colleagues a quiz is shared."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.models import Quiz, QuizShare, User
from persistence.repositories import pagination
from persistence.repositories.pagination import Page
from persistence.repositories.viewers import QUIZ_SHARES, Viewer


class ListedShare(NamedTuple):
    """A share, with the colleague's name and address."""

    user_id: UUID
    full_name: str
    email: str | None
    is_verified: bool
    may_edit: bool


class ShareNote(NamedTuple):
    """What a colleague is told about a share."""

    share_id: UUID
    title: str
    owner: str


async def note(session: AsyncSession, quiz_id: UUID, user_id: UUID) -> ShareNote | None:
    """What the colleague is told; None if the share has ended."""
    query = (
        select(QuizShare.id, Quiz.title, User.full_name)
        .join(Quiz, Quiz.id == QuizShare.quiz_id)
        .join(User, User.id == Quiz.teacher_id)
        .where(QuizShare.quiz_id == quiz_id, QuizShare.user_id == user_id)
    )
    row = (await session.execute(query)).one_or_none()
    return ShareNote(*row) if row else None


async def page(
    session: AsyncSession, viewer: Viewer, quiz_id: UUID, page: int, page_size: int
) -> Page[ListedShare]:
    """The shares of a quiz, by the colleagues' names."""
    query = _listed(viewer, quiz_id)
    return await pagination.page(session, query, page, page_size, ListedShare)


async def count(session: AsyncSession, quiz: Quiz) -> int:
    query = select(func.count(QuizShare.id)).where(QuizShare.quiz_id == quiz.id)
    return await session.scalar(query) or 0


async def save(session: AsyncSession, quiz: Quiz, user_id: UUID, *, may_edit: bool) -> bool:
    """Share a quiz with a colleague, or change what they may do; whether the share is new."""
    found = select(QuizShare.id).where(QuizShare.quiz_id == quiz.id, QuizShare.user_id == user_id)
    is_new = await session.scalar(found) is None
    await session.execute(
        insert(QuizShare)
        .values(quiz_id=quiz.id, user_id=user_id, may_edit=may_edit)
        .on_conflict_do_update(
            index_elements=[QuizShare.quiz_id, QuizShare.user_id], set_={"may_edit": may_edit}
        )
    )
    return is_new


async def get(
    session: AsyncSession, viewer: Viewer, quiz_id: UUID, user_id: UUID
) -> ListedShare | None:
    query = _listed(viewer, quiz_id).where(QuizShare.user_id == user_id)
    row = (await session.execute(query)).one_or_none()
    return ListedShare(*row) if row else None


async def remove(session: AsyncSession, viewer: Viewer, quiz_id: UUID, user_id: UUID) -> bool:
    """End a share: the owner of the quiz that of anybody, a colleague the own one."""
    removed = await session.execute(
        delete(QuizShare)
        .where(
            QuizShare.quiz_id == quiz_id,
            QuizShare.user_id == user_id,
            QUIZ_SHARES.visible_to(viewer),
        )
        .returning(QuizShare.id)
        .execution_options(synchronize_session=False)
    )
    return removed.one_or_none() is not None


def _listed(viewer: Viewer, quiz_id: UUID) -> Select[UUID, str, str | None, bool, bool]:
    return (
        select(User.id, User.full_name, User.email, User.is_verified, QuizShare.may_edit)
        .join(User, User.id == QuizShare.user_id)
        .where(QuizShare.quiz_id == quiz_id, QUIZ_SHARES.editable_by(viewer))
        .order_by(User.full_name, User.id)
    )
