"""The plans of PostgreSQL for statements, for `kuis bench`."""

from typing import Any

from sqlalchemy import ClauseElement, Executable, Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler


class _Explained(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:  # Any: of any columns
        self.statement = statement


@compiles(_Explained)
def _explain(element: _Explained, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401  # SQLAlchemy's own
    return f"EXPLAIN (ANALYZE, COSTS OFF) {compiler.process(element.statement, **options)}"


async def plan_of(
    session: AsyncSession, statement: Select[*tuple[Any, ...]]
) -> str:  # Any: the same
    """Run the statement, and return what PostgreSQL did for it."""
    return "\n".join(await session.scalars(_Explained(statement)))
