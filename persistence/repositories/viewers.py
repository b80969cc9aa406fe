"""Who is looking: teachers see what is theirs, a super_admin everything, others nothing."""

from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import InstrumentedAttribute

from persistence.models import Role


class Viewer(Protocol):
    @property
    def user_id(self) -> UUID: ...

    @property
    def role(self) -> str: ...


TEACHER: Role = "teacher"
SUPER_ADMIN: Role = "super_admin"


def owned(
    viewer: Viewer, owner: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]
) -> ColumnElement[bool]:
    """The condition that a teaching viewer may see a row of this owner."""
    if viewer.role == SUPER_ADMIN:
        return true()
    if viewer.role == TEACHER:
        return owner == viewer.user_id
    return false()
