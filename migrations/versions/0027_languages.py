"""Keep only tags of languages that browsers know how to name.

Others lose all but their first part, which is always one.
"""

from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | None = None
depends_on: str | None = None

SHAPE = (
    "^[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
    "(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$"
)
OLD_SHAPE = "^[a-z]{2,3}(-[A-Za-z0-9]+)*$"
TABLES = ("questions", "quizzes")


def upgrade() -> None:
    for table in TABLES:
        op.execute(
            f"UPDATE {table} SET language = split_part(language, '-', 1)"  # noqa: S608  # fixed names
            f" WHERE language !~ '{SHAPE}'"
        )
        _check(table, SHAPE)


def downgrade() -> None:
    for table in TABLES:
        _check(table, OLD_SHAPE)


def _check(table: str, shape: str) -> None:
    name = op.f(f"ck_{table}_language_format")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"language ~ '{shape}'")
