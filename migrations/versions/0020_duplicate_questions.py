"""Leave archived questions out of the index for duplicates, which are never among them."""

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | None = None
depends_on: str | None = None

NAME = "ix_questions_fingerprint"
IN_BANK = "teacher_id IS NOT NULL"


def upgrade() -> None:
    _replace(f"{IN_BANK} AND archived_at IS NULL")


def downgrade() -> None:
    _replace(IN_BANK)


def _replace(condition: str) -> None:
    op.drop_index(NAME, table_name="questions")
    op.create_index(
        NAME, "questions", ["teacher_id", "fingerprint"], postgresql_where=sa.text(condition)
    )
