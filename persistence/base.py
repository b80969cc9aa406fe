"""The base class of all tables, and helpers for their constraints.

advanced-alchemy's `UUIDv7AuditBase` was considered: it adds a column `sa_orm_sentinel` to every
table and sets the times only in Python, where the recorder's bulk statements do not pass.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, MetaData, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Json = dict[str, object]


class Base(DeclarativeBase):
    """A table with a UUIDv7 key: rows made later sort later."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy's own way to say it
        str: Text,
        datetime: DateTime(timezone=True),
        Json: JSONB(none_as_null=True),
        object: JSONB,
    }
    # Server defaults and `onupdate` come back with the statement, not by a later query.
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012  # the same

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=100)


class UpdatedAtMixin:
    """For tables whose rows change.

    A later change has a later time, even if its transaction began earlier and had to wait.
    """

    updated_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), onupdate=func.clock_timestamp(), sort_order=101
    )

    def touch(self) -> None:
        """Set a new time at the next flush, even if none of its own columns has changed."""
        self.updated_at = func.clock_timestamp()  # a time when flushed


def one_of(column: str, values: Sequence[str]) -> CheckConstraint:
    """An enumeration: text that the database checks."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def length(column: str, least: int, most: int) -> CheckConstraint:
    return CheckConstraint(f"char_length({column}) BETWEEN {least} AND {most}", name=column)


def matches(column: str, pattern: str) -> CheckConstraint:
    return CheckConstraint(f"{column} ~ '{pattern}'", name=f"{column}_format")
