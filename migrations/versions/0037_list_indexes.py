"""Indexes for searches in quizzes, and for the lists of administrators."""

import sqlalchemy as sa
from alembic import op

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_index(
        "ix_questions_in_quizzes",
        "questions",
        ["id"],
        postgresql_where=sa.text("quiz_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_quizzes_created_at_id"), "quizzes", ["created_at", "id"])
    op.create_index(op.f("ix_quiz_sessions_created_at_id"), "quiz_sessions", ["created_at", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_quiz_sessions_created_at_id"), table_name="quiz_sessions")
    op.drop_index(op.f("ix_quizzes_created_at_id"), table_name="quizzes")
    op.drop_index("ix_questions_in_quizzes", table_name="questions")
