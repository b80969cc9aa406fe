"""Allow one-time links that change the e-mail address of an account."""

from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | None = None
depends_on: str | None = None

NAME = "ck_one_time_links_purpose"


def upgrade() -> None:
    op.drop_constraint(op.f(NAME), "one_time_links")
    op.create_check_constraint(
        op.f(NAME),
        "one_time_links",
        "purpose IN ('reset_password', 'verify_email', 'change_email')",
    )


def downgrade() -> None:
    op.execute("DELETE FROM one_time_links WHERE purpose = 'change_email'")
    op.drop_constraint(op.f(NAME), "one_time_links")
    op.create_check_constraint(
        op.f(NAME), "one_time_links", "purpose IN ('reset_password', 'verify_email')"
    )
