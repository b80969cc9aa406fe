"""Runs migrations for Alembic, on the database that it is given or that DATABASE_URL names."""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

import persistence.models  # noqa: F401  # fills the metadata with every table
from persistence.base import Base
from persistence.database import parse_url
from persistence.schema import is_described

# Any number that no other advisory lock uses. It makes two migrations at once wait for each other.
MIGRATION_LOCK = 0x6B756973


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        include_object=is_described,
    )
    with context.begin_transaction():
        connection.execute(text("select pg_advisory_xact_lock(:id)"), {"id": MIGRATION_LOCK})
        context.run_migrations()


async def connect() -> None:
    address = context.config.attributes.get("database_url") or os.environ["DATABASE_URL"]
    engine = create_async_engine(parse_url(address), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(connect())
