"""Corrections that accept several keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "session_corrections"


def upgrade() -> None:
    also = sa.Column(
        "also",
        postgresql.JSONB(astext_type=sa.Text()),
        server_default=sa.text("'[]'"),
        nullable=False,
    )
    op.add_column(TABLE, also)
    op.create_check_constraint(
        op.f("ck_session_corrections_also"), TABLE, "action = 'key' OR also = '[]'"
    )


def downgrade() -> None:
    """Of several keys the first one stays. `kuis verify` shows what no longer follows from it."""
    op.drop_column(TABLE, "also")
