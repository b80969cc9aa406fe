"""The table of security events."""

from typing import Final, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from persistence.base import Base, Json, length

AuditKind = Literal[
    "account_created",
    "account_deactivated",
    "account_reactivated",
    "descriptors_exhausted",
    "email_changed",
    "password_changed",
    "password_link_made",
    "quiz_allowed",
    "quiz_deleted",
    "quiz_unpublished",
    "results_exported",
    "role_changed",
    "session_corrected",
    "sign_in_failed",
    "sign_in_slowed",
]
STRANGERS_KINDS: Final[tuple[AuditKind, ...]] = (
    "descriptors_exhausted",
    "sign_in_failed",
    "sign_in_slowed",
)
"""The kinds of events that somebody without an account can cause."""


class AuditEvent(Base):
    """A security event. Rows are only added, and removed when they are old.

    `account_id` is the account that the event is about, `actor_id` the account that did it. Neither
    is a foreign key, because the trail outlives the accounts. `count` is how many equal events one
    row stands for; `created_at` is the time of the first.
    """

    __tablename__ = "audit_events"

    kind: Mapped[AuditKind] = mapped_column(Text)
    account_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    address: Mapped[str | None]
    count: Mapped[int] = mapped_column(server_default=text("1"))
    details: Mapped[Json] = mapped_column(server_default=text("'{}'"))

    __table_args__ = (
        length("kind", 1, 50),
        length("address", 1, 200),
        CheckConstraint("count >= 1", name="count"),
        Index(None, "created_at"),
        Index(None, "kind", "created_at"),
        Index(None, "account_id", "created_at"),
        Index(None, "actor_id", "created_at"),
    )
