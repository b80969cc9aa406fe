"""Add what each desired retention costs with fitted parameters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "srs_parameters"
WORKLOAD = "cardinality(workload) = 18 AND array_position(workload, NULL) IS NULL"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("workload", postgresql.ARRAY(sa.Float())))
    op.create_check_constraint(op.f("ck_srs_parameters_workload"), TABLE, WORKLOAD)


def downgrade() -> None:
    op.drop_column(TABLE, "workload")
