"""Take out of question sets what belongs to the bank of somebody else than their owner.

Only administrators could put it there.
"""

from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.execute("""
        DELETE FROM questionset_questions AS place USING question_sets, questions
         WHERE question_sets.id = place.set_id AND questions.id = place.question_id
           AND questions.teacher_id IS DISTINCT FROM question_sets.teacher_id
    """)


def downgrade() -> None:
    pass
