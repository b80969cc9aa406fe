"""Add language, level, topic, publication and source to quizzes, and shares with colleagues."""

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | None = None
depends_on: str | None = None

LABEL = r"^\S([^\n]*\S)?$"
CHECKS = {
    "language": "char_length(language) BETWEEN 2 AND 10",
    "language_format": "language ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'",
    "level": "level IN ('A1', 'A2', 'B1', 'B2', 'C1', 'C2')",
    "topic": "char_length(topic) BETWEEN 1 AND 100",
    "topic_format": f"topic ~ '{LABEL}'",
    "source_title": "char_length(source_title) BETWEEN 1 AND 200",
    "source_author": "char_length(source_author) BETWEEN 1 AND 100",
    "source": (
        "(source_title IS NULL) = (source_author IS NULL)"
        " AND (source_id IS NULL OR source_title IS NOT NULL)"
    ),
}
TEXTS = ("language", "level", "topic", "source_title", "source_author")


def upgrade() -> None:
    """Publish nothing: `is_public` could be set, but nobody else saw such a quiz."""
    op.drop_column("quizzes", "is_public")
    for name in TEXTS:
        op.add_column("quizzes", sa.Column(name, sa.Text()))
    op.add_column("quizzes", sa.Column("published_at", sa.DateTime(timezone=True)))
    op.add_column("quizzes", sa.Column("source_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("fk_quizzes_source_id_quizzes"),
        "quizzes",
        "quizzes",
        ["source_id"],
        ["id"],
        ondelete="SET NULL",
    )
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_quizzes_{name}"), "quizzes", condition)
    op.create_index(op.f("ix_quizzes_source_id"), "quizzes", ["source_id"])
    op.create_index(
        "ix_quizzes_library",
        "quizzes",
        ["published_at", "id"],
        postgresql_where=sa.text("published_at IS NOT NULL AND archived_at IS NULL"),
    )
    op.create_table(
        "quiz_shares",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("may_edit", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"],
            ["quizzes.id"],
            name=op.f("fk_quiz_shares_quiz_id_quizzes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_quiz_shares_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_shares")),
        sa.UniqueConstraint("quiz_id", "user_id", name=op.f("uq_quiz_shares_quiz_id_user_id")),
    )
    op.create_index(op.f("ix_quiz_shares_user_id"), "quiz_shares", ["user_id"])


def downgrade() -> None:
    op.drop_table("quiz_shares")
    op.drop_index("ix_quizzes_library", table_name="quizzes")
    op.drop_index(op.f("ix_quizzes_source_id"), table_name="quizzes")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_quizzes_{name}"), "quizzes", type_="check")
    op.drop_constraint(op.f("fk_quizzes_source_id_quizzes"), "quizzes", type_="foreignkey")
    op.add_column(
        "quizzes",
        sa.Column("is_public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.execute("UPDATE quizzes SET is_public = true WHERE published_at IS NOT NULL")
    for name in ("source_id", "published_at", *TEXTS):
        op.drop_column("quizzes", name)
