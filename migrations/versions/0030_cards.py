"""Add cards, the log of reviews, and preferences for them.

Who wanted to know less than 80 % of due cards wants 80 % now, and stays with it after a downgrade.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | None = None
depends_on: str | None = None

PREFERENCES = "user_preferences"
CHECKS = {
    "scheduler": "scheduler IN ('fsrs', 'sm2')",
    "maximum_interval_days": "maximum_interval_days BETWEEN 1 AND 36500",
    "easy_days": "cardinality(easy_days) = 7 AND 0 <= ALL (easy_days)"
    " AND 100 >= ALL (easy_days) AND array_position(easy_days, NULL) IS NULL",
    "reminder_hour": "reminder_hour BETWEEN 0 AND 23",
}


def upgrade() -> None:
    _create_srs_parameters()
    _create_srs_cards()
    _create_srs_reviews()
    _create_srs_days()
    _upgrade_preferences()


def downgrade() -> None:
    _downgrade_preferences()
    op.drop_table("srs_days")
    op.drop_table("srs_reviews")
    op.drop_table("srs_cards")
    op.drop_table("srs_parameters")


def _upgrade_preferences() -> None:
    for name, kind, default in (
        ("scheduler", sa.Text(), "'fsrs'"),
        ("maximum_interval_days", sa.Integer(), "36500"),
        ("easy_days", postgresql.ARRAY(sa.SmallInteger()), "'{100,100,100,100,100,100,100}'"),
        ("cards_from_answers", sa.Boolean(), "true"),
    ):
        column = sa.Column(name, kind, server_default=sa.text(default), nullable=False)
        op.add_column(PREFERENCES, column)
        op.alter_column(PREFERENCES, name, server_default=None)
    op.add_column(PREFERENCES, sa.Column("reminder_hour", sa.SmallInteger(), nullable=True))
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_user_preferences_{name}"), PREFERENCES, rule)
    op.execute("UPDATE user_preferences SET desired_retention = greatest(desired_retention, 0.8)")
    _check_retention("0.8")


def _downgrade_preferences() -> None:
    _check_retention("0.7")
    for name in (*CHECKS, "cards_from_answers"):
        op.drop_column(PREFERENCES, name)


def _check_retention(least: str) -> None:
    name = op.f("ck_user_preferences_desired_retention")
    op.drop_constraint(name, PREFERENCES)
    rule = f"desired_retention BETWEEN {least} AND 0.97"
    op.create_check_constraint(name, PREFERENCES, rule)


def _create_srs_parameters() -> None:
    op.create_table(
        "srs_parameters",
        _id("id"),
        _id("user_id"),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("weights", postgresql.ARRAY(sa.Float()), nullable=True),
        sa.Column("reviews", sa.Integer(), nullable=True),
        sa.Column("log_loss_before", sa.Double(), nullable=True),
        sa.Column("log_loss_after", sa.Double(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        _now("created_at"),
        _now("updated_at"),
        sa.CheckConstraint(
            "status <> 'fitted' OR weights IS NOT NULL", name=op.f("ck_srs_parameters_fitted")
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'fitted', 'no_better', 'failed')",
            name=op.f("ck_srs_parameters_status"),
        ),
        sa.CheckConstraint(
            "cardinality(weights) = 21 AND array_position(weights, NULL) IS NULL",
            name=op.f("ck_srs_parameters_weights"),
        ),
        sa.CheckConstraint("reviews >= 0", name=op.f("ck_srs_parameters_reviews")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_srs_parameters_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_srs_parameters")),
    )
    op.create_index(op.f("ix_srs_parameters_user_id_id"), "srs_parameters", ["user_id", "id"])
    op.create_index(
        "uq_srs_parameters_waiting",
        "srs_parameters",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("status = 'waiting'"),
    )


def _create_srs_cards() -> None:
    op.create_table(
        "srs_cards",
        _id("id"),
        _id("user_id"),
        sa.Column("note_id", sa.Uuid(), nullable=True),
        sa.Column("is_reversed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("review_question_id", sa.Uuid(), nullable=True),
        sa.Column("deck_id", sa.Uuid(), nullable=True),
        sa.Column("made_from", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("is_suspended", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("buried_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("flag", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=True),
        sa.Column("stability", sa.Double(), nullable=True),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("interval_days", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "ease_factor",
            sa.Numeric(precision=4, scale=2),
            server_default=sa.text("2.50"),
            nullable=False,
        ),
        sa.Column("repetitions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("lapses", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reviews", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_leech", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=True),
        sa.Column("parameters_id", sa.Uuid(), nullable=True),
        _now("created_at"),
        _now("updated_at"),
        sa.CheckConstraint("(state = 'new') = (due_at IS NULL)", name=op.f("ck_srs_cards_due_at")),
        sa.CheckConstraint(
            "interval_days BETWEEN 0 AND 36500 AND (state <> 'review' OR interval_days > 0)",
            name=op.f("ck_srs_cards_interval_days"),
        ),
        sa.CheckConstraint(
            "made_from IN ('answer', 'deck', 'hand')", name=op.f("ck_srs_cards_made_from")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'learning', 'review', 'relearning')", name=op.f("ck_srs_cards_state")
        ),
        sa.CheckConstraint("difficulty BETWEEN 1 AND 10", name=op.f("ck_srs_cards_difficulty")),
        sa.CheckConstraint("ease_factor BETWEEN 1.3 AND 5", name=op.f("ck_srs_cards_ease_factor")),
        sa.CheckConstraint("flag BETWEEN 0 AND 7", name=op.f("ck_srs_cards_flag")),
        sa.CheckConstraint("lapses >= 0", name=op.f("ck_srs_cards_lapses")),
        sa.CheckConstraint(
            "note_id IS NOT NULL OR NOT is_reversed", name=op.f("ck_srs_cards_is_reversed")
        ),
        sa.CheckConstraint(
            "num_nonnulls(note_id, review_question_id) = 1", name=op.f("ck_srs_cards_one_item")
        ),
        sa.CheckConstraint("repetitions >= 0", name=op.f("ck_srs_cards_repetitions")),
        sa.CheckConstraint("reviews >= 0", name=op.f("ck_srs_cards_reviews")),
        sa.CheckConstraint("stability > 0", name=op.f("ck_srs_cards_stability")),
        sa.CheckConstraint("step >= 0", name=op.f("ck_srs_cards_step")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_srs_cards_version")),
        sa.ForeignKeyConstraint(
            ["deck_id"], ["decks.id"], name=op.f("fk_srs_cards_deck_id_decks"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["notes.id"], name=op.f("fk_srs_cards_note_id_notes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["review_question_id"],
            ["review_questions.id"],
            name=op.f("fk_srs_cards_review_question_id_review_questions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["quiz_sessions.id"],
            name=op.f("fk_srs_cards_session_id_quiz_sessions"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_srs_cards_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_srs_cards")),
    )
    op.create_index(
        op.f("ix_srs_cards_deck_id_user_id"),
        "srs_cards",
        ["deck_id", "user_id"],
        postgresql_where=sa.text("deck_id IS NOT NULL"),
    )
    op.create_index(
        "ix_srs_cards_due",
        "srs_cards",
        ["user_id", "state", "due_at"],
        postgresql_where=sa.text("NOT is_suspended"),
    )
    op.create_index(
        "ix_srs_cards_new",
        "srs_cards",
        ["user_id", "position", "id"],
        postgresql_where=sa.text("state = 'new' AND NOT is_suspended"),
    )
    op.create_index(
        "ix_srs_cards_overdue",
        "srs_cards",
        ["user_id", "interval_days", "due_at"],
        postgresql_where=sa.text("state = 'review' AND NOT is_suspended"),
    )
    op.create_index(
        op.f("ix_srs_cards_session_id"),
        "srs_cards",
        ["session_id"],
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_srs_cards_user_id_id"), "srs_cards", ["user_id", "id"])
    op.create_index(
        "uq_srs_cards_note",
        "srs_cards",
        ["note_id", "user_id", "is_reversed"],
        unique=True,
        postgresql_where=sa.text("note_id IS NOT NULL"),
    )
    op.create_index(
        "uq_srs_cards_question",
        "srs_cards",
        ["review_question_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("review_question_id IS NOT NULL"),
    )


def _create_srs_reviews() -> None:
    op.create_table(
        "srs_reviews",
        _id("id"),
        _id("card_id"),
        _id("user_id"),
        _id("key"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("elapsed_days", sa.Integer(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=True),
        sa.Column("response", postgresql.JSONB(), nullable=True),
        sa.Column("is_correct", sa.Boolean(), nullable=True),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("retention", sa.Double(), nullable=True),
        sa.Column("parameters_id", sa.Uuid(), nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stability", sa.Double(), nullable=True),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("interval_days", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("buried_id", sa.Uuid(), nullable=True),
        _now("created_at"),
        sa.CheckConstraint(
            "(version IS NULL) = (kind = 'cram')", name=op.f("ck_srs_reviews_version")
        ),
        sa.CheckConstraint(
            "kind IN ('learn', 'review', 'relearn', 'cram', 'lapse', 'reschedule')",
            name=op.f("ck_srs_reviews_kind"),
        ),
        sa.CheckConstraint(
            "rating BETWEEN 1 AND 4 AND (rating IS NULL) = (kind IN ('lapse', 'reschedule'))",
            name=op.f("ck_srs_reviews_rating"),
        ),
        sa.CheckConstraint(
            "state IN ('new', 'learning', 'review', 'relearning')",
            name=op.f("ck_srs_reviews_state"),
        ),
        sa.CheckConstraint("elapsed_days >= 0", name=op.f("ck_srs_reviews_elapsed_days")),
        sa.CheckConstraint("interval_days >= 0", name=op.f("ck_srs_reviews_interval_days")),
        sa.CheckConstraint("took_ms >= 0", name=op.f("ck_srs_reviews_took_ms")),
        sa.ForeignKeyConstraint(
            ["card_id"],
            ["srs_cards.id"],
            name=op.f("fk_srs_reviews_card_id_srs_cards"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_srs_reviews_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_srs_reviews")),
        sa.UniqueConstraint("card_id", "version", name=op.f("uq_srs_reviews_card_id_version")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_srs_reviews_user_id_key")),
    )
    op.create_index(op.f("ix_srs_reviews_user_id_id"), "srs_reviews", ["user_id", "id"])


def _create_srs_days() -> None:
    op.create_table(
        "srs_days",
        _id("id"),
        _id("user_id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("new_cards", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reviews", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("learnings", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("crams", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("again", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("hard", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("good", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("easy", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("passed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("took_ms", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("load", postgresql.ARRAY(sa.Integer()), nullable=True),
        _now("created_at"),
        sa.CheckConstraint(
            "least(new_cards, reviews, learnings, crams, again, hard, good, easy, took_ms) >= 0"
            " AND new_cards + reviews + learnings + crams = again + hard + good + easy",
            name=op.f("ck_srs_days_grades"),
        ),
        sa.CheckConstraint(
            "least(passed, failed) >= 0 AND passed + failed = reviews",
            name=op.f("ck_srs_days_passed"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_srs_days_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_srs_days")),
        sa.UniqueConstraint("user_id", "day", name=op.f("uq_srs_days_user_id_day")),
    )


def _id(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )
