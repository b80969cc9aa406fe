"""Add decks, notes, and copies of questions for reviews."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | None = None
depends_on: str | None = None

LANGUAGE = (
    "^[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
    "(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$"
)
LABEL = r"^\S([^\n]*\S)?$"
TAGS = (
    "cardinality(tags) = 0 OR cardinality(tags) <= 10 AND array_position(tags, NULL) IS NULL"
    r" AND array_to_string(tags, chr(10)) ~ '^\S([^\n]{0,38}\S)?(\n\S([^\n]{0,38}\S)?)*$'"
)


def upgrade() -> None:
    _create_review_questions()
    _create_decks()
    _create_deck_questions()
    _create_deck_subscriptions()
    _create_notes()


def downgrade() -> None:
    op.drop_table("notes")
    op.drop_table("deck_subscriptions")
    op.drop_table("deck_questions")
    op.drop_table("decks")
    op.drop_table("review_questions")


def _create_review_questions() -> None:
    op.create_table(
        "review_questions",
        _id("id"),
        _id("origin_id"),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("played_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column(
            "tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        _now("created_at"),
        _now("updated_at"),
        sa.Column(
            "search_vector",
            postgresql.TSVECTOR(),
            sa.Computed(
                "search_vector(language, content ->> 'stem', ARRAY[topic] || tags,"
                " content ->> 'explanation')",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            TAGS,
            name=op.f("ck_review_questions_tags"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(content -> 'stem') IS NOT DISTINCT FROM 'string'",
            name=op.f("ck_review_questions_content"),
        ),
        sa.CheckConstraint(
            f"language ~ '{LANGUAGE}'",
            name=op.f("ck_review_questions_language_format"),
        ),
        sa.CheckConstraint(
            "level IN ('A1', 'A2', 'B1', 'B2', 'C1', 'C2')", name=op.f("ck_review_questions_level")
        ),
        sa.CheckConstraint(f"topic ~ '{LABEL}'", name=op.f("ck_review_questions_topic_format")),
        sa.CheckConstraint(
            "char_length(language) BETWEEN 2 AND 10", name=op.f("ck_review_questions_language")
        ),
        sa.CheckConstraint(
            "char_length(topic) BETWEEN 1 AND 100", name=op.f("ck_review_questions_topic")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name=op.f("fk_review_questions_owner_id_users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_review_questions_question_id_questions"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_questions")),
        sa.UniqueConstraint(
            "origin_id", "owner_id", name=op.f("uq_review_questions_origin_id_owner_id")
        ),
    )
    op.create_index(
        op.f("ix_review_questions_owner_id"),
        "review_questions",
        ["owner_id"],
        postgresql_where=sa.text("owner_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_review_questions_question_id"),
        "review_questions",
        ["question_id"],
        postgresql_where=sa.text("question_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_review_questions_search_vector"),
        "review_questions",
        ["search_vector"],
        postgresql_using="gin",
    )


def _create_decks() -> None:
    op.create_table(
        "decks",
        _id("id"),
        _id("owner_id"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("set_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("share_code", sa.Text(), nullable=True),
        _now("created_at"),
        _now("updated_at"),
        sa.CheckConstraint(
            "(kind = 'topic') = (topic IS NOT NULL)", name=op.f("ck_decks_has_topic")
        ),
        sa.CheckConstraint("kind = 'set' OR set_id IS NULL", name=op.f("ck_decks_has_set")),
        sa.CheckConstraint("kind IN ('hand', 'topic', 'set')", name=op.f("ck_decks_kind")),
        sa.CheckConstraint(f"topic ~ '{LABEL}'", name=op.f("ck_decks_topic_format")),
        sa.CheckConstraint(
            "char_length(description) BETWEEN 0 AND 2000", name=op.f("ck_decks_description")
        ),
        sa.CheckConstraint(
            "char_length(share_code) BETWEEN 1 AND 64", name=op.f("ck_decks_share_code")
        ),
        sa.CheckConstraint("char_length(title) BETWEEN 1 AND 200", name=op.f("ck_decks_title")),
        sa.CheckConstraint("char_length(topic) BETWEEN 1 AND 100", name=op.f("ck_decks_topic")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_decks_owner_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["set_id"],
            ["question_sets.id"],
            name=op.f("fk_decks_set_id_question_sets"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decks")),
        sa.UniqueConstraint("share_code", name=op.f("uq_decks_share_code")),
    )
    op.create_index(op.f("ix_decks_owner_id_id"), "decks", ["owner_id", "id"])
    op.create_index(
        op.f("ix_decks_set_id"), "decks", ["set_id"], postgresql_where=sa.text("set_id IS NOT NULL")
    )


def _create_deck_questions() -> None:
    op.create_table(
        "deck_questions",
        _id("id"),
        _id("deck_id"),
        _id("review_question_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        _now("created_at"),
        sa.CheckConstraint("position >= 0", name=op.f("ck_deck_questions_position")),
        sa.ForeignKeyConstraint(
            ["deck_id"],
            ["decks.id"],
            name=op.f("fk_deck_questions_deck_id_decks"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["review_question_id"],
            ["review_questions.id"],
            name=op.f("fk_deck_questions_review_question_id_review_questions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deck_questions")),
        sa.UniqueConstraint(
            "deck_id",
            "review_question_id",
            name=op.f("uq_deck_questions_deck_id_review_question_id"),
        ),
    )
    op.create_index(
        op.f("ix_deck_questions_review_question_id"), "deck_questions", ["review_question_id"]
    )


def _create_deck_subscriptions() -> None:
    op.create_table(
        "deck_subscriptions",
        _id("id"),
        _id("deck_id"),
        _id("user_id"),
        _now("created_at"),
        sa.ForeignKeyConstraint(
            ["deck_id"],
            ["decks.id"],
            name=op.f("fk_deck_subscriptions_deck_id_decks"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_deck_subscriptions_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deck_subscriptions")),
        sa.UniqueConstraint(
            "deck_id", "user_id", name=op.f("uq_deck_subscriptions_deck_id_user_id")
        ),
    )
    op.create_index(op.f("ix_deck_subscriptions_user_id"), "deck_subscriptions", ["user_id"])


def _create_notes() -> None:
    op.create_table(
        "notes",
        _id("id"),
        _id("deck_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("front", sa.Text(), nullable=False),
        sa.Column("back", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=True),
        sa.Column("front_media", sa.Text(), nullable=True),
        sa.Column("back_media", sa.Text(), nullable=True),
        sa.Column(
            "tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("is_reversed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=True),
        _now("created_at"),
        _now("updated_at"),
        sa.Column(
            "search_vector",
            postgresql.TSVECTOR(),
            sa.Computed("search_vector(NULL, front, tags, back)", persisted=True),
            nullable=True,
        ),
        sa.CheckConstraint(
            TAGS,
            name=op.f("ck_notes_tags"),
        ),
        sa.CheckConstraint("char_length(back) BETWEEN 0 AND 5000", name=op.f("ck_notes_back")),
        sa.CheckConstraint(
            "char_length(back_media) BETWEEN 1 AND 2048", name=op.f("ck_notes_back_media")
        ),
        sa.CheckConstraint("char_length(front) BETWEEN 0 AND 5000", name=op.f("ck_notes_front")),
        sa.CheckConstraint(
            "char_length(front_media) BETWEEN 1 AND 2048", name=op.f("ck_notes_front_media")
        ),
        sa.CheckConstraint("char_length(hint) BETWEEN 1 AND 500", name=op.f("ck_notes_hint")),
        sa.CheckConstraint(
            "char_length(source_key) BETWEEN 1 AND 200", name=op.f("ck_notes_source_key")
        ),
        sa.CheckConstraint("position >= 0", name=op.f("ck_notes_position")),
        sa.ForeignKeyConstraint(
            ["deck_id"], ["decks.id"], name=op.f("fk_notes_deck_id_decks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("deck_id", "source_key", name=op.f("uq_notes_deck_id_source_key")),
    )
    op.create_index(op.f("ix_notes_deck_id_position_id"), "notes", ["deck_id", "position", "id"])
    op.create_index(
        op.f("ix_notes_search_vector"), "notes", ["search_vector"], postgresql_using="gin"
    )


def _id(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )
