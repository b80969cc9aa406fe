"""The migrations: brought up to date, and compared with what a database has."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def configuration(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the schema up to date. Blocks, and runs a loop of its own: call it in a thread."""
    command.upgrade(configuration(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    """The way back. Blocks, as `upgrade` does."""
    command.downgrade(configuration(database_url), revision)


async def is_current(engine: AsyncEngine) -> bool:
    """Whether the database's schema is the one that this program was written for."""
    async with engine.connect() as connection:
        return await connection.run_sync(_revisions) == heads()


@cache
def heads() -> frozenset[str]:
    """The newest migrations that came with this program."""
    return frozenset(ScriptDirectory(str(MIGRATIONS)).get_heads())


def _revisions(connection: Connection) -> frozenset[str]:
    return frozenset(MigrationContext.configure(connection).get_current_heads())
