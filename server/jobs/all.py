"""The list of all kinds of jobs, and the schedules of those that repeat."""

from collections.abc import Mapping
from typing import Final

from server.jobs.audit_events import PruneAuditEvents
from server.jobs.cards import FitParameters, RebuildCards
from server.jobs.homework import CloseDueHomework
from server.jobs.job import Job
from server.jobs.log import PruneJobLog
from server.jobs.missed_questions import MakeCards
from server.jobs.one_time_links import PruneOneTimeLinks
from server.jobs.pictures import RemoveUnusedPictures
from server.jobs.question_statistics import (
    ComputeQuestionStatistics,
    RefreshQuestionStatistics,
)
from server.jobs.quiz_shares import SendShareNote
from server.jobs.review_reminders import RemindLearners, SendReviewReminder
from server.jobs.seat_claims import KeepSeatTokens
from server.jobs.sessions import EndVanishedSessions
from server.jobs.users import (
    EndSignIns,
    PublishAccount,
    SendEmailChangedNote,
    SendEmailChangeLink,
    SendPasswordLink,
    SendVerificationLink,
)

JOBS: Final[tuple[type[Job], ...]] = (
    CloseDueHomework,
    ComputeQuestionStatistics,
    EndSignIns,
    EndVanishedSessions,
    FitParameters,
    KeepSeatTokens,
    MakeCards,
    PruneAuditEvents,
    PruneJobLog,
    PruneOneTimeLinks,
    PublishAccount,
    RebuildCards,
    RefreshQuestionStatistics,
    RemindLearners,
    RemoveUnusedPictures,
    SendEmailChangedNote,
    SendEmailChangeLink,
    SendPasswordLink,
    SendReviewReminder,
    SendShareNote,
    SendVerificationLink,
)
SCHEDULES: Final[Mapping[str, Job]] = {
    "* * * * *": CloseDueHomework(),
    "*/10 * * * *": EndVanishedSessions(),
    "*/15 * * * *": RemindLearners(),
    "17 * * * *": PruneAuditEvents(),
    "37 * * * *": PruneOneTimeLinks(),
    "27 2 * * *": RefreshQuestionStatistics(),
    "47 3 * * *": PruneJobLog(),
    "57 3 * * *": RemoveUnusedPictures(),
}
"""Jobs by cron expression, in UTC. Each is enqueued once, however many workers there are."""
