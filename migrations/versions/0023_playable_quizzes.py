"""Remember which quizzes can be played. It is found out when a quiz is listed or written."""

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("quizzes", sa.Column("is_playable", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("quizzes", "is_playable")
