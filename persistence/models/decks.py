"""The tables of decks: what is in them, and who learns with them."""

from typing import get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.decks import DESCRIPTION_MAX, SHARE_CODE_MAX, DeckKind
from game.rules.questions.fields import LABEL_PATTERN, TOPIC_MAX
from game.rules.quizzes import TITLE_MAX
from persistence.base import Base, UpdatedAtMixin, length, matches, one_of


class Deck(UpdatedAtMixin, Base):
    """Notes and questions to learn. Who has a link with the `share_code` may subscribe to it."""

    __tablename__ = "decks"

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[DeckKind] = mapped_column(Text)
    title: Mapped[str]
    description: Mapped[str | None]
    set_id: Mapped[UUID | None] = mapped_column(ForeignKey("question_sets.id", ondelete="SET NULL"))
    topic: Mapped[str | None]
    share_code: Mapped[str | None] = mapped_column(unique=True)

    __table_args__ = (
        one_of("kind", get_args(DeckKind)),
        length("title", 1, TITLE_MAX),
        length("description", 0, DESCRIPTION_MAX),
        length("topic", 1, TOPIC_MAX),
        length("share_code", 1, SHARE_CODE_MAX),
        matches("topic", LABEL_PATTERN),
        CheckConstraint("(kind = 'topic') = (topic IS NOT NULL)", name="has_topic"),
        CheckConstraint("kind = 'set' OR set_id IS NULL", name="has_set"),
        Index(None, "owner_id", "id"),
        Index(None, "set_id", postgresql_where=text("set_id IS NOT NULL")),
    )


class DeckQuestion(Base):
    """A question's place in a deck."""

    __tablename__ = "deck_questions"

    deck_id: Mapped[UUID] = mapped_column(ForeignKey("decks.id", ondelete="CASCADE"))
    review_question_id: Mapped[UUID] = mapped_column(
        ForeignKey("review_questions.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]

    __table_args__ = (
        UniqueConstraint("deck_id", "review_question_id"),
        CheckConstraint("position >= 0", name="position"),
    )


class DeckSubscription(Base):
    """A learner of a deck, perhaps its owner, who has own cards for all that is in it."""

    __tablename__ = "deck_subscriptions"

    deck_id: Mapped[UUID] = mapped_column(ForeignKey("decks.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)

    __table_args__ = (UniqueConstraint("deck_id", "user_id"),)
