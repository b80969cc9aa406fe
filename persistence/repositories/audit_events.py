"""Queries of security events: adds and reads them, and removes old ones."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.models import AuditEvent, AuditKind, User
from persistence.repositories import pagination, users
from persistence.repositories.pagination import Page
from persistence.repositories.viewers import AUDIT_EVENTS, Viewer


async def add(session: AsyncSession, events: Collection[AuditEvent]) -> None:
    session.add_all(events)
    await session.flush()


async def page(  # noqa: PLR0913  # one for each filter
    session: AsyncSession,
    viewer: Viewer,
    page: int,
    page_size: int,
    *,
    account_id: UUID | None = None,
    email: str | None = None,
    kind: AuditKind | None = None,
) -> Page[AuditEvent]:
    """Events, newest first. `account_id` selects those about the account and those by it.

    So does `email`, the address that an account has now.
    """
    query = (
        select(AuditEvent)
        .where(AUDIT_EVENTS.visible_to(viewer))
        .order_by(AuditEvent.created_at.desc(), AuditEvent.id.desc())
    )
    if account_id is not None:
        query = query.where(
            or_(AuditEvent.account_id == account_id, AuditEvent.actor_id == account_id)
        )
    if email is not None:
        ids = users.with_email(email).scalar_subquery()
        query = query.where(or_(AuditEvent.account_id == ids, AuditEvent.actor_id == ids))
    if kind is not None:
        query = query.where(AuditEvent.kind == kind)
    return await pagination.page(session, query, page, page_size, lambda event: event)


async def accounts(session: AsyncSession, events: Sequence[AuditEvent]) -> Mapping[UUID, User]:
    """The accounts of these events by their ids, without those that were removed since."""
    ids = {id_ for event in events for id_ in (event.account_id, event.actor_id) if id_}
    return {user.id: user for user in await users.by_ids(session, ids)}


async def prune(
    session: AsyncSession, older_than: timedelta, kinds: Collection[AuditKind], most: int
) -> None:
    """Remove old events, and of `kinds` all but the newest `most`."""
    oldest_kept = (
        select(AuditEvent.created_at)
        .where(AuditEvent.kind.in_(kinds))
        .order_by(AuditEvent.created_at.desc())
        .offset(most - 1)
        .limit(1)
        .scalar_subquery()
    )
    await session.execute(
        delete(AuditEvent)
        .where(
            or_(
                AuditEvent.created_at < func.now() - older_than,
                AuditEvent.kind.in_(kinds) & (AuditEvent.created_at < oldest_kept),
            )
        )
        .execution_options(synchronize_session=False)
    )
