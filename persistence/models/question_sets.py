"""The tables of question sets: ordered selections from the bank."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from game.rules.quizzes import TITLE_MAX
from persistence.base import Base, UpdatedAtMixin, length


class QuestionSet(UpdatedAtMixin, Base):
    """A teacher's selection of questions of the bank, from which a quiz can be made."""

    __tablename__ = "question_sets"

    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    title: Mapped[str]

    __table_args__ = (
        length("title", 1, TITLE_MAX),
        Index("ix_question_sets_title", "teacher_id", text("lower(title)"), "id"),
    )


class QuestionSetQuestion(Base):
    """A question's place in a set."""

    __tablename__ = "questionset_questions"

    set_id: Mapped[UUID] = mapped_column(ForeignKey("question_sets.id", ondelete="CASCADE"))
    question_id: Mapped[UUID] = mapped_column(
        ForeignKey("questions.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]

    __table_args__ = (
        UniqueConstraint("set_id", "question_id"),
        # Deferred, because a transaction that reorders has duplicates until it ends.
        UniqueConstraint("set_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("position >= 0", name="position"),
    )
