"""The tables of corrections of finished sessions, and of what is computed again because of them."""

from typing import get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.session_corrections import Action
from persistence.base import Base, one_of
from persistence.models.attempts import ResultMixin, result_constraints
from persistence.models.homework import run_constraints


class SessionCorrection(Base):
    """A question that was voided or given another key, or such a correction taken back.

    Rows are only added. Those of a question are a chain: each `replaces` the one before it, and the
    last one holds. `key` is in the form in which results show it, `also` a list of further keys.
    """

    __tablename__ = "session_corrections"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("quiz_sessions.id", ondelete="CASCADE"))
    question_index: Mapped[int]
    action: Mapped[Action] = mapped_column(Text)
    key: Mapped[object | None] = mapped_column(JSONB(none_as_null=True))
    also: Mapped[list[object]] = mapped_column(JSONB, server_default=text("'[]'"))
    corrected_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    replaces_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("session_corrections.id", ondelete="CASCADE"), unique=True
    )

    __table_args__ = (
        one_of("action", get_args(Action)),
        CheckConstraint("question_index >= 0", name="question_index"),
        CheckConstraint("(action = 'key') = (key IS NOT NULL)", name="key"),
        CheckConstraint("action = 'key' OR also = '[]'", name="also"),
        CheckConstraint("action <> 'undo' OR replaces_id IS NOT NULL", name="undo"),
        Index(
            "uq_session_corrections_first",
            "session_id",
            "question_index",
            unique=True,
            postgresql_where=text("replaces_id IS NULL"),
        ),
        Index(None, "session_id"),
        Index(None, "corrected_by"),
    )


class RescoreMixin:
    """The session whose correction changed what counts."""

    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("quiz_sessions.id", ondelete="CASCADE"), index=True
    )


class QuizAttemptRescore(ResultMixin, RescoreMixin, Base):
    """The result that counts instead of the recorded one while its session is corrected.

    `counting_run` is the attempt at a homework that counts then; rooms have none.
    """

    __tablename__ = "quiz_attempt_rescores"

    attempt_id: Mapped[UUID] = mapped_column(
        ForeignKey("quiz_attempts.id", ondelete="CASCADE"), unique=True
    )
    counting_run: Mapped[int | None] = mapped_column(SmallInteger)

    __table_args__ = (
        *result_constraints(),
        CheckConstraint("counting_run >= 1", name="counting_run"),
    )


class HomeworkRunRescore(RescoreMixin, Base):
    """What counts instead of the recorded figures of an attempt at a corrected homework."""

    __tablename__ = "homework_run_rescores"

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("homework_runs.id", ondelete="CASCADE"), unique=True
    )
    answered: Mapped[int]
    correct: Mapped[int]
    score: Mapped[int]
    total_time_ms: Mapped[int]

    __table_args__ = run_constraints()


class QuestionAttemptRescore(RescoreMixin, Base):
    """What counts instead of a recorded answer's grade; only where it is another one."""

    __tablename__ = "question_attempt_rescores"

    attempt_id: Mapped[UUID] = mapped_column(
        ForeignKey("question_attempts.id", ondelete="CASCADE"), unique=True
    )
    is_correct: Mapped[bool | None]
    points: Mapped[int]

    __table_args__ = (CheckConstraint("points >= 0", name="points"),)
