"""The tables of statistics of questions: of each session, and of all sessions together."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from persistence.base import Base, UpdatedAtMixin


class SessionQuestionStatistics(Base):
    """What the answers to a question of a finished session add to the statistics of the question.

    A job computes the rows of a session when it ends and when it is corrected, and they can be
    removed at any time. A question of which no answer counts has a row too, with `answers` 0.
    From `compared` on there are the fields of `game.rules.question_statistics.Sums`, then answers
    by the steps of their time, a digest of what was asked, and how often each wrong and each right
    choice was chosen.
    """

    __tablename__ = "session_question_statistics"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("quiz_sessions.id", ondelete="CASCADE"))
    question_index: Mapped[int]
    question_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("questions.id", ondelete="SET NULL"), index=True
    )
    answers: Mapped[int]
    correct: Mapped[int | None]
    compared: Mapped[int]
    compared_correct: Mapped[int]
    shares: Mapped[int] = mapped_column(BigInteger)
    squared_shares: Mapped[int] = mapped_column(BigInteger)
    correct_shares: Mapped[int] = mapped_column(BigInteger)
    time_steps: Mapped[dict[str, int]] = mapped_column(JSONB)
    wording: Mapped[str]
    wrong_choices: Mapped[dict[str, int]] = mapped_column(JSONB)
    right_choices: Mapped[dict[str, int]] = mapped_column(JSONB)

    __table_args__ = (
        UniqueConstraint("session_id", "question_index"),
        CheckConstraint("question_index >= 0", name="question_index"),
        CheckConstraint("correct BETWEEN 0 AND answers", name="correct"),
        CheckConstraint(
            "compared BETWEEN 0 AND answers AND compared_correct BETWEEN 0 AND compared",
            name="compared",
        ),
    )


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
