"""Closes a homework before its deadline."""

from datetime import UTC, datetime
from uuid import UUID

from persistence import homework_deadlines
from persistence.database import SessionFactory
from persistence.repositories.homework import assignments
from server.auth.sign_ins import SignedIn


async def close_now(session_factory: SessionFactory, viewer: SignedIn, session_id: UUID) -> None:
    """Close it before its deadline. One that is closed stays as it is.

    Raises:
        NotFound: `no_such_homework`.
    """
    async with session_factory.begin() as db:
        homework = await assignments.get(db, viewer, session_id, for_update=True)
        if homework.ended_at is None:
            await homework_deadlines.close(db, homework, datetime.now(UTC))
