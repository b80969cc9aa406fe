"""The table of statistics of questions."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from persistence.base import Base, UpdatedAtMixin


class QuestionStatistics(UpdatedAtMixin, Base):
    """What is known of a question from all games in which it or a copy of it was asked.

    `game.rules.question_statistics.Figures` documents the figures. A job computes the rows again,
    so they can be removed at any time. `wrong_text` is the wrong choice that was chosen most, and
    `right_times` how often the least chosen right one was.
    """

    __tablename__ = "question_statistics"

    question_id: Mapped[UUID] = mapped_column(
        ForeignKey("questions.id", ondelete="CASCADE"), unique=True
    )
    asked: Mapped[int]
    answers: Mapped[int]
    correct: Mapped[int | None]
    discrimination: Mapped[float | None]
    median_ms: Mapped[int | None]
    wrong_text: Mapped[str | None]
    wrong_times: Mapped[int | None]
    right_times: Mapped[int | None]
    by_wording: Mapped[dict[str, int]] = mapped_column(JSONB)

    __table_args__ = (
        CheckConstraint("asked >= 0 AND answers >= asked", name="asked"),
        CheckConstraint("correct BETWEEN 0 AND answers", name="correct"),
        CheckConstraint("discrimination BETWEEN -1 AND 1", name="discrimination"),
        CheckConstraint(
            "num_nonnulls(wrong_text, wrong_times, right_times) IN (0, 3)", name="wrong"
        ),
    )
