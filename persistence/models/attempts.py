"""The tables of results: a player's result in a session, and each answer."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from persistence.base import Base, one_of

PerformanceBand = Literal["excellent", "good", "fair", "needs_practice"]
AttemptContext = Literal["live", "homework", "lesson", "tryout", "review"]


class ResultMixin:
    """The values of a result, as the room computed them or a correction did."""

    score: Mapped[int]
    total_questions: Mapped[int]
    answered_questions: Mapped[int]
    correct_answers: Mapped[int]
    rank: Mapped[int]
    performance_band: Mapped[PerformanceBand] = mapped_column(Text)
    total_time_ms: Mapped[int]
    best_streak: Mapped[int]


def result_constraints() -> tuple[CheckConstraint, ...]:
    return (
        one_of("performance_band", get_args(PerformanceBand)),
        CheckConstraint("score >= 0", name="score"),
        CheckConstraint("rank >= 1", name="rank"),
        CheckConstraint("total_time_ms >= 0", name="total_time_ms"),
        CheckConstraint(
            "0 <= correct_answers AND correct_answers <= answered_questions"
            " AND correct_answers <= total_questions",
            name="correct_answers",
        ),
        CheckConstraint("best_streak BETWEEN 0 AND correct_answers", name="best_streak"),
    )


class QuizAttempt(ResultMixin, Base):
    """The final result of a participation. Players who were kicked have none."""

    __tablename__ = "quiz_attempts"

    participation_id: Mapped[UUID] = mapped_column(
        ForeignKey("quiz_participations.id", ondelete="CASCADE"), unique=True
    )
    session_id: Mapped[UUID] = mapped_column(ForeignKey("quiz_sessions.id", ondelete="CASCADE"))
    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    finished_at: Mapped[datetime]

    __table_args__ = (
        *result_constraints(),
        Index(None, "session_id", "rank"),
        Index(None, "quiz_id", "user_id"),
        Index(None, "user_id", "finished_at"),
    )


class QuestionAttempt(Base):
    """One answer to one question. An answer to a poll is neither right nor wrong.

    `run` is the number of the attempt at a homework, elsewhere 1.
    """

    __tablename__ = "question_attempts"

    context: Mapped[AttemptContext] = mapped_column(Text)
    session_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("quiz_sessions.id", ondelete="CASCADE")
    )
    participation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("quiz_participations.id", ondelete="CASCADE")
    )
    run: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    question_index: Mapped[int | None]
    question_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("questions.id", ondelete="SET NULL"), index=True
    )
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    response: Mapped[object]
    is_correct: Mapped[bool | None]
    points: Mapped[int]
    time_taken_ms: Mapped[int]
    answered_at: Mapped[datetime]

    __table_args__ = (
        one_of("context", get_args(AttemptContext)),
        # An answer in a session must have its player, or it would not be in the results.
        CheckConstraint(
            "context NOT IN ('live', 'homework') OR (session_id IS NOT NULL"
            " AND participation_id IS NOT NULL AND question_index IS NOT NULL)",
            name="session",
        ),
        CheckConstraint("run >= 1", name="run"),
        CheckConstraint("question_index >= 0", name="question_index"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("time_taken_ms >= 0", name="time_taken_ms"),
        UniqueConstraint("participation_id", "question_index", "run"),
        Index(None, "session_id", "question_index"),
        Index(None, "user_id", "answered_at"),
    )
