"""Queries of uploaded pictures: adds them, and finds and removes unused ones."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    case,
    cast,
    delete,
    func,
    literal,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONPATH, insert
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.pictures import PATH
from persistence.models import (
    Choice,
    Note,
    Picture,
    Question,
    QuizSession,
    ReviewQuestion,
    User,
)

AS_TEXT = text("'{}'")
COPIES = [
    (column, f'{place}.media ? (@ starts with "{PATH}")')
    for column, top in ((QuizSession.questions, "$[*]"), (ReviewQuestion.content, "$"))
    for place in (top, f"{top}.choices[*]")
]
"""Where the addresses of pictures are in frozen questions."""


async def add(  # noqa: PLR0913  # a value for each column
    session: AsyncSession,
    owner_id: UUID,
    *,
    sha256: str,
    width: int,
    height: int,
    size_bytes: int,
) -> Picture:
    """Add a picture, or return the existing one if its owner has uploaded it before."""
    facts = {"width": width, "height": height, "size_bytes": size_bytes}
    statement = (
        insert(Picture)
        .values(owner_id=owner_id, sha256=sha256, **facts)
        .on_conflict_do_update(
            index_elements=[Picture.owner_id, Picture.sha256],
            set_={**facts, "unused_since": func.now()},
        )
        .returning(Picture)
    )
    return (await session.scalars(statement)).one()


async def by_digests(
    session: AsyncSession, owner_id: UUID, digests: Collection[str]
) -> dict[str, UUID]:
    """Those pictures of an owner that had these SHA-256 digests when they were uploaded.

    They count as unused from now on, so that there is time to use them.
    """
    of_owner = Picture.owner_id == owner_id, Picture.sha256.in_(digests)
    statement = (
        update(Picture)
        .where(Picture.id.in_(_locked(*of_owner)))
        .values(unused_since=func.now())
        .returning(Picture.sha256, Picture.id)
        .execution_options(synchronize_session=False)
    )
    return {row.sha256: row.id for row in await session.execute(statement)}


async def total_bytes(session: AsyncSession, owner_id: UUID) -> int:
    """The size of all pictures of a teacher. Locks out new ones until the transaction ends."""
    await session.execute(
        select(User.id).where(User.id == owner_id).with_for_update(key_share=True)
    )
    query = select(func.sum(Picture.size_bytes)).where(Picture.owner_id == owner_id)
    return await session.scalar(query) or 0


async def sizes(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, int]:
    """The bytes of those of these pictures that there are, both of their files together."""
    query = select(Picture.id, Picture.size_bytes).where(Picture.id.in_(ids))
    return {row.id: row.size_bytes for row in await session.execute(query)}


async def mark_unused(session: AsyncSession) -> None:
    """Note since when a picture has been unused, and clear that if it is used again."""
    address = literal(PATH) + cast(Picture.id, Text)
    is_used = address.in_(_addresses_in_use())
    await session.execute(
        update(Picture)
        .where(Picture.id.in_(_locked(is_used != Picture.unused_since.is_(None))))
        .values(unused_since=case((Picture.unused_since.is_(None), func.now())))
        .execution_options(synchronize_session=False)
    )


async def remove_unused(session: AsyncSession, unused_for: timedelta) -> Sequence[UUID]:
    """Remove pictures that were marked this long ago. Their rows are locked until the commit."""
    is_old = Picture.unused_since < func.now() - unused_for
    statement = delete(Picture).where(Picture.id.in_(_locked(is_old)))
    return (await session.scalars(statement.returning(Picture.id))).all()


def _locked(*which: ColumnElement[bool]) -> Select[UUID]:
    """These pictures, locked in the order of their ids: others may change the same ones."""
    return select(Picture.id).where(*which).order_by(Picture.id).with_for_update()


def _addresses_in_use() -> CompoundSelect[tuple[str | None]]:
    """The addresses of pictures in all questions and notes, and in copies of questions."""
    columns = (Question.media, Choice.media, Note.front_media, Note.back_media)
    drafts = [select(column).where(column.startswith(PATH, autoescape=True)) for column in columns]
    frozen = [
        select(func.jsonb_path_query(column, cast(path, JSONPATH)).op("#>>")(AS_TEXT))
        for column, path in COPIES
    ]
    return union_all(*drafts, *frozen)
