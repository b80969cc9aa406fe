"""The hour of the daily reminder is always set, and the day of the last one is kept.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.execute("UPDATE user_preferences SET reminder_hour = 18 WHERE reminder_hour IS NULL")
    op.alter_column("user_preferences", "reminder_hour", nullable=False)
    op.add_column("user_preferences", sa.Column("reminded_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_user_preferences_reminders",
        "user_preferences",
        ["time_zone", "reminder_hour"],
        postgresql_where=sa.text("email_reminders"),
    )


def downgrade() -> None:
    op.drop_index("ix_user_preferences_reminders", "user_preferences")
    op.drop_column("user_preferences", "reminded_on")
    op.alter_column("user_preferences", "reminder_hour", nullable=True)
