"""The tables of sessions (runs of a quiz) and of the players who took part."""

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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.quizzes import TITLE_MAX
from persistence.base import Base, Json, UpdatedAtMixin, length, one_of
from persistence.models.quizzes import LETTERS

Mode = Literal["live", "self_paced"]


class QuizSession(UpdatedAtMixin, Base):
    """One run of a quiz, with a copy of its questions that later edits do not change.

    `questions` are `game.rules.questions.Question` structs as JSON, keys included; `settings` is a
    `game.rules.rooms.RoomSettings`. It has not started while `started_at` is null and runs until
    `ended_at`. `revealed_questions` counts the questions that were asked and scored, which are
    always the first ones of `questions`. By their index, `questions_opened_at` has when they opened
    first, in ms since the epoch, and `limits_ms` the time that a missing answer counts with.
    Sessions of earlier releases lack them.

    A session of the mode `self_paced` is a homework: it has no room, its `settings` are a
    `game.rules.homework.HomeworkSettings`, and it is open from `opens_at` to `closes_at`.
    """

    __tablename__ = "quiz_sessions"

    quiz_id: Mapped[UUID] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"))
    host_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    mode: Mapped[Mode] = mapped_column(Text, server_default="live")
    title: Mapped[str]
    access_code: Mapped[str]
    settings: Mapped[Json]
    questions: Mapped[list[Json]] = mapped_column(JSONB)
    revealed_questions: Mapped[int] = mapped_column(server_default=text("0"))
    questions_opened_at: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    limits_ms: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("mode", get_args(Mode)),
        CheckConstraint(
            "CASE mode WHEN 'live' THEN opens_at IS NULL AND closes_at IS NULL"
            " ELSE opens_at IS NOT NULL AND closes_at IS NOT NULL AND opens_at < closes_at END",
            name="open_period",
        ),
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
        # For the list of an administrator, who sees all.
        Index(None, "created_at", "id"),
        Index(None, "quiz_id", "created_at"),
        Index(None, "host_id", "created_at"),
        # For the quizzes that were played last, and the last session of each.
        Index(
            "ix_quiz_sessions_started",
            "host_id",
            "started_at",
            "id",
            postgresql_where=text("started_at IS NOT NULL"),
        ),
        Index("ix_quiz_sessions_last", "quiz_id", "host_id", "started_at", "id"),
        Index(
            "ix_quiz_sessions_open_closes_at",
            "closes_at",
            postgresql_where=text("ended_at IS NULL AND closes_at IS NOT NULL"),
        ),
        # The code of a homework leads to its results after it has ended.
        Index(
            "ix_quiz_sessions_homework_access_code",
            "access_code",
            "created_at",
            postgresql_where=text("mode = 'self_paced'"),
        ),
    )


class QuizParticipation(UpdatedAtMixin, Base):
    """One player of one session: a signed-in user, or a guest by nickname.

    `counting_run` is the attempt at a homework whose answers are the player's; rooms have only one.
    Who has a token with the hash `token_hash` may go on with a guest's homework, and claim the seat
    of a guest. Those of rooms are stored when the game is over.
    """

    __tablename__ = "quiz_participations"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("quiz_sessions.id", ondelete="CASCADE"))
    player: Mapped[UUID]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    nickname: Mapped[str]
    team: Mapped[str | None]
    joined_at: Mapped[datetime]
    kicked_at: Mapped[datetime | None]
    counting_run: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    token_hash: Mapped[bytes | None]

    __table_args__ = (
        UniqueConstraint("session_id", "player"),
        UniqueConstraint("session_id", "token_hash"),
        CheckConstraint("counting_run >= 1", name="counting_run"),
        Index(
            "uq_quiz_participations_session_id_user_id",
            "session_id",
            "user_id",
            unique=True,
            postgresql_where=text("user_id IS NOT NULL"),
        ),
        Index(None, "user_id", "joined_at"),
        Index(None, "token_hash", postgresql_where=text("token_hash IS NOT NULL")),
    )
