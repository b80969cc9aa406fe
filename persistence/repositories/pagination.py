"""Pagination of queries: limits a query to one page, and counts all its rows."""

from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, TypeVar, TypeVarTuple

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")
Rows = TypeVarTuple("Rows")


class Page(NamedTuple, Generic[T]):
    """One page of a list; `total` counts the whole list."""

    items: Sequence[T]
    total: int


def paginate(query: Select[*Rows], page: int, page_size: int) -> Select[*Rows]:
    """Limit the query to one page; the first page is 1."""
    return query.limit(page_size).offset((page - 1) * page_size)


async def count(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> int:
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    return (await session.execute(counted)).scalar_one()
