"""Add the time to sessions with which a missing answer to each question counts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Leave it empty for earlier sessions, whose results then use the time limits."""
    op.add_column(
        "quiz_sessions",
        sa.Column(
            "limits_ms",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    op.drop_column("quiz_sessions", "limits_ms")
