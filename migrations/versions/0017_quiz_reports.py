"""Add reports of published quizzes, and whether a user gets mails about shared quizzes."""

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "quiz_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "reason IN ('wrong', 'offensive', 'copyright', 'personal_data', 'other')",
            name=op.f("ck_quiz_reports_reason"),
        ),
        sa.CheckConstraint(
            "char_length(comment) BETWEEN 0 AND 1000", name=op.f("ck_quiz_reports_comment")
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"],
            ["quizzes.id"],
            name=op.f("fk_quiz_reports_quiz_id_quizzes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_quiz_reports_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_reports")),
        sa.UniqueConstraint("quiz_id", "user_id", name=op.f("uq_quiz_reports_quiz_id_user_id")),
    )
    op.create_index(op.f("ix_quiz_reports_user_id"), "quiz_reports", ["user_id"])
    op.create_index(
        "ix_quiz_reports_open",
        "quiz_reports",
        ["created_at", "id"],
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.add_column(
        "user_preferences",
        sa.Column("email_shares", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.alter_column("user_preferences", "email_shares", server_default=None)


def downgrade() -> None:
    op.drop_column("user_preferences", "email_shares")
    op.drop_table("quiz_reports")
