"""Remember why an administrator took a quiz out of the library, where it may not come back."""

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | None = None
depends_on: str | None = None

REASONS = "'wrong', 'offensive', 'copyright', 'personal_data', 'other'"


def upgrade() -> None:
    op.add_column("quizzes", sa.Column("takedown_reason", sa.Text))
    op.create_check_constraint(
        op.f("ck_quizzes_takedown_reason"), "quizzes", f"takedown_reason IN ({REASONS})"
    )
    op.create_check_constraint(
        op.f("ck_quizzes_takedown"), "quizzes", "takedown_reason IS NULL OR published_at IS NULL"
    )


def downgrade() -> None:
    op.drop_column("quizzes", "takedown_reason")
