"""Queries of question sets, and of the order of their questions."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import NotFound, Unauthenticated
from persistence.models import Question, QuestionSet, QuestionSetQuestion
from persistence.repositories import pagination
from persistence.repositories.pagination import Page
from persistence.repositories.viewers import QUESTION_SETS, QUESTIONS, Viewer
from persistence.violations import violated_constraint


class ListedSet(NamedTuple):
    """`question_count` counts the questions that are not in the archive."""

    question_set: QuestionSet
    question_count: int


async def page(session: AsyncSession, viewer: Viewer, page: int, page_size: int) -> Page[ListedSet]:
    """Sets by title."""
    count = (
        select(func.count(Question.id))
        .join(QuestionSetQuestion, QuestionSetQuestion.question_id == Question.id)
        .where(
            QuestionSetQuestion.set_id == QuestionSet.id,
            QUESTIONS.visible_to(viewer),
            Question.archived_at.is_(None),
        )
    )
    query = (
        select(QuestionSet, count.scalar_subquery())
        .where(QUESTION_SETS.visible_to(viewer))
        .order_by(func.lower(QuestionSet.title), QuestionSet.id)
    )
    return await pagination.page(session, query, page, page_size, ListedSet)


async def get(session: AsyncSession, viewer: Viewer, set_id: UUID) -> QuestionSet:
    """The set, locked until the transaction ends; else NotFound `no_such_set`."""
    query = select(QuestionSet).where(QuestionSet.id == set_id, QUESTION_SETS.editable_by(viewer))
    found = await session.scalar(query.with_for_update())
    if found is None:
        raise NotFound("no_such_set", "There is no such question set.")
    return found


async def lock_all(session: AsyncSession, viewer: Viewer, ids: Collection[UUID]) -> None:
    """Lock those of these sets that the viewer may change."""
    query = select(QuestionSet.id).where(QuestionSet.id.in_(ids), QUESTION_SETS.editable_by(viewer))
    await session.execute(query.order_by(QuestionSet.id).with_for_update())


async def create(session: AsyncSession, teacher_id: UUID, title: str) -> QuestionSet:
    question_set = QuestionSet(teacher_id=teacher_id, title=title)
    session.add(question_set)
    try:
        await session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == "fk_question_sets_teacher_id_users":
            raise Unauthenticated("not_signed_in", "This account is closed.") from None
        raise
    return question_set


async def rename(session: AsyncSession, question_set: QuestionSet, title: str) -> None:
    question_set.title = title
    question_set.touch()
    await session.flush()


async def remove(session: AsyncSession, question_set: QuestionSet) -> None:
    """Remove the set; its questions stay in the bank."""
    await session.execute(delete(QuestionSet).where(QuestionSet.id == question_set.id))


async def order(
    session: AsyncSession, question_set: QuestionSet, *, archived: bool = True
) -> list[UUID]:
    """The ids of its questions, with or without those in the archive."""
    query = select(QuestionSetQuestion.question_id).where(
        QuestionSetQuestion.set_id == question_set.id
    )
    if not archived:
        query = query.join(Question, Question.id == QuestionSetQuestion.question_id).where(
            Question.archived_at.is_(None)
        )
    return list(await session.scalars(query.order_by(QuestionSetQuestion.position)))


async def write_order(
    session: AsyncSession, question_set: QuestionSet, ids: Sequence[UUID]
) -> None:
    """Make these the questions of the set, in this order."""
    of_set = QuestionSetQuestion.set_id == question_set.id
    await session.execute(
        delete(QuestionSetQuestion).where(of_set, QuestionSetQuestion.question_id.not_in(ids))
    )
    if ids:
        rows = insert(QuestionSetQuestion).values(
            [
                {"set_id": question_set.id, "question_id": question_id, "position": place}
                for place, question_id in enumerate(ids)
            ]
        )
        await session.execute(
            rows.on_conflict_do_update(
                index_elements=[QuestionSetQuestion.set_id, QuestionSetQuestion.question_id],
                set_={"position": rows.excluded.position},
            )
        )
    question_set.touch()
    await session.flush()
