"""Pagination of queries: limits a query to one page, and counts its rows."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, TypeVarTuple
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, func, literal, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.base import ReadOnlyColumnCollection

Columns = ReadOnlyColumnCollection[str, Any]  # Any: of any type
T = TypeVar("T")
Rows = TypeVarTuple("Rows")


COUNTED_MAX = 10_000
"""Rows that are counted. To count 100,000 takes longer than to read a page of them."""


class Page(NamedTuple, Generic[T]):
    """One page of a list; `total` counts the whole list. With `is_capped` there may be more."""

    items: Sequence[T]
    total: int
    is_capped: bool


class Total(NamedTuple):
    """The last two fields of a `Page`."""

    total: int
    is_capped: bool


async def page(
    session: AsyncSession,
    query: Select[*Rows],
    page: int,
    page_size: int,
    item: Callable[..., T],
) -> Page[T]:
    """One page of a query, with an item made of the columns of each row."""
    rows = await session.execute(paginate(query, page, page_size))
    items = [item(*row) for row in rows]
    return Page(items, *await count(session, query, page, page_size, len(items)))


def paginate(query: Select[*Rows], page: int, page_size: int) -> Select[*Rows]:
    """Limit the query to one page; the first page is 1."""
    return query.limit(page_size).offset((page - 1) * page_size)


def page_with_total(
    found: CTE, order: Callable[[Columns], Sequence[ColumnElement[Any]]], page: int, page_size: int
) -> Select[int, UUID]:
    """Rows with the number of rows in `found`, and an id, which is null on an empty page."""
    counted = select(func.count().label("total")).select_from(found).subquery()
    shown = paginate(select(found).order_by(*order(found.c)), page, page_size).subquery()
    return (
        select(counted.c.total, shown.c.id)
        .select_from(counted.outerjoin(shown, true()))
        .order_by(*order(shown.c))
    )


async def count(  # noqa: PLR0913  # the page, and what is on it
    session: AsyncSession,
    query: Select[*tuple[Any, ...]],
    page: int,
    page_size: int,
    shown: int,
    *,
    most: int | None = None,
) -> Total:
    """How many rows there are, if so many are shown on this page; at most `most`, or `COUNTED_MAX`.

    Those of the last page say it by themselves.
    """
    most = most or COUNTED_MAX
    before = (page - 1) * page_size
    if shown < page_size and (shown or page == 1):
        counted = min(before + shown, most)
    else:
        counted = await count_all(session, query.limit(most))
    return Total(counted, counted == most)


async def count_all(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> int:
    rows = query.order_by(None).with_only_columns(literal(1), maintain_column_froms=True)
    counted = select(func.count()).select_from(rows.subquery())
    return (await session.execute(counted)).scalar_one()
