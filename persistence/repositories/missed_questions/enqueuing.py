"""Enqueues the job that makes cards, in the transactions after which questions may be missed."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.repositories import jobs

JOB: Final = "make_cards"
"""The name of the job in server/jobs/missed_questions.py."""


async def make_cards_soon(
    session: AsyncSession, session_ids: Iterable[UUID], participations: Sequence[UUID] = ()
) -> None:
    """Enqueue the job that makes cards from these sessions; of all who took part, or of some."""
    for id_ in session_ids:
        job = {"job": JOB, "session": id_, "participations": participations}
        await jobs.enqueue(session, JOB, msgspec.json.encode(job))
