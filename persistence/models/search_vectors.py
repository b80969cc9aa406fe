"""The column by which the rows of a table are searched; see docs/search.md."""

from sqlalchemy import Column, Computed, Index
from sqlalchemy.dialects.postgresql import TSVECTOR

from persistence.base import Base


def add_search_vector(
    model: type[Base],
    *,
    title: str,
    keywords: str,
    body: str = "NULL",
    language: str = "language",
) -> Column[str]:
    """Add the column to the model's table, with its index. The arguments are SQL expressions.

    No attribute is mapped to it, so rows are read and written without it.
    """
    expression = f"search_vector({language}, {title}, {keywords}, {body})"
    column: Column[str] = Column("search_vector", TSVECTOR, Computed(expression, persisted=True))
    table = model.metadata.tables[model.__tablename__]
    table.append_column(column)
    Index(None, column, postgresql_using="gin")
    return column
