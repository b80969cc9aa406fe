"""The table of quizzes."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from game.rules.levels import Level
from game.rules.questions.fields import LABEL_PATTERN, LANGUAGE_MAX, LANGUAGE_PATTERN, TOPIC_MAX
from game.rules.quiz_reports import ReportReason
from game.rules.quizzes import DESCRIPTION_MAX, TITLE_MAX
from game.rules.users import FULL_NAME_MAX
from persistence.base import Base, UpdatedAtMixin, length, matches, one_of
from persistence.models.questions import Question
from persistence.models.search_vectors import add_search_vector

# The letters of codes: no I, L, O, U. A quiz's standing code begins with a letter; a session's own,
# given while another room of the same quiz is open, with a digit: two namespaces, so that each has
# its own unique index.
LETTERS = "A-HJKMNP-TV-Z"
IN_USE = "archived_at IS NULL"
PUBLISHED = f"published_at IS NOT NULL AND {IN_USE}"


class Quiz(UpdatedAtMixin, Base):
    """A teacher's quiz. Deleting archives it; purging removes it and all its sessions.

    While `published_at` is set, every teacher finds it in the library. With a `takedown_reason` an
    administrator took it out, and it stays out until one allows it. A copy of another teacher's
    quiz has that as `source_id`, and its title and author as they were then. `is_playable` is null
    until somebody judges the questions: set it to null when the rules of questions change.
    """

    __tablename__ = "quizzes"

    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    title: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    access_code: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str | None]
    level: Mapped[str | None]
    topic: Mapped[str | None]
    published_at: Mapped[datetime | None]
    takedown_reason: Mapped[ReportReason | None] = mapped_column(Text)
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("quizzes.id", ondelete="SET NULL"))
    source_title: Mapped[str | None]
    source_author: Mapped[str | None]
    is_playable: Mapped[bool | None]
    archived_at: Mapped[datetime | None]

    questions: Mapped[list[Question]] = relationship(
        order_by=Question.position, cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )

    __table_args__ = (
        length("title", 1, TITLE_MAX),
        length("description", 0, DESCRIPTION_MAX),
        CheckConstraint(f"access_code ~ '^[{LETTERS}][2-9{LETTERS}]{{5}}$'", name="access_code"),
        one_of("level", get_args(Level)),
        one_of("takedown_reason", get_args(ReportReason)),
        CheckConstraint("takedown_reason IS NULL OR published_at IS NULL", name="takedown"),
        length("language", 2, LANGUAGE_MAX),
        length("topic", 1, TOPIC_MAX),
        matches("language", LANGUAGE_PATTERN),
        matches("topic", LABEL_PATTERN),
        length("source_title", 1, TITLE_MAX),
        length("source_author", 1, FULL_NAME_MAX),
        CheckConstraint(
            "(source_title IS NULL) = (source_author IS NULL)"
            " AND (source_id IS NULL OR source_title IS NOT NULL)",
            name="source",
        ),
        Index(None, "source_id"),
        # For the list of an administrator, who sees all.
        Index(None, "created_at", "id"),
        # For each order of a teacher's quizzes, and for the archive.
        Index("ix_quizzes_created", "teacher_id", "created_at", "id"),
        Index(
            "ix_quizzes_updated", "teacher_id", "updated_at", "id", postgresql_where=text(IN_USE)
        ),
        Index(
            "ix_quizzes_title",
            "teacher_id",
            text("lower(title)"),
            text("id DESC"),
            postgresql_where=text(IN_USE),
        ),
        Index(
            "ix_quizzes_archive",
            "teacher_id",
            "created_at",
            "id",
            postgresql_where=text("archived_at IS NOT NULL"),
        ),
        # For each order and filter of the library.
        Index(
            "ix_quizzes_library",
            "published_at",
            "id",
            postgresql_where=text(PUBLISHED),
            postgresql_include=["teacher_id", "language", "level", "topic"],
        ),
        *(
            Index(
                f"ix_quizzes_library_{column}",
                column,
                "published_at",
                "id",
                postgresql_where=text(PUBLISHED),
            )
            for column in ("teacher_id", "language", "level", "topic")
        ),
        Index(
            "ix_quizzes_library_title",
            text("lower(title)"),
            text("id DESC"),
            postgresql_where=text(PUBLISHED),
        ),
    )


QUIZ_SEARCH = add_search_vector(Quiz, title="title", keywords="ARRAY[topic, description]")
