"""Add what lists of the question bank need to be in other orders than that of their ids."""

import sqlalchemy as sa
from alembic import op

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: str | None = None
depends_on: str | None = None

FILTERED = ("archived_at", "type", "level", "skill", "topic", "difficulty", "language")


def upgrade() -> None:
    start = sa.Computed('lower("left"(stem, 60))', persisted=True)
    op.add_column("questions", sa.Column("stem_start", sa.Text(), start))
    for order in ("stem_start", "difficulty"):
        op.create_index(
            f"ix_questions_bank_{order}",
            "questions",
            ["teacher_id", order, sa.text("id DESC")],
            postgresql_where=sa.text("teacher_id IS NOT NULL"),
            postgresql_include=[name for name in FILTERED if name != order],
        )


def downgrade() -> None:
    op.drop_index("ix_questions_bank_difficulty", table_name="questions")
    op.drop_index("ix_questions_bank_stem_start", table_name="questions")
    op.drop_column("questions", "stem_start")
