"""The job that ends sessions whose room no longer exists in Redis."""

import structlog

from persistence import orphaned_sessions
from server.jobs.job import Job, Resources

logger = structlog.get_logger(__name__)


class EndVanishedSessions(Job, frozen=True):
    """Ends sessions whose room is gone from Redis, because nothing else would."""

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        ended = await orphaned_sessions.end_orphaned_sessions(
            resources.redis, resources.session_factory
        )
        if ended:
            logger.warning("sessions ended whose rooms had vanished", sessions=ended)
