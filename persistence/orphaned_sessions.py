"""Ends sessions whose room no longer exists, because Redis was lost or opening the room failed.

Nothing else would end them, and an open session keeps its code for ever.
"""

from datetime import timedelta
from typing import Final

from redis.asyncio import Redis

from game.live.keys import RoomKeys
from persistence.database import SessionFactory
from persistence.repositories import quiz_sessions

OPENED_BEFORE: Final = timedelta(hours=1)
"""Far longer than it takes to open the room of a session after its row is written."""


async def end_orphaned_sessions(redis: Redis, session_factory: SessionFactory) -> int:
    """End them at the time of their last sign of life, and return how many there were."""
    async with session_factory.begin() as session:
        ids = await quiz_sessions.still_open(session, OPENED_BEFORE)
        pipeline = redis.pipeline(transaction=False)
        for session_id in ids:
            await pipeline.exists(RoomKeys(str(session_id)).room)
        there = await pipeline.execute()
        gone = [session_id for session_id, room in zip(ids, there, strict=True) if not room]
        await quiz_sessions.end_at_last_sign_of_life(session, gone)
    return len(gone)
