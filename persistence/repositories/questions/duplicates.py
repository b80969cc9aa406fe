"""Duplicates in the bank: questions with the same fingerprint."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.models import Question
from persistence.repositories import pagination
from persistence.repositories.pagination import Page
from persistence.repositories.questions.bank import WITH_CHOICES
from persistence.repositories.viewers import QUESTIONS, Viewer

SHOWN_OF_GROUP = 20


class Duplicates(NamedTuple):
    """Equal questions of one bank, oldest first, and how many there are in all."""

    questions: list[Question]
    total: int


async def page(
    session: AsyncSession, viewer: Viewer, page: int, page_size: int
) -> Page[Duplicates]:
    """Groups of equal questions that are not in the archive, latest first."""
    ids = func.array_agg(aggregate_order_by(Question.id, Question.id.asc()))
    query = (
        select(ids, func.count())
        .where(QUESTIONS.visible_to(viewer), Question.archived_at.is_(None))
        .group_by(Question.teacher_id, Question.fingerprint)
        .having(func.count() > 1)
        .order_by(ids.desc())
    )
    groups = (await session.execute(pagination.paginate(query, page, page_size))).all()
    total = await pagination.count(session, query)
    shown = [found[:SHOWN_OF_GROUP] for found, _ in groups]
    by_id = await _by_id(session, [id_ for some in shown for id_ in some])
    items = [
        Duplicates([by_id[id_] for id_ in some], number)
        for some, (_, number) in zip(shown, groups, strict=True)
    ]
    return Page(items, total)


async def find(
    session: AsyncSession, teacher_id: UUID, fingerprints: Collection[bytes]
) -> dict[bytes, UUID]:
    """The oldest question of this bank with each of the fingerprints, if there is one."""
    query = select(Question.fingerprint, Question.id).where(
        Question.teacher_id == teacher_id,
        Question.fingerprint.in_(fingerprints),
        Question.archived_at.is_(None),
    )
    found: dict[bytes, UUID] = {}
    for fingerprint, question_id in await session.execute(query.order_by(Question.id)):
        found.setdefault(fingerprint or b"", question_id)
    return found


async def _by_id(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Question]:
    query = select(Question).where(Question.id.in_(ids)).options(WITH_CHOICES)
    return {question.id: question for question in await session.scalars(query)}
