"""The table of reports of published quizzes."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.quiz_reports import COMMENT_MAX, ReportReason
from persistence.base import Base, length, one_of


class QuizReport(Base):
    """A teacher's report to the administrators, who dismiss it or take the quiz back."""

    __tablename__ = "quiz_reports"

    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    reason: Mapped[ReportReason] = mapped_column(Text)
    comment: Mapped[str]
    resolved_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("reason", get_args(ReportReason)),
        length("comment", 0, COMMENT_MAX),
        UniqueConstraint("quiz_id", "user_id"),
        Index(None, "user_id"),
        Index(
            "ix_quiz_reports_open", "created_at", "id", postgresql_where=text("resolved_at IS NULL")
        ),
    )
