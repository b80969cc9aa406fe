"""The job that removes old security events."""

from server import audit
from server.jobs.job import Job, Resources


class PruneAuditEvents(Job, frozen=True):
    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        await audit.prune(resources.session_factory)
