"""Pagination of queries: limits a query to one page, and counts its rows."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, TypeVarTuple

from sqlalchemy import Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")
Rows = TypeVarTuple("Rows")


COUNTED_MAX = 10_000
"""Rows that are counted. To count 100,000 takes longer than to read a page of them."""


class Page(NamedTuple, Generic[T]):
    """One page of a list; `total` counts the whole list, or its first `COUNTED_MAX` rows."""

    items: Sequence[T]
    total: int

    @property
    def is_capped(self) -> bool:
        """Whether there may be more than `total`."""
        return self.total >= COUNTED_MAX


async def page(
    session: AsyncSession,
    query: Select[*Rows],
    page: int,
    page_size: int,
    item: Callable[..., T],
) -> Page[T]:
    """One page of a query, with an item made of the columns of each row."""
    rows = await session.execute(paginate(query, page, page_size))
    return Page([item(*row) for row in rows], await count(session, query))


def paginate(query: Select[*Rows], page: int, page_size: int) -> Select[*Rows]:
    """Limit the query to one page; the first page is 1."""
    return query.limit(page_size).offset((page - 1) * page_size)


async def count(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> int:
    """How many rows there are; at most `COUNTED_MAX`."""
    return await count_all(session, query.limit(COUNTED_MAX))


async def count_all(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> int:
    rows = query.order_by(None).with_only_columns(literal(1), maintain_column_froms=True)
    counted = select(func.count()).select_from(rows.subquery())
    return (await session.execute(counted)).scalar_one()
