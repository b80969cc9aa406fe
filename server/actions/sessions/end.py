"""Ends a session from outside its room, as the API does."""

from uuid import UUID

from game.errors import Conflict, NotFound
from game.live.rooms import Rooms
from game.rules.rooms import End
from persistence.database import SessionFactory
from persistence.repositories import quiz_sessions
from server.actions.homework.close import close_now
from server.auth.sign_ins import SignedIn


async def end_session(
    session_factory: SessionFactory, rooms: Rooms, viewer: SignedIn, session_id: UUID
) -> None:
    """Finish the room, so that it is recorded, or close the homework.

    A session that has ended stays as it is.

    Raises:
        NotFound: `no_such_session`.
    """
    async with session_factory() as db:
        session = await quiz_sessions.get_to_edit(db, viewer, session_id)
    if session.ended_at is not None:
        return
    if session.mode == "self_paced":
        await close_now(session_factory, viewer, session_id)
        return
    try:
        await rooms.command(str(session_id), End())
    except NotFound:
        # Redis has lost the room, so nobody will report its end.
        async with session_factory.begin() as db:
            await quiz_sessions.end_at_last_sign_of_life(db, [session_id])
    except Conflict:
        return  # it has just finished by itself, and the recorder will store that
