"""Corrections of homework: the attempts as they count, and which of them does."""

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "homework_run_rescores"


def upgrade() -> None:
    op.add_column(
        "quiz_attempt_rescores", sa.Column("counting_run", sa.SmallInteger(), nullable=True)
    )
    op.create_check_constraint(
        op.f("ck_quiz_attempt_rescores_counting_run"), "quiz_attempt_rescores", "counting_run >= 1"
    )
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("total_time_ms", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "0 <= correct AND correct <= answered", name=op.f(f"ck_{TABLE}_correct")
        ),
        sa.CheckConstraint("score >= 0", name=op.f(f"ck_{TABLE}_score")),
        sa.CheckConstraint("total_time_ms >= 0", name=op.f(f"ck_{TABLE}_total_time_ms")),
        _foreign("run_id", "homework_runs"),
        _foreign("session_id", "quiz_sessions"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("run_id", name=op.f(f"uq_{TABLE}_run_id")),
    )
    op.create_index(op.f(f"ix_{TABLE}_session_id"), TABLE, ["session_id"])


def downgrade() -> None:
    """Corrections of homework are removed: earlier releases cannot show them."""
    op.execute("""
        DELETE FROM session_corrections c USING quiz_sessions s
         WHERE s.id = c.session_id AND s.mode = 'self_paced'
    """)
    for table in ("quiz_attempt_rescores", "question_attempt_rescores"):
        op.execute(f"""
            DELETE FROM {table} r USING quiz_sessions s
             WHERE s.id = r.session_id AND s.mode = 'self_paced'
        """)  # noqa: S608  # our own tables
    op.drop_table(TABLE)
    op.drop_column("quiz_attempt_rescores", "counting_run")


def _foreign(column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{TABLE}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE")
