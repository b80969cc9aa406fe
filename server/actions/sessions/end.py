"""Ending a session from outside its room."""

from uuid import UUID

from game.errors import Conflict, NotFound
from game.live.rooms import Rooms
from game.rules.rooms import End
from persistence.database import SessionFactory
from persistence.repositories import quiz_sessions
from server.auth.sign_ins import SignedIn


async def end_session(
    session_factory: SessionFactory, rooms: Rooms, viewer: SignedIn, session_id: UUID
) -> None:
    """The room finishes and is recorded; one that has ended before stays as it is.

    Raises:
        NotFound: `no_such_session`.
    """
    async with session_factory() as db:
        session = await quiz_sessions.get_to_edit(db, viewer, session_id)
    if session.ended_at is not None:
        return
    try:
        await rooms.command(str(session_id), End())
    except NotFound:
        # Redis has lost the room, so nobody will report its end.
        async with session_factory.begin() as db:
            await quiz_sessions.end_at_last_sign_of_life(db, [session_id])
    except Conflict:
        return  # it has finished meanwhile; the recorder is about to write that down
