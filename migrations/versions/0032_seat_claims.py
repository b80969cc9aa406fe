"""Find the seat of a guest by the hash of its token."""

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_quiz_participations_token_hash"),
        "quiz_participations",
        ["token_hash"],
        postgresql_where=sa.text("token_hash IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_quiz_participations_token_hash"), table_name="quiz_participations")
