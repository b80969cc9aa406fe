"""The table of one-time links, such as those for a forgotten password."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.users import EMAIL_MAX, EMAIL_MIN
from persistence.base import Base, length, one_of

LinkPurpose = Literal["reset_password", "verify_email", "change_email"]


class OneTimeLink(Base):
    """A link that lets its holder do one thing once. Its token is derived from the id.

    `email` is where it was sent, so whoever uses it reads mail there; None if it was handed over.
    """

    __tablename__ = "one_time_links"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[LinkPurpose] = mapped_column(Text)
    email: Mapped[str | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("purpose", get_args(LinkPurpose)),
        length("email", EMAIL_MIN, EMAIL_MAX),
        Index(None, "user_id"),
        Index(None, "expires_at"),
    )
