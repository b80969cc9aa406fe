"""`kuis audit`: the audit trail on the command line, also while the server runs."""

from collections.abc import Mapping, Sequence
from typing import get_args
from uuid import UUID

import click
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.models import AuditEvent, AuditKind
from persistence.repositories import audit_events, users
from persistence.repositories.viewers import OPERATOR
from server.actions.users.manage import require_user
from server.commands.engines import run_on_engines
from server.connections import Connections
from server.settings import Settings


@click.command("audit")
@click.option("--email", help="Only what is about this account, or what it did.")
@click.option("--kind", type=click.Choice(get_args(AuditKind)), help="Only events of this kind.")
@click.option("--last", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.pass_obj
def audit(settings: Settings, email: str | None, kind: AuditKind | None, last: int) -> None:
    """List security events, the newest first."""

    async def show(_: Settings, connections: Connections) -> None:
        async with connections.session_factory() as db:
            account_id = require_user(await users.by_email(db, email), email).id if email else None
            page = await audit_events.page(db, OPERATOR, 1, last, account_id=account_id, kind=kind)
            names = await _emails(db, page.items)
        for event in page.items:
            click.echo(_line(event, names))

    run_on_engines(settings, show)


async def _emails(db: AsyncSession, events: Sequence[AuditEvent]) -> Mapping[UUID, str]:
    ids = {id_ for event in events for id_ in (event.account_id, event.actor_id) if id_}
    return {user.id: user.email or str(user.id) for user in await users.by_ids(db, list(ids))}


def _line(event: AuditEvent, emails: Mapping[UUID, str]) -> str:
    def named(id_: UUID | None) -> str:
        return emails.get(id_, str(id_)) if id_ else "-"

    at = event.created_at.isoformat(sep=" ", timespec="seconds")
    details = " ".join(f"{name}={value}" for name, value in event.details.items())
    who = f"account={named(event.account_id)} by={named(event.actor_id)}"
    line = f"{at} {event.kind} x{event.count} {who} from={event.address or '-'} {details}"
    return line.rstrip()
