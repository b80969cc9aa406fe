"""Add users' preferences, and a limit for their learning goals."""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "user_preferences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("daily_goal_minutes", sa.Integer(), nullable=False),
        sa.Column("new_cards_per_day", sa.Integer(), nullable=False),
        sa.Column("reviews_per_day", sa.Integer(), nullable=False),
        sa.Column("desired_retention", sa.Float(), nullable=False),
        sa.Column("email_reminders", sa.Boolean(), nullable=False),
        sa.Column("email_summaries", sa.Boolean(), nullable=False),
        sa.Column("email_news", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("locale IN ('en', 'id')", name=op.f("ck_user_preferences_locale")),
        sa.CheckConstraint(
            "theme IN ('light', 'dark', 'system')", name=op.f("ck_user_preferences_theme")
        ),
        sa.CheckConstraint(
            "char_length(time_zone) BETWEEN 1 AND 64", name=op.f("ck_user_preferences_time_zone")
        ),
        sa.CheckConstraint(
            "daily_goal_minutes BETWEEN 1 AND 240",
            name=op.f("ck_user_preferences_daily_goal_minutes"),
        ),
        sa.CheckConstraint(
            "new_cards_per_day BETWEEN 0 AND 200",
            name=op.f("ck_user_preferences_new_cards_per_day"),
        ),
        sa.CheckConstraint(
            "reviews_per_day BETWEEN 0 AND 2000", name=op.f("ck_user_preferences_reviews_per_day")
        ),
        sa.CheckConstraint(
            "desired_retention BETWEEN 0.7 AND 0.97",
            name=op.f("ck_user_preferences_desired_retention"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_user_preferences_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_preferences")),
        sa.UniqueConstraint("user_id", name=op.f("uq_user_preferences_user_id")),
    )
    op.create_check_constraint(
        op.f("ck_users_learning_goals"), "users", "cardinality(learning_goals) <= 10"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_users_learning_goals"), "users")
    op.drop_table("user_preferences")
