"""The query parameters that filter questions of the bank."""

from typing import Annotated
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromQuery, ParameterKwarg, QueryParameter

from game.rules.levels import Level
from game.rules.questions import Kind
from game.rules.questions.fields import Difficulty, Language, Skill, Tag, Topic
from persistence.repositories.questions.filters import QuestionFilter as Filter

VALUES_MAX = 20

QuestionFilter = NamedDependency[Filter]


def _values(name: str) -> ParameterKwarg:
    return QueryParameter(name=name, max_items=VALUES_MAX)


def question_filter(  # noqa: PLR0913  # one for each query parameter
    *,
    types: Annotated[list[Kind] | None, _values("type")] = None,
    levels: Annotated[list[Level] | None, _values("level")] = None,
    skills: Annotated[list[Skill] | None, _values("skill")] = None,
    topics: Annotated[list[Topic] | None, _values("topic")] = None,
    tags: Annotated[list[Tag] | None, _values("tag")] = None,
    difficulties: Annotated[list[Difficulty] | None, _values("difficulty")] = None,
    languages: Annotated[list[Language] | None, _values("language")] = None,
    set_id: Annotated[UUID | None, QueryParameter(name="set")] = None,
    archived: FromQuery[bool] = False,
) -> Filter:
    """Dependency of routes about questions that match."""
    return Filter(
        types=tuple(types or ()),
        levels=tuple(levels or ()),
        skills=tuple(skills or ()),
        topics=tuple(topics or ()),
        tags=tuple(tags or ()),
        difficulties=tuple(difficulties or ()),
        languages=tuple(languages or ()),
        set_id=set_id,
        archived=archived,
    )
