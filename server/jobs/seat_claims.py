"""The job that lets guests of a room claim their seats after the room is gone."""

from typing import Final, cast
from uuid import UUID

from game.live.keys import RoomKeys
from persistence.repositories import seat_claims
from server.jobs.job import Job, Resources

PLAYERS_AT_ONCE: Final = 500


class KeepSeatTokens(Job, frozen=True):
    """Copies the hashes of guests' tokens from Redis, which forgets a room after two hours."""

    session: UUID

    async def run(self, resources: Resources, job_id: int) -> None:
        del job_id
        secrets = RoomKeys(str(self.session)).secrets
        async with resources.session_factory() as db:
            players = await seat_claims.guests(db, self.session)
        for start in range(0, len(players), PLAYERS_AT_ONCE):
            some = players[start : start + PLAYERS_AT_ONCE]
            found = cast("list[bytes | None]", await resources.redis.hmget(secrets, some))
            rows = {
                player: hash_.decode()
                for player, hash_ in zip(some, found, strict=True)
                if hash_ is not None
            }
            async with resources.session_factory.begin() as db:
                await seat_claims.store_hashes(db, self.session, rows)
