"""The table of quizzes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from game.rules.quizzes import DESCRIPTION_MAX, TITLE_MAX
from persistence.base import Base, UpdatedAtMixin, length
from persistence.models.questions import Question

# The letters of codes: no I, L, O, U. A quiz's standing code begins with a letter; a session's own,
# given while another room of the same quiz is open, with a digit: two namespaces, so that each has
# its own unique index.
LETTERS = "A-HJKMNP-TV-Z"


class Quiz(UpdatedAtMixin, Base):
    """A teacher's quiz. Deleting archives it; purging removes it and all its sessions."""

    __tablename__ = "quizzes"

    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    title: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    access_code: Mapped[str] = mapped_column(unique=True)
    is_public: Mapped[bool] = mapped_column(server_default=false())
    archived_at: Mapped[datetime | None]

    questions: Mapped[list[Question]] = relationship(
        order_by=Question.position, cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )

    __table_args__ = (
        length("title", 1, TITLE_MAX),
        length("description", 0, DESCRIPTION_MAX),
        CheckConstraint(f"access_code ~ '^[{LETTERS}][2-9{LETTERS}]{{5}}$'", name="access_code"),
        Index(None, "teacher_id", "created_at"),
    )
