"""Queries of one-time links. Whether a link is still valid depends on the database's clock."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.models import LinkPurpose, OneTimeLink


async def add(  # noqa: PLR0913  # a value for each column
    session: AsyncSession,
    link_id: UUID,
    user_id: UUID,
    purpose: LinkPurpose,
    lifetime: timedelta,
    *,
    email: str | None = None,
) -> bool:
    """Add a link, or extend one that exists to its whole lifetime. False if it was used."""
    expires_at = func.now() + lifetime
    made = insert(OneTimeLink).values(
        id=link_id, user_id=user_id, purpose=purpose, email=email, expires_at=expires_at
    )
    added = made.on_conflict_do_update(
        index_elements=[OneTimeLink.id],
        set_={"expires_at": expires_at},
        where=OneTimeLink.used_at.is_(None),
    )
    return await session.scalar(added.returning(OneTimeLink.id)) is not None


async def find(session: AsyncSession, link_id: UUID, purpose: LinkPurpose) -> OneTimeLink | None:
    """The link, if it is still valid."""
    return await session.scalar(select(OneTimeLink).where(*_is_good(link_id, purpose)))


async def use(session: AsyncSession, link_id: UUID, purpose: LinkPurpose) -> bool:
    """Mark the link as used; False if it is not valid. Of several calls at once one succeeds."""
    used = update(OneTimeLink).where(*_is_good(link_id, purpose)).values(used_at=func.now())
    return await session.scalar(used.returning(OneTimeLink.id)) is not None


async def prolong(session: AsyncSession, link_id: UUID, lifetime: timedelta) -> bool:
    """Give an unused link its whole lifetime from now on. False if it was used or is gone."""
    prolonged = (
        update(OneTimeLink)
        .where(OneTimeLink.id == link_id, OneTimeLink.used_at.is_(None))
        .values(expires_at=func.now() + lifetime)
    )
    return await session.scalar(prolonged.returning(OneTimeLink.id)) is not None


async def end_unused(session: AsyncSession, user_id: UUID, *purposes: LinkPurpose) -> None:
    """Mark all unused links of the account with these purposes as used."""
    await session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.user_id == user_id,
            OneTimeLink.purpose.in_(purposes),
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=func.now())
    )


async def prune(session: AsyncSession, older_than: timedelta) -> None:
    """Remove links that expired this long ago."""
    await session.execute(
        delete(OneTimeLink).where(OneTimeLink.expires_at < func.now() - older_than)
    )


def _is_good(link_id: UUID, purpose: LinkPurpose) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeLink.id == link_id,
        OneTimeLink.purpose == purpose,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > func.now(),
    )
