"""Corrections of finished sessions, and what is computed again because of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _create_corrections()
    _create_attempt_rescores()
    _create_answer_rescores()


def downgrade() -> None:
    op.drop_table("question_attempt_rescores")
    op.drop_table("quiz_attempt_rescores")
    op.drop_table("session_corrections")


def _create_corrections() -> None:
    op.create_table(
        "session_corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("question_index", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("key", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("corrected_by", sa.Uuid(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        _created_at(),
        sa.CheckConstraint(
            "action IN ('void', 'key', 'undo')", name=op.f("ck_session_corrections_action")
        ),
        sa.CheckConstraint(
            "question_index >= 0", name=op.f("ck_session_corrections_question_index")
        ),
        sa.CheckConstraint(
            "(action = 'key') = (key IS NOT NULL)", name=op.f("ck_session_corrections_key")
        ),
        sa.CheckConstraint(
            "action <> 'undo' OR replaces_id IS NOT NULL", name=op.f("ck_session_corrections_undo")
        ),
        _foreign("session_corrections", "session_id", "quiz_sessions"),
        _foreign("session_corrections", "corrected_by", "users", ondelete="SET NULL"),
        _foreign("session_corrections", "replaces_id", "session_corrections"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_corrections")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_session_corrections_replaces_id")),
    )
    op.create_index(
        "uq_session_corrections_first",
        "session_corrections",
        ["session_id", "question_index"],
        unique=True,
        postgresql_where=sa.text("replaces_id IS NULL"),
    )
    _create_index("session_corrections", "session_id")
    _create_index("session_corrections", "corrected_by")


def _create_attempt_rescores() -> None:
    name = "quiz_attempt_rescores"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("total_questions", sa.Integer(), nullable=False),
        sa.Column("answered_questions", sa.Integer(), nullable=False),
        sa.Column("correct_answers", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("performance_band", sa.Text(), nullable=False),
        sa.Column("total_time_ms", sa.Integer(), nullable=False),
        sa.Column("best_streak", sa.Integer(), nullable=False),
        _created_at(),
        sa.CheckConstraint(
            "performance_band IN ('excellent', 'good', 'fair', 'needs_practice')",
            name=op.f(f"ck_{name}_performance_band"),
        ),
        sa.CheckConstraint("score >= 0", name=op.f(f"ck_{name}_score")),
        sa.CheckConstraint("rank >= 1", name=op.f(f"ck_{name}_rank")),
        sa.CheckConstraint("total_time_ms >= 0", name=op.f(f"ck_{name}_total_time_ms")),
        sa.CheckConstraint(
            "0 <= correct_answers AND correct_answers <= answered_questions"
            " AND correct_answers <= total_questions",
            name=op.f(f"ck_{name}_correct_answers"),
        ),
        sa.CheckConstraint(
            "best_streak BETWEEN 0 AND correct_answers", name=op.f(f"ck_{name}_best_streak")
        ),
        _foreign(name, "attempt_id", "quiz_attempts"),
        _foreign(name, "session_id", "quiz_sessions"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("attempt_id", name=op.f(f"uq_{name}_attempt_id")),
    )
    _create_index(name, "session_id")


def _create_answer_rescores() -> None:
    name = "question_attempt_rescores"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("is_correct", sa.Boolean(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        _created_at(),
        sa.CheckConstraint("points >= 0", name=op.f(f"ck_{name}_points")),
        _foreign(name, "attempt_id", "question_attempts"),
        _foreign(name, "session_id", "quiz_sessions"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("attempt_id", name=op.f(f"uq_{name}_attempt_id")),
    )
    _create_index(name, "session_id")


def _created_at() -> sa.Column[object]:
    return sa.Column(
        "created_at",
        sa.DateTime(timezone=True),
        server_default=sa.text("now()"),
        nullable=False,
    )


def _foreign(
    table: str, column: str, to: str, *, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=ondelete
    )


def _create_index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
