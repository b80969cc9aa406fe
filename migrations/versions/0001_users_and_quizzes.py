"""Add accounts, and quizzes with their questions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("telegram_id", sa.BigInteger(), nullable=True),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default="student", nullable=False),
        sa.Column("current_level", sa.Text(), nullable=True),
        sa.Column(
            "learning_goals", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("language_code", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_verified", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
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
            "current_level IN ('A1', 'A2', 'B1', 'B2', 'C1', 'C2')",
            name=op.f("ck_users_current_level"),
        ),
        sa.CheckConstraint(
            "role IN ('student', 'teacher', 'super_admin')", name=op.f("ck_users_role")
        ),
        sa.CheckConstraint("char_length(email) BETWEEN 3 AND 254", name=op.f("ck_users_email")),
        sa.CheckConstraint(
            "char_length(full_name) BETWEEN 1 AND 100", name=op.f("ck_users_full_name")
        ),
        sa.CheckConstraint(
            "char_length(language_code) BETWEEN 2 AND 10", name=op.f("ck_users_language_code")
        ),
        sa.CheckConstraint(
            "email IS NOT NULL OR telegram_id IS NOT NULL", name=op.f("ck_users_reachable")
        ),
        sa.CheckConstraint(
            "email IS NULL OR password_hash IS NOT NULL", name=op.f("ck_users_can_sign_in")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_users_telegram_id")),
    )
    op.create_index(
        "uq_users_lower_email", "users", [sa.literal_column("lower(email)")], unique=True
    )
    op.create_table(
        "quizzes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("access_code", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
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
            "access_code ~ '^[A-HJKMNP-TV-Z][2-9A-HJKMNP-TV-Z]{5}$'",
            name=op.f("ck_quizzes_access_code"),
        ),
        sa.CheckConstraint(
            "char_length(description) BETWEEN 0 AND 5000", name=op.f("ck_quizzes_description")
        ),
        sa.CheckConstraint("char_length(title) BETWEEN 1 AND 200", name=op.f("ck_quizzes_title")),
        sa.ForeignKeyConstraint(
            ["teacher_id"],
            ["users.id"],
            name=op.f("fk_quizzes_teacher_id_users"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quizzes")),
        sa.UniqueConstraint("access_code", name=op.f("uq_quizzes_access_code")),
    )
    op.create_index(
        op.f("ix_quizzes_teacher_id_created_at"),
        "quizzes",
        ["teacher_id", "created_at"],
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), server_default=sa.text("1000"), nullable=False),
        sa.Column("time_limit", sa.Integer(), server_default=sa.text("30"), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("media", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("skill", sa.Text(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("difficulty", sa.Integer(), nullable=True),
        sa.Column(
            "options",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "answer_key", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
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
            "level IN ('A1', 'A2', 'B1', 'B2', 'C1', 'C2')", name=op.f("ck_questions_level")
        ),
        sa.CheckConstraint(
            "type IN ('multiple_choice', 'true_false', 'multiple_select', 'short_answer',"
            " 'numeric', 'ordering', 'poll')",
            name=op.f("ck_questions_type"),
        ),
        sa.CheckConstraint(
            "(quiz_id IS NULL) = (position IS NULL)", name=op.f("ck_questions_placed_in_a_quiz")
        ),
        sa.CheckConstraint(
            "char_length(explanation) BETWEEN 0 AND 5000", name=op.f("ck_questions_explanation")
        ),
        sa.CheckConstraint(
            "char_length(media) BETWEEN 1 AND 2048", name=op.f("ck_questions_media")
        ),
        sa.CheckConstraint("char_length(stem) BETWEEN 0 AND 2000", name=op.f("ck_questions_stem")),
        sa.CheckConstraint("difficulty BETWEEN 1 AND 5", name=op.f("ck_questions_difficulty")),
        sa.CheckConstraint("points BETWEEN 0 AND 2000", name=op.f("ck_questions_points")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_questions_position")),
        sa.CheckConstraint("time_limit BETWEEN 5 AND 300", name=op.f("ck_questions_time_limit")),
        sa.ForeignKeyConstraint(
            ["quiz_id"],
            ["quizzes.id"],
            name=op.f("fk_questions_quiz_id_quizzes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint(
            "quiz_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_questions_quiz_id_position"),
        ),
    )
    op.create_table(
        "choices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=True),
        sa.Column("is_correct", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("char_length(media) BETWEEN 1 AND 2048", name=op.f("ck_choices_media")),
        sa.CheckConstraint("char_length(text) BETWEEN 0 AND 255", name=op.f("ck_choices_text")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_choices_position")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_choices_question_id_questions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choices")),
        sa.UniqueConstraint(
            "question_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_choices_question_id_position"),
        ),
    )


def downgrade() -> None:
    op.drop_table("choices")
    op.drop_table("questions")
    op.drop_table("quizzes")
    op.drop_table("users")
