"""Counts and sums of the answers to each question of a session."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "session_question_statistics",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("question_index", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=True),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("compared_correct", sa.Integer(), nullable=False),
        sa.Column("shares", sa.BigInteger(), nullable=False),
        sa.Column("squared_shares", sa.BigInteger(), nullable=False),
        sa.Column("correct_shares", sa.BigInteger(), nullable=False),
        sa.Column("time_steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("wrong_choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("right_choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "question_index >= 0", name=op.f("ck_session_question_statistics_question_index")
        ),
        sa.CheckConstraint(
            "correct BETWEEN 0 AND answers", name=op.f("ck_session_question_statistics_correct")
        ),
        sa.CheckConstraint(
            "compared BETWEEN 0 AND answers AND compared_correct BETWEEN 0 AND compared",
            name=op.f("ck_session_question_statistics_compared"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_session_question_statistics_question_id_questions"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["quiz_sessions.id"],
            name=op.f("fk_session_question_statistics_session_id_quiz_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_question_statistics")),
        sa.UniqueConstraint(
            "session_id",
            "question_index",
            name=op.f("uq_session_question_statistics_session_id_question_index"),
        ),
    )
    op.create_index(
        op.f("ix_session_question_statistics_question_id"),
        "session_question_statistics",
        ["question_id"],
    )


def downgrade() -> None:
    op.drop_table("session_question_statistics")
