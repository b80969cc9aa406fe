"""The table of shares: which colleagues may see or edit a quiz."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from persistence.base import Base


class QuizShare(Base):
    """A colleague may see a quiz, open rooms of it and copy it; with `may_edit` also change it."""

    __tablename__ = "quiz_shares"

    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    may_edit: Mapped[bool]

    __table_args__ = (UniqueConstraint("quiz_id", "user_id"), Index(None, "user_id"))
