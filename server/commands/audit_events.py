"""`kuis audit`: the audit trail on the command line, also while the server runs."""

from collections.abc import Mapping
from typing import get_args
from uuid import UUID

import click

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
            if email:
                require_user(await users.by_email(db, email), email)
            page = await audit_events.page(db, OPERATOR, 1, last, email=email, kind=kind)
            accounts = await audit_events.accounts(db, page.items)
        names = {id_: user.email or str(id_) for id_, user in accounts.items()}
        for event in page.items:
            click.echo(_line(event, names))

    run_on_engines(settings, show)


def _line(event: AuditEvent, emails: Mapping[UUID, str]) -> str:
    def named(id_: UUID | None) -> str:
        return emails.get(id_, str(id_)) if id_ else "-"

    at = event.created_at.isoformat(sep=" ", timespec="seconds")
    details = " ".join(f"{name}={value}" for name, value in event.details.items())
    who = f"account={named(event.account_id)} by={named(event.actor_id)}"
    line = f"{at} {event.kind} x{event.count} {who} from={event.address or '-'} {details}"
    return line.rstrip()
