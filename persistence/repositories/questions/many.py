"""Changes of many questions of the bank in one statement each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    Uuid,
    any_,
    column,
    delete,
    func,
    literal,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import NotFound
from persistence.models import Question, ReviewQuestion
from persistence.repositories.viewers import QUESTIONS, Viewer

WITHOUT_SYNC = {"synchronize_session": False}
Found = Sequence[Row[UUID, list[str], datetime | None]]


async def lock(session: AsyncSession, viewer: Viewer, ids: Collection[UUID]) -> Found:
    """Id, tags and `archived_at` of these questions, locked until the transaction ends.

    Raises:
        NotFound: `not_in_bank`; one of them is not there for this viewer to change.
    """
    query = select(Question.id, Question.tags, Question.archived_at).where(
        _is_one_of(ids), QUESTIONS.editable_by(viewer)
    )
    # Always in the same order, so that two changes at once cannot wait for each other.
    found = (await session.execute(query.order_by(Question.id).with_for_update())).all()
    if len(found) < len(set(ids)):
        raise NotFound("not_in_bank", "One of the questions is not in the bank.")
    return found


async def lock_all(session: AsyncSession, viewer: Viewer, ids: Collection[UUID]) -> None:
    """Lock those of these questions that the viewer may change."""
    query = select(Question.id).where(_is_one_of(ids), QUESTIONS.editable_by(viewer))
    await session.execute(query.order_by(Question.id).with_for_update())


async def lock_to_remove(session: AsyncSession, ids: Select[UUID]) -> None:
    """Lock questions that will be removed, and what forgets them then.

    Foreign keys would lock copies of them, and what cards ask, in any order.
    """
    copies = select(Question.id).where(Question.source_id.in_(ids))
    both = select(Question.id).where(Question.id.in_(union(ids, copies)))
    await session.execute(both.order_by(Question.id).with_for_update())
    asked = select(ReviewQuestion.id).where(ReviewQuestion.question_id.in_(ids))
    # As they are stored.
    in_order = asked.order_by(ReviewQuestion.origin_id, ReviewQuestion.owner_id)
    await session.execute(in_order.with_for_update(key_share=True))


async def set_tags(session: AsyncSession, tags: Mapping[UUID, Sequence[str]]) -> None:
    rows = msgspec.to_builtins([{"id": id_, "tags": each} for id_, each in tags.items()])
    given = (
        func.jsonb_to_recordset(literal(rows, JSONB))
        .table_valued(column("id", Uuid), column("tags", ARRAY(Text)), name="given")
        .render_derived(with_types=True)
    )
    await session.execute(
        update(Question).where(Question.id == given.c.id).values(tags=given.c.tags),
        execution_options=WITHOUT_SYNC,
    )


async def set_archived(session: AsyncSession, ids: Collection[UUID], *, archived: bool) -> None:
    await session.execute(
        update(Question)
        .where(_is_one_of(ids))
        .values(archived_at=datetime.now(UTC) if archived else None),
        execution_options=WITHOUT_SYNC,
    )


async def remove(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Remove questions for good. Copies of them stay, and forget their source."""
    await lock_to_remove(session, select(func.unnest(literal(list(ids), ARRAY(Uuid)))))
    await session.execute(delete(Question).where(_is_one_of(ids)), execution_options=WITHOUT_SYNC)


def _is_one_of(ids: Collection[UUID]) -> ColumnElement[bool]:
    """With one parameter for all ids: a statement with thousands of them takes long to write."""
    return Question.id == any_(literal(list(ids), ARRAY(Uuid)))
