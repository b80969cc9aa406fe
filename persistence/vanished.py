"""Sessions whose room is gone without having been finished: Redis was lost, or opening it failed.

Nobody will report their end any more; left open they would keep their code for ever.
"""

import asyncio
import contextlib
from datetime import timedelta
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from game.live.keys import RoomKeys
from persistence.database import AWAY, SessionFactory
from persistence.repositories import quiz_sessions

LOOK_EVERY_S: Final = 600.0
OPENED_BEFORE: Final = timedelta(hours=1)
"""Far longer than it takes from a session's row to its room."""

logger = structlog.get_logger(__name__)


async def run(redis: Redis, session_factory: SessionFactory, stop: asyncio.Event) -> None:
    """Look from time to time until `stop` is set."""
    while not stop.is_set():
        try:
            ended = await end_vanished(redis, session_factory)
        except (RedisError, *AWAY) as error:
            logger.warning("vanished rooms not looked for", error=type(error).__name__)
        else:
            if ended:
                logger.warning("sessions ended whose rooms had vanished", sessions=ended)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_EVERY_S)


async def end_vanished(redis: Redis, session_factory: SessionFactory) -> int:
    """End them as of the last that was heard of them; how many."""
    async with session_factory.begin() as session:
        ids = await quiz_sessions.still_open(session, OPENED_BEFORE)
        pipeline = redis.pipeline(transaction=False)
        for session_id in ids:
            await pipeline.exists(RoomKeys(str(session_id)).room)
        there = await pipeline.execute()
        gone = [session_id for session_id, room in zip(ids, there, strict=True) if not room]
        await quiz_sessions.end_at_last_sign_of_life(session, gone)
    return len(gone)
