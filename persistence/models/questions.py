"""The tables of questions and their choices."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from game.rules.levels import Level
from game.rules.questions import Kind
from game.rules.questions.drafts import CHOICE_TEXT_MAX
from game.rules.questions.fields import (
    DIFFICULTY_MAX,
    DIFFICULTY_MIN,
    EXPLANATION_MAX,
    LABEL_PATTERN,
    LANGUAGE_MAX,
    LANGUAGE_PATTERN,
    POINTS_MAX,
    SKILL_MAX,
    STEM_MAX,
    TAG_MAX,
    TAGS_MAX,
    TIME_LIMIT_MAX_S,
    TIME_LIMIT_MIN_S,
    TOPIC_MAX,
    URL_MAX,
)
from game.rules.questions.fingerprint import FINGERPRINT_BYTES
from persistence.base import Base, Json, UpdatedAtMixin, length, matches, one_of
from persistence.models.search_vectors import add_search_vector

# A CHECK cannot use a subquery on an array, so it joins the tags into lines.
_TAG = rf"\S([^\n]{{0,{TAG_MAX - 2}}}\S)?"
TAGS_FORMAT = (
    f"cardinality(tags) = 0 OR cardinality(tags) <= {TAGS_MAX}"
    " AND array_position(tags, NULL) IS NULL"
    rf" AND array_to_string(tags, chr(10)) ~ '^{_TAG}(\n{_TAG})*$'"
)

IN_BANK = "teacher_id IS NOT NULL"
FILTERED = ["type", "level", "skill", "topic", "difficulty", "language"]
"""The columns that lists of the bank are filtered by, besides tags."""
STEM_START_LENGTH = 60
"""How much of a question decides its place in a list by title."""


class Choice(Base):
    """One choice of a question; for `ordering` the positions are the right order."""

    __tablename__ = "choices"

    question_id: Mapped[UUID] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str]
    media: Mapped[str | None]
    is_correct: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (
        # Deferred, because a transaction that reorders has duplicates until it ends.
        UniqueConstraint("question_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("position >= 0", name="position"),
        length("text", 0, CHOICE_TEXT_MAX),
        length("media", 1, URL_MAX),
    )


class Question(UpdatedAtMixin, Base):
    """A question as its teacher wrote it, playable or not: in a quiz, or in its teacher's bank.

    `game.rules.questions.QuestionDraft` documents what each field means for which `type`.
    Only questions of the bank have `teacher_id`, `archived_at` and `fingerprint`.
    """

    __tablename__ = "questions"

    quiz_id: Mapped[UUID | None] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"))
    position: Mapped[int | None]
    teacher_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("questions.id", ondelete="SET NULL"))
    archived_at: Mapped[datetime | None]
    fingerprint: Mapped[bytes | None]
    type: Mapped[str]
    stem: Mapped[str]
    points: Mapped[int] = mapped_column(server_default=text("1000"))
    time_limit: Mapped[int] = mapped_column(server_default=text("30"))
    explanation: Mapped[str | None]
    media: Mapped[str | None]
    language: Mapped[str | None]
    level: Mapped[str | None]
    skill: Mapped[str | None]
    topic: Mapped[str | None]
    difficulty: Mapped[int | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    options: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    answer_key: Mapped[Json | None]

    choices: Mapped[list[Choice]] = relationship(
        order_by=Choice.position, cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )

    __table_args__ = (
        UniqueConstraint("quiz_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("(quiz_id IS NULL) = (position IS NULL)", name="placed_in_a_quiz"),
        CheckConstraint("position >= 0", name="position"),
        CheckConstraint("num_nonnulls(quiz_id, teacher_id) = 1", name="in_a_quiz_or_the_bank"),
        CheckConstraint("archived_at IS NULL OR teacher_id IS NOT NULL", name="archived_at"),
        CheckConstraint("(fingerprint IS NULL) = (teacher_id IS NULL)", name="has_fingerprint"),
        CheckConstraint(f"octet_length(fingerprint) = {FINGERPRINT_BYTES}", name="fingerprint"),
        CheckConstraint(f"points BETWEEN 0 AND {POINTS_MAX}", name="points"),
        CheckConstraint(
            f"time_limit BETWEEN {TIME_LIMIT_MIN_S} AND {TIME_LIMIT_MAX_S}", name="time_limit"
        ),
        CheckConstraint(
            f"difficulty BETWEEN {DIFFICULTY_MIN} AND {DIFFICULTY_MAX}", name="difficulty"
        ),
        one_of("type", tuple(Kind)),
        one_of("level", get_args(Level)),
        length("stem", 0, STEM_MAX),
        length("explanation", 0, EXPLANATION_MAX),
        length("media", 1, URL_MAX),
        length("language", 2, LANGUAGE_MAX),
        length("skill", 1, SKILL_MAX),
        length("topic", 1, TOPIC_MAX),
        matches("language", LANGUAGE_PATTERN),
        matches("skill", LABEL_PATTERN),
        matches("topic", LABEL_PATTERN),
        CheckConstraint(TAGS_FORMAT, name="tags"),
        Index(None, "tags", postgresql_using="gin"),
        Index(None, "source_id", postgresql_where=text("source_id IS NOT NULL")),
        # For searches in quizzes, which would read the banks of everybody otherwise.
        Index("ix_questions_in_quizzes", "id", postgresql_where=text("quiz_id IS NOT NULL")),
        # For lists of the bank, latest first, and their counts, which read nothing else.
        Index(
            "ix_questions_bank",
            "teacher_id",
            "archived_at",
            "id",
            postgresql_where=text(IN_BANK),
            postgresql_include=FILTERED,
        ),
        # For duplicates, which are never in the archive.
        Index(
            "ix_questions_fingerprint",
            "teacher_id",
            "fingerprint",
            postgresql_where=text(f"{IN_BANK} AND archived_at IS NULL"),
        ),
    )


QUESTION_SEARCH = add_search_vector(
    Question, title="stem", keywords="ARRAY[topic] || tags", body="explanation"
)
STEM_START: Column[str] = Column(
    "stem_start", Text, Computed(f'lower("left"(stem, {STEM_START_LENGTH}))', persisted=True)
)
"""What lists of the bank are in the order of. No attribute is mapped to it."""
_TABLE = Question.metadata.tables[Question.__tablename__]
_TABLE.append_column(STEM_START)
# For lists of the bank in other orders. With the columns of the filters no row is read for them.
for _order in (STEM_START, _TABLE.c.difficulty):
    Index(
        f"ix_questions_bank_{_order.name}",
        _TABLE.c.teacher_id,
        _order,
        _TABLE.c.id.desc(),
        postgresql_where=text(IN_BANK),
        postgresql_include=["archived_at", *(name for name in FILTERED if name != _order.name)],
    )
