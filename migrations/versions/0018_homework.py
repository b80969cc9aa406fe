"""Homework: sessions that students work through alone, with several attempts each."""

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | None = None
depends_on: str | None = None

SESSION = "(session_id IS NOT NULL AND participation_id IS NOT NULL AND question_index IS NOT NULL)"


def upgrade() -> None:
    _upgrade_sessions()
    _upgrade_participations()
    _upgrade_answers()
    _create_runs()
    op.create_table(
        "homework_names",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        _created_at("created_at"),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["quiz_sessions.id"],
            name=op.f("fk_homework_names_session_id_quiz_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_homework_names")),
        sa.UniqueConstraint("session_id", "form", name=op.f("uq_homework_names_session_id_form")),
    )


def _upgrade_sessions() -> None:
    op.add_column(
        "quiz_sessions", sa.Column("mode", sa.Text(), server_default="live", nullable=False)
    )
    op.add_column("quiz_sessions", sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "quiz_sessions", sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_check_constraint(
        op.f("ck_quiz_sessions_mode"), "quiz_sessions", "mode IN ('live', 'self_paced')"
    )
    op.create_check_constraint(
        op.f("ck_quiz_sessions_open_period"),
        "quiz_sessions",
        "CASE mode WHEN 'live' THEN opens_at IS NULL AND closes_at IS NULL"
        " ELSE opens_at IS NOT NULL AND closes_at IS NOT NULL AND opens_at < closes_at END",
    )
    op.create_index(
        "ix_quiz_sessions_open_closes_at",
        "quiz_sessions",
        ["closes_at"],
        postgresql_where=sa.text("ended_at IS NULL AND closes_at IS NOT NULL"),
    )
    op.create_index(
        "ix_quiz_sessions_homework_access_code",
        "quiz_sessions",
        ["access_code", "created_at"],
        postgresql_where=sa.text("mode = 'self_paced'"),
    )


def _upgrade_participations() -> None:
    op.add_column(
        "quiz_participations",
        sa.Column("counting_run", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
    )
    op.add_column("quiz_participations", sa.Column("token_hash", sa.LargeBinary(), nullable=True))
    op.create_check_constraint(
        op.f("ck_quiz_participations_counting_run"), "quiz_participations", "counting_run >= 1"
    )
    op.create_unique_constraint(
        op.f("uq_quiz_participations_session_id_token_hash"),
        "quiz_participations",
        ["session_id", "token_hash"],
    )


def _upgrade_answers() -> None:
    op.add_column(
        "question_attempts",
        sa.Column("run", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
    )
    op.create_check_constraint(op.f("ck_question_attempts_run"), "question_attempts", "run >= 1")
    _replace_context(
        "'live', 'homework', 'lesson', 'tryout', 'review'",
        "session",
        f"context NOT IN ('live', 'homework') OR {SESSION}",
        was="live",
    )
    _replace_key(
        ["participation_id", "question_index", "run"], ["participation_id", "question_index"]
    )


def _replace_context(contexts: str, name: str, rule: str, *, was: str) -> None:
    table = "question_attempts"
    op.drop_constraint(op.f("ck_question_attempts_context"), table)
    op.create_check_constraint(
        op.f("ck_question_attempts_context"), table, f"context IN ({contexts})"
    )
    op.drop_constraint(op.f(f"ck_question_attempts_{was}"), table)
    op.create_check_constraint(op.f(f"ck_question_attempts_{name}"), table, rule)


def _replace_key(columns: list[str], was: list[str]) -> None:
    table = "question_attempts"
    op.create_unique_constraint(op.f(f"uq_{table}_{'_'.join(columns)}"), table, columns)
    op.drop_constraint(op.f(f"uq_{table}_{'_'.join(was)}"), table)


def _create_runs() -> None:
    op.create_table(
        "homework_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_answered", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("correct", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("score", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total_time_ms", sa.Integer(), server_default=sa.text("0"), nullable=False),
        _created_at("created_at"),
        _created_at("updated_at"),
        sa.CheckConstraint("number BETWEEN 1 AND 10", name=op.f("ck_homework_runs_number")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_homework_runs_position")),
        sa.CheckConstraint(
            "0 <= correct AND correct <= answered", name=op.f("ck_homework_runs_correct")
        ),
        sa.CheckConstraint("score >= 0", name=op.f("ck_homework_runs_score")),
        sa.CheckConstraint("total_time_ms >= 0", name=op.f("ck_homework_runs_total_time_ms")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["quiz_sessions.id"],
            name=op.f("fk_homework_runs_session_id_quiz_sessions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["quiz_participations.id"],
            name=op.f("fk_homework_runs_participation_id_quiz_participations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_homework_runs")),
        sa.UniqueConstraint(
            "participation_id", "number", name=op.f("uq_homework_runs_participation_id_number")
        ),
    )
    op.create_index(op.f("ix_homework_runs_session_id"), "homework_runs", ["session_id"])


def _created_at(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def downgrade() -> None:
    """Remove all homework with its results: earlier releases take each session for a room."""
    op.execute("DELETE FROM quiz_sessions WHERE mode = 'self_paced'")
    op.drop_table("homework_names")
    op.drop_table("homework_runs")
    _replace_key(
        ["participation_id", "question_index"], ["participation_id", "question_index", "run"]
    )
    _replace_context(
        "'live', 'lesson', 'tryout', 'review'",
        "live",
        f"context <> 'live' OR {SESSION}",
        was="session",
    )
    op.drop_column("question_attempts", "run")
    op.drop_column("quiz_participations", "token_hash")
    op.drop_column("quiz_participations", "counting_run")
    op.drop_index("ix_quiz_sessions_homework_access_code", "quiz_sessions")
    op.drop_index("ix_quiz_sessions_open_closes_at", "quiz_sessions")
    op.drop_constraint(op.f("ck_quiz_sessions_open_period"), "quiz_sessions")
    for name in ("closes_at", "opens_at", "mode"):
        op.drop_column("quiz_sessions", name)
