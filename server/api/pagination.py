"""Pagination of lists: the query parameters `page` and `page_size`, and the shape of a page."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from litestar.params import QueryParameter
from msgspec import Struct

from game.rules.search import SEARCH_MAX
from persistence.repositories.pagination import Page

T = TypeVar("T")
S = TypeVar("S")
L = TypeVar("L", bound="PagedOutput[Any]")  # Any: each has items of its own

SearchText = Annotated[str, QueryParameter(max_length=SEARCH_MAX)]
"""The words that a list is searched for."""
PAGE_SIZE, MAX_PAGE_SIZE = 20, 100
MAX_PAGE = 1_000_000


class Paging(Struct, frozen=True):
    page: int
    page_size: int


class PagedOutput(Struct, Generic[T], frozen=True):
    """One page of a list; `page` begins with 1.

    `total` counts the whole list. With `is_capped` there are so many or more.
    """

    items: list[T]
    total: int
    page: int
    page_size: int
    is_capped: bool = False


def paging(
    page: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = 1,
    page_size: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_SIZE)] = PAGE_SIZE,
) -> Paging:
    """Dependency of routes that return a list."""
    return Paging(page, page_size)


def paged_output(kind: type[L], page: Page[S], paging: Paging, shown: Callable[[S], object]) -> L:
    """A page of rows as the struct that a route returns."""
    items = [shown(item) for item in page.items]
    return kind(items, page.total, paging.page, paging.page_size, page.is_capped)
