"""Filters of the bank: which questions a list or a draw is about."""

from collections.abc import Iterator
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, select

from game.rules.levels import Level
from game.rules.questions import Kind
from persistence.models import Question, QuestionSet, QuestionSetQuestion
from persistence.repositories.viewers import QUESTION_SETS, QUESTIONS, Viewer


class QuestionFilter(Struct, frozen=True, kw_only=True):
    """A question matches with one of the values of each field that has some, and all `tags`."""

    types: tuple[Kind, ...] = ()
    levels: tuple[Level, ...] = ()
    skills: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulties: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    set_id: UUID | None = None
    archived: bool = False


def matching(viewer: Viewer, wanted: QuestionFilter) -> Select[Question]:
    """The questions of the viewer's bank that match, in the order of the set or latest first."""
    query = select(Question).where(*conditions(viewer, wanted))
    if wanted.set_id is None:
        return query.order_by(Question.id.desc())
    return (
        query.join(QuestionSetQuestion, QuestionSetQuestion.question_id == Question.id)
        .join(QuestionSet, QuestionSet.id == QuestionSetQuestion.set_id)
        .where(QuestionSet.id == wanted.set_id, QUESTION_SETS.visible_to(viewer))
        .order_by(QuestionSetQuestion.position)
    )


def conditions(viewer: Viewer, wanted: QuestionFilter) -> Iterator[ColumnElement[bool]]:
    """All but the set."""
    yield QUESTIONS.visible_to(viewer)
    archived_at = Question.archived_at
    yield archived_at.is_not(None) if wanted.archived else archived_at.is_(None)
    for column, values in (
        (Question.type, wanted.types),
        (Question.level, wanted.levels),
        (Question.skill, wanted.skills),
        (Question.topic, wanted.topics),
        (Question.difficulty, wanted.difficulties),
        (Question.language, wanted.languages),
    ):
        if values:
            yield column.in_(values)
    if wanted.tags:
        yield Question.tags.contains(wanted.tags)
