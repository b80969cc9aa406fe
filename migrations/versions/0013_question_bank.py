"""Add the question bank and question sets.

Nothing was in the bank before, so no existing question needs an owner or a fingerprint.
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | None = None
depends_on: str | None = None

CHECKS = {
    "in_a_quiz_or_the_bank": "num_nonnulls(quiz_id, teacher_id) = 1",
    "archived_at": "archived_at IS NULL OR teacher_id IS NOT NULL",
    "has_fingerprint": "(fingerprint IS NULL) = (teacher_id IS NULL)",
    "fingerprint": "octet_length(fingerprint) = 16",
}
IN_BANK = sa.text("teacher_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("questions", sa.Column("teacher_id", sa.Uuid(), nullable=True))
    op.add_column("questions", sa.Column("source_id", sa.Uuid(), nullable=True))
    op.add_column("questions", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("questions", sa.Column("fingerprint", sa.LargeBinary(), nullable=True))
    op.create_foreign_key(
        op.f("fk_questions_teacher_id_users"),
        "questions",
        "users",
        ["teacher_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_foreign_key(
        op.f("fk_questions_source_id_questions"),
        "questions",
        "questions",
        ["source_id"],
        ["id"],
        ondelete="SET NULL",
    )
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_questions_{name}"), "questions", condition)
    op.create_index(
        op.f("ix_questions_source_id"),
        "questions",
        ["source_id"],
        postgresql_where=sa.text("source_id IS NOT NULL"),
    )
    op.create_index(
        "ix_questions_bank",
        "questions",
        ["teacher_id", "archived_at", "id"],
        postgresql_where=IN_BANK,
    )
    op.create_index(
        "ix_questions_fingerprint",
        "questions",
        ["teacher_id", "fingerprint"],
        postgresql_where=IN_BANK,
    )
    _create_sets()


def _create_sets() -> None:
    op.create_table(
        "question_sets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
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
        sa.CheckConstraint(
            "char_length(title) BETWEEN 1 AND 200", name=op.f("ck_question_sets_title")
        ),
        sa.ForeignKeyConstraint(
            ["teacher_id"],
            ["users.id"],
            name=op.f("fk_question_sets_teacher_id_users"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_sets")),
    )
    op.create_index(op.f("ix_question_sets_teacher_id"), "question_sets", ["teacher_id"])
    op.create_table(
        "questionset_questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("set_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("position >= 0", name=op.f("ck_questionset_questions_position")),
        sa.ForeignKeyConstraint(
            ["set_id"],
            ["question_sets.id"],
            name=op.f("fk_questionset_questions_set_id_question_sets"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_questionset_questions_question_id_questions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionset_questions")),
        sa.UniqueConstraint(
            "set_id", "question_id", name=op.f("uq_questionset_questions_set_id_question_id")
        ),
        sa.UniqueConstraint(
            "set_id",
            "position",
            name=op.f("uq_questionset_questions_set_id_position"),
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index(
        op.f("ix_questionset_questions_question_id"), "questionset_questions", ["question_id"]
    )


def downgrade() -> None:
    """Remove the bank with its questions, because earlier releases have no owner for them."""
    op.drop_table("questionset_questions")
    op.drop_table("question_sets")
    op.execute("DELETE FROM questions WHERE teacher_id IS NOT NULL")
    op.drop_index("ix_questions_fingerprint", table_name="questions")
    op.drop_index("ix_questions_bank", table_name="questions")
    op.drop_index(op.f("ix_questions_source_id"), table_name="questions")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_questions_{name}"), "questions", type_="check")
    for column in ("fingerprint", "archived_at", "source_id", "teacher_id"):
        op.drop_column("questions", column)
