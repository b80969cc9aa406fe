"""Order due cards of an interval by their ids too, and let statistics read an index only."""

import sqlalchemy as sa
from alembic import op

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: str | None = None
depends_on: str | None = None

DUE = "state = 'review' AND NOT is_suspended"
OVERDUE = "ix_srs_cards_overdue"


def upgrade() -> None:
    op.drop_index(OVERDUE, table_name="srs_cards")
    _index_overdue(["user_id", "interval_days", "due_at", "id"])
    op.create_index(
        "ix_srs_cards_all",
        "srs_cards",
        ["user_id", "id"],
        postgresql_include=[
            *("state", "is_suspended", "stability", "difficulty", "flag", "is_leech"),
        ],
    )
    op.drop_index(op.f("ix_srs_cards_user_id_id"), table_name="srs_cards")


def downgrade() -> None:
    op.create_index(op.f("ix_srs_cards_user_id_id"), "srs_cards", ["user_id", "id"])
    op.drop_index("ix_srs_cards_all", table_name="srs_cards")
    op.drop_index(OVERDUE, table_name="srs_cards")
    _index_overdue(["user_id", "interval_days", "due_at"])


def _index_overdue(columns: list[str]) -> None:
    op.create_index(OVERDUE, "srs_cards", columns, postgresql_where=sa.text(DUE))
