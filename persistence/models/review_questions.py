"""The table of the questions that cards ask."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.levels import Level
from game.rules.questions.fields import (
    LABEL_PATTERN,
    LANGUAGE_MAX,
    LANGUAGE_PATTERN,
    TOPIC_MAX,
)
from persistence.base import Base, Json, UpdatedAtMixin, length, matches, one_of
from persistence.models.questions import TAGS_FORMAT
from persistence.models.search_vectors import add_search_vector


class ReviewQuestion(UpdatedAtMixin, Base):
    """A copy of a question that cards ask, so that they work when the question is gone.

    `content` is a `game.rules.questions.Question` as JSON, key included. The question and all that
    was copied from it have one row for each owner: `origin_id` is the one that none was copied to,
    as in the statistics of questions. A wording that was played later replaces the content.
    """

    __tablename__ = "review_questions"

    origin_id: Mapped[UUID]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    question_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("questions.id", ondelete="SET NULL")
    )
    content: Mapped[Json]
    played_at: Mapped[datetime]
    language: Mapped[str | None]
    level: Mapped[str | None]
    topic: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))

    __table_args__ = (
        UniqueConstraint("origin_id", "owner_id"),
        one_of("level", get_args(Level)),
        length("language", 2, LANGUAGE_MAX),
        length("topic", 1, TOPIC_MAX),
        matches("language", LANGUAGE_PATTERN),
        matches("topic", LABEL_PATTERN),
        CheckConstraint(
            "jsonb_typeof(content -> 'stem') IS NOT DISTINCT FROM 'string'", name="content"
        ),
        CheckConstraint(TAGS_FORMAT, name="tags"),
        Index(None, "owner_id", postgresql_where=text("owner_id IS NOT NULL")),
        Index(None, "question_id", postgresql_where=text("question_id IS NOT NULL")),
        # Cards of a topic.
        Index(None, "topic", "id", postgresql_where=text("topic IS NOT NULL")),
    )


REVIEW_QUESTION_SEARCH = add_search_vector(
    ReviewQuestion,
    title="content ->> 'stem'",
    keywords="ARRAY[topic] || tags",
    body="content ->> 'explanation'",
)
