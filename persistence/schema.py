"""The migrations: brought up to date, and compared with what a database has."""

from functools import cache
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import SchemaItem

MIGRATIONS = Path(__file__).parents[1] / "migrations"


QUEUE_TABLES = "pgqueuer"


def is_described(_item: SchemaItem, name: str | None, kind: str, *_: object) -> bool:
    """Whether the models describe it: for Alembic, which would drop everything else."""
    return kind != "table" or not (name or "").startswith(QUEUE_TABLES)


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


async def state(engine: AsyncEngine) -> Literal["ok", "outdated", "newer"]:
    """How the database's schema compares with the one that this program was written for."""
    async with engine.connect() as connection:
        revisions = await connection.run_sync(_revisions)
    heads, known = _migrations()
    if revisions == heads:
        return "ok"
    return "outdated" if revisions <= known else "newer"


@cache
def _migrations() -> tuple[frozenset[str], frozenset[str]]:
    """The newest migrations that came with this program, and all of them."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    known = frozenset(script.revision for script in scripts.walk_revisions())
    return frozenset(scripts.get_heads()), known


def _revisions(connection: Connection) -> frozenset[str]:
    return frozenset(MigrationContext.configure(connection).get_current_heads())
