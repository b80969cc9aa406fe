"""The job that removes old security events."""

from server.actions.audit_events import prune
from server.jobs.job import Job, Resources


class PruneAuditEvents(Job, frozen=True):
    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        await prune(resources.session_factory)
