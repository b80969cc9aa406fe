"""The audit trail over HTTP, for administrators."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Controller, get
from litestar.params import FromQuery, QueryParameter
from msgspec import Struct

from game.rules.users import EMAIL_MAX
from persistence.models import AuditEvent, AuditKind, User
from persistence.repositories import audit_events
from server.api.dependencies import Db, Paging, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import PagedOutput, paged_output
from server.auth.request_identity import administrators_only

WantedEmail = Annotated[str, QueryParameter(max_length=EMAIL_MAX)]


class AuditAccount(Struct, frozen=True):
    """An account as it is now, whatever it was called when the event happened."""

    id: UUID
    full_name: str
    email: str | None
    role: Literal["student", "teacher", "super_admin"]
    is_active: bool


class AuditEventOutput(Struct, frozen=True):
    """`count` equal events, of which the first happened at `created_at`.

    `account_id` is the account that the event is about, `actor_id` the account that caused it.
    Either is null if there is no such account. `account` and `actor` are null also for accounts
    that were removed since.
    """

    id: UUID
    kind: AuditKind
    account_id: UUID | None
    actor_id: UUID | None
    account: AuditAccount | None
    actor: AuditAccount | None
    address: str | None
    count: int
    details: dict[str, object]
    created_at: datetime


class AuditEventList(PagedOutput[AuditEventOutput], frozen=True):
    pass


class AuditEventsController(Controller):
    path = "/audit-events"
    tags = ["audit"]  # noqa: RUF012  # Litestar's way to say it
    guards = [administrators_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="listAuditEvents", responses=problems(401, 403, 422))
    async def list_events(  # noqa: PLR0913  # what Litestar gives by name
        self,
        *,
        viewer: Viewer,
        db: Db,
        paging: Paging,
        account_id: FromQuery[UUID | None] = None,
        email: FromQuery[WantedEmail | None] = None,
        kind: FromQuery[AuditKind | None] = None,
    ) -> AuditEventList:
        """List security events, newest first.

        `account_id` selects those about or by one account, and so does `email`, the address that it
        has now. `kind` selects those of one kind.
        """
        page = await audit_events.page(
            db,
            viewer,
            paging.page,
            paging.page_size,
            account_id=account_id,
            email=email,
            kind=kind,
        )
        accounts = await audit_events.accounts(db, page.items)
        return paged_output(AuditEventList, page, paging, partial(_output, accounts))


def _output(accounts: Mapping[UUID, User], event: AuditEvent) -> AuditEventOutput:
    return AuditEventOutput(
        id=event.id,
        kind=event.kind,
        account_id=event.account_id,
        actor_id=event.actor_id,
        account=_account(accounts, event.account_id),
        actor=_account(accounts, event.actor_id),
        address=event.address,
        count=event.count,
        details=event.details,
        created_at=event.created_at,
    )


def _account(accounts: Mapping[UUID, User], id_: UUID | None) -> AuditAccount | None:
    user = accounts.get(id_) if id_ else None
    return None if user is None else msgspec.convert(user, AuditAccount, from_attributes=True)
