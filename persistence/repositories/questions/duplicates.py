"""Duplicates in the bank: questions with the same fingerprint."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select, tuple_
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
    """Groups of equal questions that are not in the archive, in the order of the index."""
    kept = QUESTIONS.visible_to(viewer) & Question.archived_at.is_(None)
    of_group = Question.teacher_id, Question.fingerprint
    query = (
        select(*of_group, func.count())
        .where(kept)
        .group_by(*of_group)
        .having(func.count() > 1)
        .order_by(*of_group)
    )
    groups = (await session.execute(pagination.paginate(query, page, page_size))).all()
    place = func.row_number().over(partition_by=of_group, order_by=Question.id)
    ranked = (
        select(Question.id, place.label("place"))
        .where(kept, tuple_(*of_group).in_([row[:2] for row in groups]))
        .subquery()
    )
    shown = (
        select(Question)
        .join(ranked, ranked.c.id == Question.id)
        .where(ranked.c.place <= SHOWN_OF_GROUP)
        .order_by(Question.id)
        .options(WITH_CHOICES)
    )
    found = defaultdict[tuple[UUID | None, bytes | None], list[Question]](list)
    for question in await session.scalars(shown):
        found[question.teacher_id, question.fingerprint].append(question)
    items = [Duplicates(found[teacher, print_], total) for teacher, print_, total in groups]
    return Page(items, *await pagination.count(session, query, page, page_size, len(groups)))


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
