"""Changes an open homework: its deadline, and who takes part."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, NotFound
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories.homework import assignments
from server.actions.homework.give import refuse_period
from server.auth.sign_ins import SignedIn


async def change_deadline(
    session_factory: SessionFactory, viewer: SignedIn, session_id: UUID, closes_at: datetime
) -> QuizSession:
    """Close it at another time.

    Raises:
        NotFound: `no_such_homework`.
        Conflict: `homework_closed`.
        Invalid: the time is in the past, or before it opens.
    """
    async with session_factory.begin() as db:
        homework = await _lock_open(db, viewer, session_id)
        refuse_period(homework.opens_at or homework.created_at, closes_at)
        await assignments.set_closes_at(homework, closes_at)
        return homework


async def remove_student(
    session_factory: SessionFactory, viewer: SignedIn, session_id: UUID, player: UUID
) -> None:
    """End all attempts of a student, who gets no place. The answers are kept for `restore`.

    Raises:
        NotFound: `no_such_homework` or `no_such_student`.
        Conflict: `homework_closed`; then everybody has a place.
    """
    async with session_factory.begin() as db:
        await _lock_open(db, viewer, session_id)
        if not await assignments.remove_student(db, session_id, player):
            raise _no_such_student()


async def restore_student(
    session_factory: SessionFactory, viewer: SignedIn, session_id: UUID, player: UUID
) -> None:
    """Let a removed student go on. Raises as `remove_student` does."""
    async with session_factory.begin() as db:
        await _lock_open(db, viewer, session_id)
        if not await assignments.restore_student(db, session_id, player):
            raise _no_such_student()


async def _lock_open(db: AsyncSession, viewer: SignedIn, session_id: UUID) -> QuizSession:
    homework = await assignments.get(db, viewer, session_id, for_update=True, questions=False)
    if homework.ended_at is not None:
        raise Conflict("homework_closed", "This homework is closed.")
    return homework


def _no_such_student() -> NotFound:
    return NotFound("no_such_student", "This homework has no such student.")
