"""The job that removes old entries of the job queue's log."""

from datetime import timedelta
from typing import Final

from persistence.repositories import jobs
from server.jobs.job import Job, Resources

KEPT_FOR: Final = timedelta(days=7)


class PruneJobLog(Job, frozen=True):
    """Removes old entries of the queue's log, but keeps those of dead letters."""

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory.begin() as db:
            await jobs.prune_log(db, KEPT_FOR)
