"""The tables of homework: the runs of students, and their names."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.homework import ATTEMPTS_MAX
from persistence.base import Base, UpdatedAtMixin


def run_constraints() -> tuple[CheckConstraint, ...]:
    """The limits of an attempt's figures, as they were recorded or as a correction left them."""
    return (
        CheckConstraint("0 <= correct AND correct <= answered", name="correct"),
        CheckConstraint("score >= 0", name="score"),
        CheckConstraint("total_time_ms >= 0", name="total_time_ms"),
    )


class HomeworkRun(UpdatedAtMixin, Base):
    """One attempt of a participant; `game.rules.homework.Run` documents the fields."""

    __tablename__ = "homework_runs"

    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("quiz_sessions.id", ondelete="CASCADE"), index=True
    )
    participation_id: Mapped[UUID] = mapped_column(
        ForeignKey("quiz_participations.id", ondelete="CASCADE")
    )
    number: Mapped[int] = mapped_column(SmallInteger)
    seed: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(server_default=text("0"))
    shown_at: Mapped[datetime]
    is_answered: Mapped[bool] = mapped_column(server_default=text("false"))
    finished_at: Mapped[datetime | None]
    answered: Mapped[int] = mapped_column(server_default=text("0"))
    correct: Mapped[int] = mapped_column(server_default=text("0"))
    score: Mapped[int] = mapped_column(server_default=text("0"))
    total_time_ms: Mapped[int] = mapped_column(server_default=text("0"))

    __table_args__ = (
        UniqueConstraint("participation_id", "number"),
        CheckConstraint(f"number BETWEEN 1 AND {ATTEMPTS_MAX}", name="number"),
        CheckConstraint("position >= 0", name="position"),
        *run_constraints(),
    )


class HomeworkName(Base):
    """A form of a participant's nickname (`game.rules.nicknames.fold`), which nobody else may have.

    Rooms do the same in Redis.
    """

    __tablename__ = "homework_names"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("quiz_sessions.id", ondelete="CASCADE"))
    form: Mapped[str]

    __table_args__ = (UniqueConstraint("session_id", "form"),)
