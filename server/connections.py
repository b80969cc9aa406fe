"""What a process needs to reach PostgreSQL and Redis: made once, shared, closed at its end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from game.live.connect import redis_from_url
from persistence import database
from persistence.database import SessionFactory
from server.settings import Settings


class Connections(msgspec.Struct, frozen=True):
    engine: AsyncEngine
    session_factory: SessionFactory
    redis: Redis

    @classmethod
    def of(cls, settings: Settings) -> "Connections":
        """Pools for both engines. Nothing is sent: an engine that is away is noticed when used."""
        engine = database.connect(
            settings.database_url,
            pool_size=settings.database_pool_size,
            max_overflow=settings.database_max_overflow,
        )
        return cls(engine, database.sessions(engine), redis_from_url(settings.redis_url))

    async def close(self) -> None:
        await self.redis.aclose()
        await self.engine.dispose()


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Connections]:
    connections = Connections.of(settings)
    try:
        yield connections
    finally:
        await connections.close()
