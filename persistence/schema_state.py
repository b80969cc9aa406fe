"""Checks whether a database has the schema that this program needs.

It does so without Alembic, which costs a process 6 MB and is only needed to run migrations.
"""

from functools import cache
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import column, func, select, table
from sqlalchemy.ext.asyncio import AsyncEngine

MIGRATIONS: Final = Path(__file__).parents[1] / "migrations"
_VERSIONS: Final = table("alembic_version", column("version_num"))


async def state(engine: AsyncEngine) -> Literal["ok", "outdated", "newer"]:
    applied = await _applied(engine)
    known = revisions()
    if applied == {known[-1]}:
        return "ok"
    return "outdated" if applied.issubset(known) else "newer"


async def is_empty(engine: AsyncEngine) -> bool:
    """Whether no migration was ever run on the database."""
    return not await _applied(engine)


async def _applied(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        if await connection.scalar(select(func.to_regclass(_VERSIONS.name))) is None:
            return set()
        return set(await connection.scalars(select(_VERSIONS.c.version_num)))


@cache
def revisions() -> tuple[str, ...]:
    """The revisions of this program, in order. The name of a migration's file begins with its."""
    files = (MIGRATIONS / "versions").glob("[0-9]*.py")
    return tuple(sorted(path.name.partition("_")[0] for path in files))
