"""Add to sessions when each of their questions opened, which decides who joined it late."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Leave it empty for earlier sessions: nobody knows it any more."""
    op.add_column(
        "quiz_sessions",
        sa.Column(
            "questions_opened_at",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    op.drop_column("quiz_sessions", "questions_opened_at")
