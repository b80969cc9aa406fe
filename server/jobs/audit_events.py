"""The job that removes old security events, and the oldest ones of strangers if there are many."""

from datetime import timedelta
from typing import Final

from persistence.models import STRANGERS_KINDS
from persistence.repositories import audit_events
from server.jobs.job import Job, Resources

KEPT_FOR: Final = timedelta(days=365)
MAX_STRANGERS_ROWS: Final = 100_000
"""How many events that need no account are kept."""


class PruneAuditEvents(Job, frozen=True):
    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory.begin() as db:
            await audit_events.prune(db, KEPT_FOR, STRANGERS_KINDS, MAX_STRANGERS_ROWS)
