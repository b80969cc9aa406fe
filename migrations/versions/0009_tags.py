"""Add tags to questions, and limits for their language, skill and topic."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None

LABEL = r"^\S([^\n]*\S)?$"
TAG = r"\S([^\n]{0,38}\S)?"
CHECKS = {
    "language": "char_length(language) BETWEEN 2 AND 10",
    "language_format": "language ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'",
    "skill": "char_length(skill) BETWEEN 1 AND 60",
    "skill_format": f"skill ~ '{LABEL}'",
    "topic": "char_length(topic) BETWEEN 1 AND 100",
    "topic_format": f"topic ~ '{LABEL}'",
    "tags": (
        "cardinality(tags) = 0 OR cardinality(tags) <= 10 AND array_position(tags, NULL) IS NULL"
        rf" AND array_to_string(tags, chr(10)) ~ '^{TAG}(\n{TAG})*$'"
    ),
}


def upgrade() -> None:
    op.add_column(
        "questions",
        sa.Column(
            "tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_questions_{name}"), "questions", condition)
    op.create_index(op.f("ix_questions_tags"), "questions", ["tags"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_index(op.f("ix_questions_tags"), table_name="questions")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_questions_{name}"), "questions", type_="check")
    op.drop_column("questions", "tags")
