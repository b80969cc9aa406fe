"""The job that makes cards from what learners missed."""

from typing import Final
from uuid import UUID

from persistence.repositories.missed_questions import making
from server.jobs.job import Job, Resources

SEATS_AT_ONCE: Final = 100
"""Whose cards are made in one transaction, so that none takes long. Each seat may have hundreds."""


class MakeCards(Job, frozen=True):
    """Makes cards for those who took part in a session, or for some participations.

    Everything is committed in pieces, and a repetition finds what is done.
    """

    session: UUID
    participations: tuple[UUID, ...] = ()

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        async with resources.session_factory.begin() as db:
            seats = await making.seats(db, self.session, self.participations)
            played = await making.read(db, self.session) if seats else None
        if played is None:
            return
        for start in range(0, len(seats), SEATS_AT_ONCE):
            some = seats[start : start + SEATS_AT_ONCE]
            for step in (making.make, making.take_back):
                async with resources.session_factory.begin() as db:
                    await step(db, played, some)
