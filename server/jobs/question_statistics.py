"""The jobs that keep the statistics of questions up to date."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from persistence.repositories import question_statistics
from server.jobs.job import Job, Resources

LATELY: Final = timedelta(days=2)
SESSIONS_A_NIGHT: Final = 5_000


class ComputeQuestionStatistics(Job, frozen=True):
    """Computes the questions of a session that has ended or was corrected."""

    session: UUID

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory.begin() as db:
            questions = await question_statistics.questions_of(db, self.session)
            await question_statistics.compute(db, questions)


class RefreshQuestionStatistics(Job, frozen=True):
    """Computes again what may have been missed, such as games from before an upgrade."""

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory.begin() as db:
            sessions = await question_statistics.outdated_sessions(db, LATELY, SESSIONS_A_NIGHT)
            await question_statistics.recompute_soon(db, sessions)
