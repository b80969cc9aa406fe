"""The query parameters that filter questions of the bank."""

from typing import Annotated
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from game.rules.levels import Level
from game.rules.questions import Kind
from game.rules.questions.fields import Difficulty, Language, Skill, Tag, Topic
from persistence.repositories.questions.filters import QuestionFilter as Filter

VALUES = QueryParameter(max_items=20)

QuestionFilter = NamedDependency[Filter]


def question_filter(  # noqa: PLR0913  # one for each query parameter
    *,
    type: Annotated[list[Kind] | None, VALUES] = None,  # noqa: A002  # the parameter's name
    level: Annotated[list[Level] | None, VALUES] = None,
    skill: Annotated[list[Skill] | None, VALUES] = None,
    topic: Annotated[list[Topic] | None, VALUES] = None,
    tag: Annotated[list[Tag] | None, VALUES] = None,
    difficulty: Annotated[list[Difficulty] | None, VALUES] = None,
    language: Annotated[list[Language] | None, VALUES] = None,
    set_id: Annotated[UUID | None, QueryParameter(name="set")] = None,
    archived: FromQuery[bool] = False,
) -> Filter:
    """Dependency of routes about questions that match."""
    return Filter(
        type=tuple(type or ()),
        level=tuple(level or ()),
        skill=tuple(skill or ()),
        topic=tuple(topic or ()),
        tag=tuple(tag or ()),
        difficulty=tuple(difficulty or ()),
        language=tuple(language or ()),
        set_id=set_id,
        archived=archived,
    )
