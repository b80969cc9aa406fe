"""Changes an open homework: its deadline, and who takes part."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, NotFound
from persistence.models import QuizSession
from persistence.repositories.homework import assignments
from server.actions.homework.give import refuse_period
from server.auth.sign_ins import SignedIn


async def change_deadline(
    db: AsyncSession, viewer: SignedIn, session_id: UUID, closes_at: datetime
) -> None:
    """Close it at another time.

    Raises:
        NotFound: `no_such_homework`.
        Conflict: `homework_closed`.
        Invalid: the time is in the past, or before it opens.
    """
    homework = await _lock_open(db, viewer, session_id)
    refuse_period(homework.opens_at or homework.created_at, closes_at)
    await assignments.set_closes_at(homework, closes_at)


async def set_removed(
    db: AsyncSession, viewer: SignedIn, session_id: UUID, player: UUID, *, removed: bool
) -> None:
    """Remove a student, whose attempts end without a place, or let a removed one go on.

    Raises:
        NotFound: `no_such_homework` or `no_such_student`.
        Conflict: `homework_closed`; then everybody has a place.
    """
    await _lock_open(db, viewer, session_id)
    if not await assignments.set_removed(db, session_id, player, removed=removed):
        raise NotFound("no_such_student", "This homework has no such student.")


async def _lock_open(db: AsyncSession, viewer: SignedIn, session_id: UUID) -> QuizSession:
    homework = await assignments.get(db, viewer, session_id, for_update=True, questions=False)
    if homework.ended_at is not None:
        raise Conflict("homework_closed", "This homework is closed.")
    return homework
