"""An index for lists of cards by the topic of their questions."""

import sqlalchemy as sa
from alembic import op

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_review_questions_topic_id"),
        "review_questions",
        ["topic", "id"],
        postgresql_where=sa.text("topic IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_review_questions_topic_id"), table_name="review_questions")
