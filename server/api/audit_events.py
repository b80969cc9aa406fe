"""The audit trail over HTTP, for administrators."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, get
from litestar.params import FromQuery
from msgspec import Struct

from persistence.models import AuditEvent, AuditKind
from persistence.repositories import audit_events
from server.api.dependencies import Db, Paging, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import PagedOutput, paged_output
from server.auth.request_identity import administrators_only


class AuditEventOutput(Struct, frozen=True):
    """`count` equal events, of which the first happened at `created_at`.

    `account_id` is the account that the event is about, `actor_id` the account that caused it.
    Either is null if there is no such account.
    """

    id: UUID
    kind: AuditKind
    account_id: UUID | None
    actor_id: UUID | None
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
    async def list_events(
        self,
        viewer: Viewer,
        db: Db,
        paging: Paging,
        account_id: FromQuery[UUID | None] = None,
        kind: FromQuery[AuditKind | None] = None,
    ) -> AuditEventList:
        """List security events, newest first.

        `account_id` selects those about or by one account, `kind` those of one kind.
        """
        page = await audit_events.page(
            db, viewer, paging.page, paging.page_size, account_id=account_id, kind=kind
        )
        return paged_output(AuditEventList, page, paging, _output)


def _output(event: AuditEvent) -> AuditEventOutput:
    return msgspec.convert(event, AuditEventOutput, from_attributes=True)
