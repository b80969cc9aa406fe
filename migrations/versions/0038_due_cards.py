"""Let lists of due cards count them in an index only."""

import sqlalchemy as sa
from alembic import op

revision: str = "0038"
down_revision: str | None = "0037"
branch_labels: str | None = None
depends_on: str | None = None

DUE = "ix_srs_cards_due"


def upgrade() -> None:
    op.drop_index(DUE, table_name="srs_cards")
    _index_due(["buried_until"])


def downgrade() -> None:
    op.drop_index(DUE, table_name="srs_cards")
    _index_due([])


def _index_due(include: list[str]) -> None:
    op.create_index(
        DUE,
        "srs_cards",
        ["user_id", "state", "due_at"],
        postgresql_include=include,
        postgresql_where=sa.text("NOT is_suspended"),
    )
