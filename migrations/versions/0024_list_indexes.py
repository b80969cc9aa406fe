"""Add what lists of 100,000 questions or quizzes need.

The filters of the bank and of the library are in the indexes of their lists, so that counting reads
no row of the tables. Each order of a teacher's quizzes and of the library has an index of its own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | None = None
depends_on: str | None = None

TITLE, LATEST_FIRST = "lower(title)", "id DESC"
IN_USE = "archived_at IS NULL"
PUBLISHED = f"published_at IS NOT NULL AND {IN_USE}"
COVERING = {
    "ix_questions_bank": (
        "questions",
        ["teacher_id", "archived_at", "id"],
        "teacher_id IS NOT NULL",
        ["type", "level", "skill", "topic", "difficulty", "language"],
    ),
    "ix_quizzes_library": (
        "quizzes",
        ["published_at", "id"],
        PUBLISHED,
        ["teacher_id", "language", "level", "topic"],
    ),
}
QUIZZES: dict[str, tuple[Sequence[str], str | None]] = {
    "ix_quizzes_created": (["teacher_id", "created_at", "id"], None),
    "ix_quizzes_updated": (["teacher_id", "updated_at", "id"], IN_USE),
    "ix_quizzes_title": (["teacher_id", TITLE, LATEST_FIRST], IN_USE),
    "ix_quizzes_archive": (["teacher_id", "created_at", "id"], "archived_at IS NOT NULL"),
    "ix_quizzes_library_title": ([TITLE, LATEST_FIRST], PUBLISHED),
}


def upgrade() -> None:
    _replace_covering(covers=True)
    for name, (columns, condition) in QUIZZES.items():
        op.create_index(
            name,
            "quizzes",
            [_expression(each) for each in columns],
            postgresql_where=sa.text(condition) if condition else None,
        )
    op.drop_index(op.f("ix_quizzes_teacher_id_created_at"), table_name="quizzes")


def downgrade() -> None:
    op.create_index(
        op.f("ix_quizzes_teacher_id_created_at"), "quizzes", ["teacher_id", "created_at"]
    )
    for name in QUIZZES:
        op.drop_index(name, table_name="quizzes")
    _replace_covering(covers=False)


def _expression(column: str) -> str | sa.TextClause:
    return column if column.isidentifier() else sa.text(column)


def _replace_covering(*, covers: bool) -> None:
    for name, (table, columns, condition, included) in COVERING.items():
        op.drop_index(name, table_name=table)
        op.create_index(
            name,
            table,
            columns,
            postgresql_where=sa.text(condition),
            postgresql_include=included if covers else None,
        )
