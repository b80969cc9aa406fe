"""A part of a long list."""

from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, TypeVar, TypeVarTuple

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")
Rows = TypeVarTuple("Rows")


class Page(NamedTuple, Generic[T]):
    """`total` counts the whole list."""

    items: Sequence[T]
    total: int


def paginate(query: Select[*Rows], page: int, page_size: int) -> Select[*Rows]:
    """Page 1 is the first."""
    return query.limit(page_size).offset((page - 1) * page_size)


async def count(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> int:
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    return (await session.execute(counted)).scalar_one()
