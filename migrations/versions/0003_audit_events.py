"""Add the audit trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("count", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "details",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("count >= 1", name=op.f("ck_audit_events_count")),
        sa.CheckConstraint(
            "char_length(address) BETWEEN 1 AND 200", name=op.f("ck_audit_events_address")
        ),
        sa.CheckConstraint("char_length(kind) BETWEEN 1 AND 50", name=op.f("ck_audit_events_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_created_at"), "audit_events", ["created_at"])
    for column in ("kind", "account_id", "actor_id"):
        op.create_index(
            op.f(f"ix_audit_events_{column}_created_at"), "audit_events", [column, "created_at"]
        )


def downgrade() -> None:
    op.drop_table("audit_events")
