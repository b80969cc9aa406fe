"""All jobs that there are, and when those that repeat are due."""

from collections.abc import Mapping
from typing import Final

from server.jobs.audit_events import PruneAuditEvents
from server.jobs.job import Job
from server.jobs.log import PruneJobLog
from server.jobs.sessions import EndVanishedSessions

JOBS: Final[tuple[type[Job], ...]] = (
    EndVanishedSessions,
    PruneAuditEvents,
    PruneJobLog,
)
SCHEDULES: Final[Mapping[str, Job]] = {
    "*/10 * * * *": EndVanishedSessions(),
    "17 * * * *": PruneAuditEvents(),
    "47 3 * * *": PruneJobLog(),
}
"""By cron expressions, in UTC. A schedule enqueues its job once, however many workers there are."""
