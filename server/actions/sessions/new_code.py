"""Gives a room another code, when the old one is known to the wrong people."""

from random import SystemRandom
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from game.errors import Unavailable, room_refusal
from game.live.rooms import Rooms
from game.rules import codes
from game.rules.rooms import Phase
from persistence.database import UNAVAILABLE, SessionFactory
from persistence.repositories import quiz_sessions
from server.limits import NEW_CODES_OF_ROOM, Limits

CODE_TRIES = 20


async def new_code(
    session_factory: SessionFactory, rooms: Rooms, limits: Limits, session: str
) -> None:
    """Give the room a new code. The old one then leads nobody new to it.

    The new code is never the quiz's standing code, because that one leads to the next room of the
    quiz. If this is interrupted, both codes lead to the room, and it can be done again.

    Raises:
        Refusal: `wrong_phase`, if the room is over.
        RateLimited: there were too many new codes.
        Unavailable: Redis or PostgreSQL does not answer, or no code is free.
    """
    if (await rooms.state(session)).phase is Phase.FINISHED:
        raise room_refusal("wrong_phase")
    await limits.hit(NEW_CODES_OF_ROOM, session)
    random = SystemRandom()
    for _ in range(CODE_TRIES):
        code = codes.session_code(random)
        if await rooms.take_code(session, code) and await _give(
            session_factory, rooms, session, code
        ):
            return
    raise Unavailable("unavailable", "No code is free just now; try again.")


async def _give(session_factory: SessionFactory, rooms: Rooms, session: str, code: str) -> bool:
    """Set the code; False if another session that has not ended has it."""
    try:
        async with session_factory.begin() as db:
            # Of several calls at once, all but one wait here, so that database and room agree.
            await quiz_sessions.set_code(db, UUID(session), code)
            await rooms.recode(session, code)
    except IntegrityError:
        return False
    except UNAVAILABLE as error:
        raise Unavailable("unavailable", "The code cannot be stored now; try again.") from error
    return True
