"""Statistics of questions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "question_statistics",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=True),
        sa.Column("discrimination", sa.Float(), nullable=True),
        sa.Column("median_ms", sa.Integer(), nullable=True),
        sa.Column("wrong_text", sa.Text(), nullable=True),
        sa.Column("wrong_times", sa.Integer(), nullable=True),
        sa.Column("right_times", sa.Integer(), nullable=True),
        sa.Column("by_wording", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "asked >= 0 AND answers >= asked", name=op.f("ck_question_statistics_asked")
        ),
        sa.CheckConstraint(
            "correct BETWEEN 0 AND answers", name=op.f("ck_question_statistics_correct")
        ),
        sa.CheckConstraint(
            "discrimination BETWEEN -1 AND 1", name=op.f("ck_question_statistics_discrimination")
        ),
        sa.CheckConstraint(
            "num_nonnulls(wrong_text, wrong_times, right_times) IN (0, 3)",
            name=op.f("ck_question_statistics_wrong"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_question_statistics_question_id_questions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_statistics")),
        sa.UniqueConstraint("question_id", name=op.f("uq_question_statistics_question_id")),
    )


def downgrade() -> None:
    op.drop_table("question_statistics")
