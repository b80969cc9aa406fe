"""The job that closes homework at its deadline."""

import structlog

from persistence.homework_deadlines import close_due
from server.jobs.job import Job, Resources

logger = structlog.get_logger(__name__)


class CloseDueHomework(Job, frozen=True):
    """Hands in what is unfinished when the deadline is over, and gives everybody a place."""

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        if closed := await close_due(resources.session_factory):
            logger.info("homework_closed", sessions=closed)
