"""Add what more lists of 100,000 rows need.

The library is read by each of its filters, question sets by title, and quizzes by their last
session.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | None = None
depends_on: str | None = None

PUBLISHED = "published_at IS NOT NULL AND archived_at IS NULL"
FILTERS = ("teacher_id", "language", "level", "topic")
SESSIONS, SETS = "quiz_sessions", "question_sets"


def upgrade() -> None:
    for column in FILTERS:
        op.create_index(
            f"ix_quizzes_library_{column}",
            "quizzes",
            [column, "published_at", "id"],
            postgresql_where=sa.text(PUBLISHED),
        )
    op.create_index(
        "ix_quiz_sessions_started",
        SESSIONS,
        ["host_id", "started_at", "id"],
        postgresql_where=sa.text("started_at IS NOT NULL"),
    )
    op.create_index("ix_quiz_sessions_last", SESSIONS, ["quiz_id", "host_id", "started_at", "id"])
    op.create_index("ix_question_sets_title", SETS, ["teacher_id", sa.text("lower(title)"), "id"])
    op.drop_index(op.f("ix_question_sets_teacher_id"), table_name=SETS)


def downgrade() -> None:
    op.create_index(op.f("ix_question_sets_teacher_id"), SETS, ["teacher_id"])
    op.drop_index("ix_question_sets_title", table_name=SETS)
    op.drop_index("ix_quiz_sessions_last", table_name=SESSIONS)
    op.drop_index("ix_quiz_sessions_started", table_name=SESSIONS)
    for column in FILTERS:
        op.drop_index(f"ix_quizzes_library_{column}", table_name="quizzes")
