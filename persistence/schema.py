"""Runs the migrations, and compares a database's schema with them."""

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
    """Whether the models describe this table, for Alembic, which would drop all others."""
    return kind != "table" or not (name or "").startswith(QUEUE_TABLES)


def configuration(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the schema up to date. It blocks and runs its own event loop: call it in a thread."""
    command.upgrade(configuration(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Take migrations back, down to this revision. It blocks as `upgrade` does."""
    command.downgrade(configuration(database_url), revision)


async def state(engine: AsyncEngine) -> Literal["ok", "outdated", "newer"]:
    """Whether the database has the schema that this program needs."""
    async with engine.connect() as connection:
        revisions = await connection.run_sync(_revisions)
    heads, known = _migrations()
    if revisions == heads:
        return "ok"
    return "outdated" if revisions <= known else "newer"


@cache
def _migrations() -> tuple[frozenset[str], frozenset[str]]:
    """The newest revisions that come with this program, and all revisions."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    known = frozenset(script.revision for script in scripts.walk_revisions())
    return frozenset(scripts.get_heads()), known


def _revisions(connection: Connection) -> frozenset[str]:
    return frozenset(MigrationContext.configure(connection).get_current_heads())
