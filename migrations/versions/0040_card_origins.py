"""Cards come from an answer or from a deck; nothing ever made one by hand."""

from alembic import op

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: str | None = None
depends_on: str | None = None

ORIGIN = "ck_srs_cards_made_from"


def upgrade() -> None:
    _allow("'answer', 'deck'")


def downgrade() -> None:
    _allow("'answer', 'deck', 'hand'")


def _allow(origins: str) -> None:
    op.drop_constraint(op.f(ORIGIN), "srs_cards", type_="check")
    op.create_check_constraint(op.f(ORIGIN), "srs_cards", f"made_from IN ({origins})")
