"""The connection pools of a process to PostgreSQL and Redis, made once and shared."""

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
        """Make the pools. They connect only when they are used."""
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
    """Connections that are closed at the end of the context."""
    connections = Connections.of(settings)
    try:
        yield connections
    finally:
        await connections.close()
