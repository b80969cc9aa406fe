"""The tables of sessions (runs of a quiz) and of the players who took part."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.quizzes import TITLE_MAX
from persistence.base import Base, Json, UpdatedAtMixin, length
from persistence.models.quizzes import LETTERS


class QuizSession(UpdatedAtMixin, Base):
    """One run of a quiz, with a copy of its questions that later edits do not change.

    `questions` are `game.rules.questions.Question` structs as JSON, keys included; `settings` is a
    `game.rules.rooms.RoomSettings`. It has not started while `started_at` is null and runs until
    `ended_at`. `revealed_questions` counts the questions that were asked and scored, which are
    always the first ones of `questions`. By their index, `questions_opened_at` has when they opened
    first, in ms since the epoch, and `limits_ms` the time that a missing answer counts with.
    Sessions of earlier releases lack them.
    """

    __tablename__ = "quiz_sessions"

    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"))
    host_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    title: Mapped[str]
    access_code: Mapped[str]
    settings: Mapped[Json]
    questions: Mapped[list[Json]] = mapped_column(JSONB)
    revealed_questions: Mapped[int] = mapped_column(server_default=text("0"))
    questions_opened_at: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    limits_ms: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        length("title", 1, TITLE_MAX),
        CheckConstraint(f"access_code ~ '^[2-9{LETTERS}]{{6}}$'", name="access_code"),
        CheckConstraint("revealed_questions >= 0", name="revealed_questions"),
        CheckConstraint("started_at <= ended_at", name="period"),
        # A code leads to one room at a time. It is free again when that room has ended.
        Index(
            "uq_quiz_sessions_open_access_code",
            "access_code",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "quiz_id", "created_at"),
        Index(None, "host_id", "created_at"),
    )


class QuizParticipation(UpdatedAtMixin, Base):
    """One player of one session: a signed-in user, or a guest by nickname."""

    __tablename__ = "quiz_participations"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("quiz_sessions.id", ondelete="CASCADE"))
    player: Mapped[UUID]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    nickname: Mapped[str]
    team: Mapped[str | None]
    joined_at: Mapped[datetime]
    kicked_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("session_id", "player"),
        Index(
            "uq_quiz_participations_session_id_user_id",
            "session_id",
            "user_id",
            unique=True,
            postgresql_where=text("user_id IS NOT NULL"),
        ),
        Index(None, "user_id", "joined_at"),
    )
