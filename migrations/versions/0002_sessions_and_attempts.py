"""Add sessions (runs of quizzes), their participants and results."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "quiz_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("access_code", sa.Text(), nullable=False),
        sa.Column(
            "settings", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
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
            "access_code ~ '^[2-9A-HJKMNP-TV-Z]{6}$'", name=op.f("ck_quiz_sessions_access_code")
        ),
        sa.CheckConstraint(
            "char_length(title) BETWEEN 1 AND 200", name=op.f("ck_quiz_sessions_title")
        ),
        sa.CheckConstraint("started_at <= ended_at", name=op.f("ck_quiz_sessions_period")),
        sa.ForeignKeyConstraint(
            ["host_id"],
            ["users.id"],
            name=op.f("fk_quiz_sessions_host_id_users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"],
            ["quizzes.id"],
            name=op.f("fk_quiz_sessions_quiz_id_quizzes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_sessions")),
    )
    op.create_index(
        op.f("ix_quiz_sessions_host_id_created_at"),
        "quiz_sessions",
        ["host_id", "created_at"],
    )
    op.create_index(
        op.f("ix_quiz_sessions_quiz_id_created_at"),
        "quiz_sessions",
        ["quiz_id", "created_at"],
    )
    op.create_index(
        "uq_quiz_sessions_open_access_code",
        "quiz_sessions",
        ["access_code"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "quiz_participations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("player", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("nickname", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kicked_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["quiz_sessions.id"],
            name=op.f("fk_quiz_participations_session_id_quiz_sessions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_quiz_participations_user_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_participations")),
        sa.UniqueConstraint(
            "session_id", "player", name=op.f("uq_quiz_participations_session_id_player")
        ),
    )
    op.create_index(
        op.f("ix_quiz_participations_user_id_joined_at"),
        "quiz_participations",
        ["user_id", "joined_at"],
    )
    op.create_index(
        "uq_quiz_participations_session_id_user_id",
        "quiz_participations",
        ["session_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_table(
        "question_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("participation_id", sa.Uuid(), nullable=True),
        sa.Column("question_index", sa.Integer(), nullable=True),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("response", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_correct", sa.Boolean(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("time_taken_ms", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "context <> 'live' OR (session_id IS NOT NULL AND participation_id IS NOT NULL"
            " AND question_index IS NOT NULL)",
            name=op.f("ck_question_attempts_live"),
        ),
        sa.CheckConstraint(
            "context IN ('live', 'lesson', 'tryout', 'review')",
            name=op.f("ck_question_attempts_context"),
        ),
        sa.CheckConstraint("points >= 0", name=op.f("ck_question_attempts_points")),
        sa.CheckConstraint("question_index >= 0", name=op.f("ck_question_attempts_question_index")),
        sa.CheckConstraint("time_taken_ms >= 0", name=op.f("ck_question_attempts_time_taken_ms")),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["quiz_participations.id"],
            name=op.f("fk_question_attempts_participation_id_quiz_participations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_question_attempts_question_id_questions"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["quiz_sessions.id"],
            name=op.f("fk_question_attempts_session_id_quiz_sessions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_question_attempts_user_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_attempts")),
        sa.UniqueConstraint(
            "participation_id",
            "question_index",
            name=op.f("uq_question_attempts_participation_id_question_index"),
        ),
    )
    op.create_index(op.f("ix_question_attempts_question_id"), "question_attempts", ["question_id"])
    op.create_index(
        op.f("ix_question_attempts_session_id_question_index"),
        "question_attempts",
        ["session_id", "question_index"],
    )
    op.create_index(
        op.f("ix_question_attempts_user_id_answered_at"),
        "question_attempts",
        ["user_id", "answered_at"],
    )
    op.create_table(
        "quiz_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("total_questions", sa.Integer(), nullable=False),
        sa.Column("answered_questions", sa.Integer(), nullable=False),
        sa.Column("correct_answers", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("performance_band", sa.Text(), nullable=False),
        sa.Column("total_time_ms", sa.Integer(), nullable=False),
        sa.Column("best_streak", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "performance_band IN ('excellent', 'good', 'fair', 'needs_practice')",
            name=op.f("ck_quiz_attempts_performance_band"),
        ),
        sa.CheckConstraint(
            "0 <= correct_answers AND correct_answers <= answered_questions"
            " AND correct_answers <= total_questions",
            name=op.f("ck_quiz_attempts_correct_answers"),
        ),
        sa.CheckConstraint(
            "best_streak BETWEEN 0 AND correct_answers", name=op.f("ck_quiz_attempts_best_streak")
        ),
        sa.CheckConstraint("rank >= 1", name=op.f("ck_quiz_attempts_rank")),
        sa.CheckConstraint("score >= 0", name=op.f("ck_quiz_attempts_score")),
        sa.CheckConstraint("total_time_ms >= 0", name=op.f("ck_quiz_attempts_total_time_ms")),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["quiz_participations.id"],
            name=op.f("fk_quiz_attempts_participation_id_quiz_participations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"],
            ["quizzes.id"],
            name=op.f("fk_quiz_attempts_quiz_id_quizzes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["quiz_sessions.id"],
            name=op.f("fk_quiz_attempts_session_id_quiz_sessions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_quiz_attempts_user_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_attempts")),
        sa.UniqueConstraint("participation_id", name=op.f("uq_quiz_attempts_participation_id")),
    )
    op.create_index(
        op.f("ix_quiz_attempts_quiz_id_user_id"),
        "quiz_attempts",
        ["quiz_id", "user_id"],
    )
    op.create_index(
        op.f("ix_quiz_attempts_session_id_rank"),
        "quiz_attempts",
        ["session_id", "rank"],
    )
    op.create_index(
        op.f("ix_quiz_attempts_user_id_finished_at"),
        "quiz_attempts",
        ["user_id", "finished_at"],
    )


def downgrade() -> None:
    op.drop_table("quiz_attempts")
    op.drop_table("question_attempts")
    op.drop_table("quiz_participations")
    op.drop_table("quiz_sessions")
