"""The job that removes one-time links a day after they have expired."""

from datetime import timedelta
from typing import Final

from persistence.repositories import one_time_links
from server.jobs.job import Job, Resources

KEPT_FOR: Final = timedelta(days=1)
"""How long after their end: longer than the retries of a mail go on."""


class PruneOneTimeLinks(Job, frozen=True):
    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory.begin() as db:
            await one_time_links.prune(db, KEPT_FOR)
