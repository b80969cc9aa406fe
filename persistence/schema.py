"""Runs the migrations."""

from alembic import command
from alembic.config import Config
from sqlalchemy.schema import SchemaItem

from persistence.schema_state import MIGRATIONS

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
