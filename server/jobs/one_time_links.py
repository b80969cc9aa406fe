"""The job that removes one-time links some time after they have ended."""

from datetime import timedelta
from typing import Final

from persistence.repositories import one_time_links
from server.jobs.job import Job, Resources

KEPT_FOR: Final = timedelta(days=1)
"""After their end: longer than a mail is tried to be sent."""


class PruneOneTimeLinks(Job, frozen=True):
    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory.begin() as db:
            await one_time_links.prune(db, KEPT_FOR)
