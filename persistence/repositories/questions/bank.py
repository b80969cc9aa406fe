"""Queries of the question bank: questions without a quiz, which belong to a teacher."""

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from game.errors import NotFound, Unauthenticated
from game.rules.questions import QuestionDraft
from persistence.models import Question
from persistence.repositories import pagination
from persistence.repositories.pagination import Page, Total
from persistence.repositories.questions.filters import (
    ORDERED_BY,
    QuestionFilter,
    Sort,
    matching,
    order,
)
from persistence.repositories.questions.in_quizzes import WRITTEN_AT_ONCE
from persistence.repositories.questions.rows import assign, own_sources
from persistence.repositories.viewers import QUESTIONS, Viewer
from persistence.violations import violated_constraint

WITH_CHOICES = selectinload(Question.choices)


async def page(  # noqa: PLR0913, PLR0917  # what a list has
    session: AsyncSession,
    viewer: Viewer,
    wanted: QuestionFilter,
    sort: Sort,
    page: int,
    page_size: int,
) -> Page[Question]:
    total = None
    if wanted.tag and wanted.set_id is None:
        found, total = await _tagged(session, viewer, wanted, sort, page, page_size)
        if not total.is_capped:
            return Page(await load(session, found), *total)
    ids = matching(viewer, wanted, sort).with_only_columns(Question.id)
    found = (await session.scalars(pagination.paginate(ids, page, page_size))).all()
    total = total or await pagination.count(session, ids, page, page_size, len(found))
    return Page(await load(session, found), *total)


async def _tagged(  # noqa: PLR0913, PLR0917  # the same
    session: AsyncSession,
    viewer: Viewer,
    wanted: QuestionFilter,
    sort: Sort,
    page: int,
    page_size: int,
) -> tuple[Sequence[UUID], Total]:
    """The ids of a page, if at most `COUNTED_MAX` match: all are found at once by their tags.

    In the order of the page PostgreSQL would read question after question until enough have the
    tag, and perhaps only old or only difficult ones have it.
    """
    query = matching(viewer, wanted).order_by(None).with_only_columns(*ORDERED_BY)
    found = query.limit(pagination.COUNTED_MAX).cte("found")
    statement = pagination.page_with_total(found, partial(order, sort), page, page_size)
    rows = (await session.execute(statement)).all()
    total: int = rows[0].total
    is_capped = total == pagination.COUNTED_MAX
    return [row.id for row in rows if row.id], Total(total, is_capped)


async def get(
    session: AsyncSession, viewer: Viewer, question_id: UUID, *, for_update: bool = False
) -> Question:
    """The question with its choices, archived or not; else NotFound `not_in_bank`.

    With `for_update` the viewer must be allowed to edit it, and its row is locked.
    """
    allowed = QUESTIONS.editable_by if for_update else QUESTIONS.visible_to
    query = select(Question).where(Question.id == question_id, allowed(viewer))
    query = query.options(WITH_CHOICES).execution_options(populate_existing=True)
    question = await session.scalar(query.with_for_update(of=Question) if for_update else query)
    if question is None:
        raise NotFound("not_in_bank", "There is no such question in the bank.")
    return question


async def get_unchanging(
    session: AsyncSession, viewer: Viewer, ids: Sequence[UUID]
) -> list[Question]:
    """These questions in this order, archived or not, each of one state.

    Nobody changes them until the transaction ends: choices are read after their questions.

    Raises:
        NotFound: `not_in_bank`.
    """
    query = select(Question.id).where(Question.id.in_(ids), QUESTIONS.visible_to(viewer))
    # In the order in which changes of many lock them.
    locked = await session.scalars(query.order_by(Question.id).with_for_update(read=True))
    if len(locked.all()) < len(set(ids)):
        raise NotFound("not_in_bank", "One of the questions is not in the bank.")
    return await load(session, ids)


async def first(
    session: AsyncSession, viewer: Viewer, wanted: QuestionFilter, most: int
) -> Sequence[Question]:
    """The first of the questions that match, with their choices."""
    query = matching(viewer, wanted).options(WITH_CHOICES).limit(most)
    return (await session.scalars(query)).all()


async def load(session: AsyncSession, ids: Sequence[UUID]) -> list[Question]:
    """Those of these questions that are still there, in this order."""
    query = select(Question).where(Question.id.in_(ids)).options(WITH_CHOICES)
    found = {each.id: each for each in await session.scalars(query)}
    return [found[each] for each in ids if each in found]


async def add(
    session: AsyncSession, teacher_id: UUID, drafts: Sequence[QuestionDraft]
) -> list[Question]:
    """Add questions, a few at a time so that rooms need not wait for thousands of them."""
    try:
        return await _add(session, teacher_id, drafts)
    except IntegrityError as error:
        if violated_constraint(error) == "fk_questions_teacher_id_users":
            raise Unauthenticated("not_signed_in", "This account is closed.") from None
        raise


async def change(session: AsyncSession, question: Question, draft: QuestionDraft) -> None:
    """Write the draft over the question, which keeps its source."""
    known = {question.source_id} if question.source_id else set()
    assign(question, draft, known)
    question.touch()
    await session.flush()


async def _add(
    session: AsyncSession, teacher_id: UUID, drafts: Sequence[QuestionDraft]
) -> list[Question]:
    sources = await own_sources(session, teacher_id, drafts)
    added: list[Question] = []
    for start in range(0, len(drafts), WRITTEN_AT_ONCE):
        some = [
            assign(Question(teacher_id=teacher_id, choices=[]), draft, sources)
            for draft in drafts[start : start + WRITTEN_AT_ONCE]
        ]
        session.add_all(some)
        await session.flush()
        added += some
        await asyncio.sleep(0)
    return added
