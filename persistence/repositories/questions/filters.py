"""Filters of the bank: which questions a list or a draw is about."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from game.rules.levels import Level
from game.rules.questions import Kind
from persistence.models import Question, QuestionSet, QuestionSetQuestion
from persistence.repositories.viewers import QUESTION_SETS, QUESTIONS, Viewer

LABELS: Mapping[str, InstrumentedAttribute[Any]] = {  # Any: texts and a number
    name: getattr(Question, name)
    for name in ("type", "level", "skill", "topic", "difficulty", "language")
}
"""The columns of which one of the values that are wanted is enough."""
Sort = Literal["latest", "oldest", "title", "difficulty"]
COLUMNS = Question.__table__.c
ORDERED_BY = (COLUMNS.id, COLUMNS.stem_start, COLUMNS.difficulty)
"""What `order` needs."""


class QuestionFilter(Struct, frozen=True, kw_only=True):
    """A question matches with one of the values of each field that has some, and every `tag`."""

    type: tuple[Kind, ...] = ()
    level: tuple[Level, ...] = ()
    skill: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    difficulty: tuple[int, ...] = ()
    language: tuple[str, ...] = ()
    set_id: UUID | None = None
    archived: bool = False


def matching(viewer: Viewer, wanted: QuestionFilter, sort: Sort = "latest") -> Select[Question]:
    """The questions of the viewer's bank that match. Those of a set have an order of their own."""
    query = select(Question).where(*in_bank(viewer, wanted), *labelled(wanted))
    if wanted.set_id is None:
        return query.order_by(*order(sort))
    in_set = (QuestionSetQuestion.position,) if sort == "latest" else order(sort)
    return (
        query.join(QuestionSetQuestion, QuestionSetQuestion.question_id == Question.id)
        .join(QuestionSet, QuestionSet.id == QuestionSetQuestion.set_id)
        .where(QuestionSet.id == wanted.set_id, QUESTION_SETS.visible_to(viewer))
        .order_by(*in_set)
    )


def order(
    sort: Sort, of: ReadOnlyColumnCollection[str, Any] = COLUMNS
) -> tuple[ColumnElement[Any], ...]:
    """Easy questions come first, and those without a difficulty last."""
    latest_first = of.id.desc()
    return {
        "latest": (latest_first,),
        "oldest": (of.id,),
        "title": (of.stem_start, latest_first),
        "difficulty": (of.difficulty, latest_first),
    }[sort]


def in_bank(viewer: Viewer, wanted: QuestionFilter) -> Iterator[ColumnElement[bool]]:
    """The conditions on where a question is: in the viewer's bank, or in its archive."""
    yield QUESTIONS.visible_to(viewer)
    archived_at = Question.archived_at
    yield archived_at.is_not(None) if wanted.archived else archived_at.is_(None)


def labelled(wanted: QuestionFilter) -> Iterator[ColumnElement[bool]]:
    """The conditions on the labels of questions, wherever they are."""
    for name, column in LABELS.items():
        if values := getattr(wanted, name):
            yield column.in_(values)
    if wanted.tag:
        yield Question.tags.contains(wanted.tag)
