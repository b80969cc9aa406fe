"""The tables of cards, the log of their reviews, and what is counted and fitted for a learner."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.cards import FLAG_MAX, GRADES, INTERVAL_MAX_DAYS, CardState, ReviewKind
from game.rules.cards.evaluation import RETENTIONS
from persistence.base import Base, Json, UpdatedAtMixin, one_of

CardOrigin = Literal["answer", "deck"]
"""An answer in a game or a homework, or a deck that the learner follows."""
FitStatus = Literal["waiting", "fitted", "no_better", "failed"]

PARAMETERS = 21
IS_ACTIVE = "NOT is_suspended"
GRADED = "again + hard + good + easy"


class Card(UpdatedAtMixin, Base):
    """What one learner reviews: a question, or a note from its front or its back.

    The columns from `state` to `parameters_id` are a `game.rules.cards.Schedule`. Each change but
    burying raises the `version`. New cards come in the order of `position`. A card that was made
    from an answer has its session, and when it was given.
    """

    __tablename__ = "srs_cards"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    note_id: Mapped[UUID | None] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"))
    is_reversed: Mapped[bool] = mapped_column(server_default=false())
    review_question_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("review_questions.id", ondelete="CASCADE")
    )
    deck_id: Mapped[UUID | None] = mapped_column(ForeignKey("decks.id", ondelete="SET NULL"))
    made_from: Mapped[CardOrigin] = mapped_column(Text)
    session_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("quiz_sessions.id", ondelete="SET NULL")
    )
    answered_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    is_suspended: Mapped[bool] = mapped_column(server_default=false())
    buried_until: Mapped[datetime | None]
    flag: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))

    state: Mapped[CardState] = mapped_column(Text, server_default="new")
    step: Mapped[int | None] = mapped_column(SmallInteger)
    stability: Mapped[float | None]
    difficulty: Mapped[float | None]
    interval_days: Mapped[int] = mapped_column(server_default=text("0"))
    ease_factor: Mapped[Decimal] = mapped_column(Numeric(4, 2), server_default=text("2.50"))
    repetitions: Mapped[int] = mapped_column(server_default=text("0"))
    due_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_on: Mapped[date | None]
    lapses: Mapped[int] = mapped_column(server_default=text("0"))
    reviews: Mapped[int] = mapped_column(server_default=text("0"))
    is_leech: Mapped[bool] = mapped_column(server_default=false())
    algorithm: Mapped[str | None]
    parameters_id: Mapped[UUID | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(note_id, review_question_id) = 1", name="one_item"),
        CheckConstraint("note_id IS NOT NULL OR NOT is_reversed", name="is_reversed"),
        one_of("made_from", get_args(CardOrigin)),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint(f"flag BETWEEN 0 AND {FLAG_MAX}", name="flag"),
        one_of("state", get_args(CardState)),
        CheckConstraint("(state = 'new') = (due_at IS NULL)", name="due_at"),
        CheckConstraint("step >= 0", name="step"),
        CheckConstraint("stability > 0", name="stability"),
        CheckConstraint("difficulty BETWEEN 1 AND 10", name="difficulty"),
        CheckConstraint(
            f"interval_days BETWEEN 0 AND {INTERVAL_MAX_DAYS}"
            " AND (state <> 'review' OR interval_days > 0)",
            name="interval_days",
        ),
        CheckConstraint("ease_factor BETWEEN 1.3 AND 5", name="ease_factor"),
        CheckConstraint("repetitions >= 0", name="repetitions"),
        CheckConstraint("lapses >= 0", name="lapses"),
        CheckConstraint("reviews >= 0", name="reviews"),
        # One card for each item; these also find the siblings, and the cards of what is removed.
        Index(
            "uq_srs_cards_note",
            "note_id",
            "user_id",
            "is_reversed",
            unique=True,
            postgresql_where=text("note_id IS NOT NULL"),
        ),
        Index(
            "uq_srs_cards_question",
            "review_question_id",
            "user_id",
            unique=True,
            postgresql_where=text("review_question_id IS NOT NULL"),
        ),
        # What is due, by the time; counts of it read nothing else.
        Index(
            "ix_srs_cards_due",
            "user_id",
            "state",
            "due_at",
            postgresql_include=["buried_until"],
            postgresql_where=text(IS_ACTIVE),
        ),
        # Reviews by overdue share: the most overdue one of each interval.
        Index(
            "ix_srs_cards_overdue",
            "user_id",
            "interval_days",
            "due_at",
            "id",
            postgresql_where=text(f"state = 'review' AND {IS_ACTIVE}"),
        ),
        Index(
            "ix_srs_cards_new",
            "user_id",
            "position",
            "id",
            postgresql_where=text(f"state = 'new' AND {IS_ACTIVE}"),
        ),
        # Lists of all cards, and their statistics, which read nothing else.
        Index(
            "ix_srs_cards_all",
            "user_id",
            "id",
            postgresql_include=[
                *("state", "is_suspended", "stability", "difficulty", "flag", "is_leech"),
            ],
        ),
        Index(None, "deck_id", "user_id", postgresql_where=text("deck_id IS NOT NULL")),
        Index(None, "session_id", postgresql_where=text("session_id IS NOT NULL")),
    )


class CardReview(Base):
    """A review in the log, which rebuilds the card. Taking it back removes the row.

    The kinds `lapse` and `reschedule` are no grades: a wrong answer elsewhere, and a day that the
    learner has chosen.

    `before` is the `Schedule` that the card had; `version` is the card's one afterwards. Cramming
    leaves the card alone and has no version. `buried_id` is the sibling that this review buried.
    """

    __tablename__ = "srs_reviews"

    card_id: Mapped[UUID] = mapped_column(ForeignKey("srs_cards.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[UUID]
    kind: Mapped[ReviewKind] = mapped_column(Text)
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    reviewed_at: Mapped[datetime]
    reviewed_on: Mapped[date]
    elapsed_days: Mapped[int]
    took_ms: Mapped[int | None]
    response: Mapped[object | None]
    is_correct: Mapped[bool | None]
    algorithm: Mapped[str]
    retention: Mapped[float | None]
    parameters_id: Mapped[UUID | None]
    before: Mapped[Json]
    state: Mapped[CardState] = mapped_column(Text)
    stability: Mapped[float | None]
    difficulty: Mapped[float | None]
    interval_days: Mapped[int]
    due_at: Mapped[datetime | None]
    version: Mapped[int | None]
    buried_id: Mapped[UUID | None]

    __table_args__ = (
        one_of("kind", get_args(ReviewKind)),
        one_of("state", get_args(CardState)),
        CheckConstraint(
            f"rating BETWEEN 1 AND {len(GRADES)}"
            " AND (rating IS NULL) = (kind IN ('lapse', 'reschedule'))",
            name="rating",
        ),
        CheckConstraint("(version IS NULL) = (kind = 'cram')", name="version"),
        CheckConstraint("elapsed_days >= 0", name="elapsed_days"),
        CheckConstraint("took_ms >= 0", name="took_ms"),
        CheckConstraint("interval_days >= 0", name="interval_days"),
        # A grade that was sent again is found by its key.
        UniqueConstraint("user_id", "key"),
        # The log of a card in its order.
        UniqueConstraint("card_id", "version"),
        # The last ones of a learner, to take them back.
        Index(None, "user_id", "id"),
    )


class ReviewDay(Base):
    """What a learner did on a day, which ends at 04:00 in their time zone.

    It is written with each review, so limits and statistics need not read the log. `passed` and
    `failed` are of reviews only, without learning. `load` has the cards that were due on this day
    and the following ones when the day began, which the choice of a day for a review looks at.
    """

    __tablename__ = "srs_days"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    day: Mapped[date]
    new_cards: Mapped[int] = mapped_column(server_default=text("0"))
    reviews: Mapped[int] = mapped_column(server_default=text("0"))
    learnings: Mapped[int] = mapped_column(server_default=text("0"))
    crams: Mapped[int] = mapped_column(server_default=text("0"))
    again: Mapped[int] = mapped_column(server_default=text("0"))
    hard: Mapped[int] = mapped_column(server_default=text("0"))
    good: Mapped[int] = mapped_column(server_default=text("0"))
    easy: Mapped[int] = mapped_column(server_default=text("0"))
    passed: Mapped[int] = mapped_column(server_default=text("0"))
    failed: Mapped[int] = mapped_column(server_default=text("0"))
    took_ms: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    load: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))

    __table_args__ = (
        UniqueConstraint("user_id", "day"),
        CheckConstraint(
            "least(new_cards, reviews, learnings, crams, again, hard, good, easy, took_ms) >= 0"
            f" AND new_cards + reviews + learnings + crams = {GRADED}",
            name="grades",
        ),
        CheckConstraint("least(passed, failed) >= 0 AND passed + failed = reviews", name="passed"),
    )


class FsrsParameters(UpdatedAtMixin, Base):
    """Parameters of FSRS that were fitted to a learner's log. The last ones apply.

    Those with the status `waiting` are being fitted; those that were taken back do not apply.
    `workload` is as `game.rules.cards.evaluation.workload` computes it.
    """

    __tablename__ = "srs_parameters"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    status: Mapped[FitStatus] = mapped_column(Text, server_default="waiting")
    weights: Mapped[list[float] | None] = mapped_column(ARRAY(Float))
    reviews: Mapped[int | None]
    log_loss_before: Mapped[float | None]
    log_loss_after: Mapped[float | None]
    workload: Mapped[list[float] | None] = mapped_column(ARRAY(Float))
    taken_back_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("status", get_args(FitStatus)),
        CheckConstraint(
            f"cardinality(weights) = {PARAMETERS} AND array_position(weights, NULL) IS NULL",
            name="weights",
        ),
        CheckConstraint(
            f"cardinality(workload) = {len(RETENTIONS)} AND array_position(workload, NULL) IS NULL",
            name="workload",
        ),
        CheckConstraint("status <> 'fitted' OR weights IS NOT NULL", name="fitted"),
        CheckConstraint("reviews >= 0", name="reviews"),
        Index(None, "user_id", "id"),
        Index(
            "uq_srs_parameters_waiting",
            "user_id",
            unique=True,
            postgresql_where=text("status = 'waiting'"),
        ),
    )
