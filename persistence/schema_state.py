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


class NotMigratedError(Exception):
    """The database has no tables yet, or waits for migrations. The message says what to do."""


async def state(engine: AsyncEngine) -> Literal["ok", "outdated", "newer"]:
    return _judge(await _applied(engine))


async def require(engine: AsyncEngine) -> None:
    """Raise NotMigratedError if the database is outdated. A newer one will do."""
    applied = await _applied(engine)
    if not applied:
        raise NotMigratedError(
            "This database has no Kuis in it: check DATABASE_URL. "
            "`kuis migrate` or `kuis serve` sets it up."
        )
    if _judge(applied) == "outdated":
        raise NotMigratedError("This database waits for `kuis migrate`.")


def _judge(applied: set[str]) -> Literal["ok", "outdated", "newer"]:
    known = revisions()
    if applied == {known[-1]}:
        return "ok"
    return "outdated" if applied.issubset(known) else "newer"


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
