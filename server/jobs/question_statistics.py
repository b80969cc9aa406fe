"""The jobs that keep the statistics of questions up to date."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from persistence.repositories import question_statistics, session_question_statistics
from server.jobs.job import Job, Resources

LATELY: Final = timedelta(days=2)
SESSIONS_A_NIGHT: Final = 5_000


class ComputeQuestionStatistics(Job, frozen=True):
    """Computes the questions of a session that has ended or was corrected.

    Earlier sessions with the same questions are counted first, if they never were.
    """

    session: UUID

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        await self._count(resources, self.session)
        async with resources.session_factory() as db:
            questions = await question_statistics.questions_of(db, self.session)
            lacking = await question_statistics.lacking_sessions(db, questions)
        for session_id in lacking:
            await self._count(resources, session_id)
        async with resources.session_factory.begin() as db:
            await question_statistics.merge(db, questions)

    @staticmethod
    async def _count(resources: Resources, session_id: UUID) -> None:
        # In a transaction of its own: a retry goes on with the next one.
        async with resources.session_factory.begin() as db:
            await session_question_statistics.compute(db, session_id)


class RefreshQuestionStatistics(Job, frozen=True):
    """Computes again what may have been missed, such as games from before an upgrade."""

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory.begin() as db:
            sessions = await question_statistics.outdated_sessions(db, LATELY, SESSIONS_A_NIGHT)
            await question_statistics.recompute_soon(db, sessions)
