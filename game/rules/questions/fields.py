"""The fields of a question, listed once, with their limits and defaults.

Drafts, the API, the repository and the editor take them from here.
"""

from typing import Annotated

from msgspec import Meta, Struct

from game.rules.levels import Level
from game.rules.questions.kinds import Kind

STEM_MAX = 2000
EXPLANATION_MAX = 5000
URL_MAX = 2048
POINTS_MAX = 2000
TIME_LIMIT_MIN_S, TIME_LIMIT_MAX_S = 5, 300
LANGUAGE_MAX = 10
SKILL_MAX = 60
TOPIC_MAX = 100
DIFFICULTY_MIN, DIFFICULTY_MAX = 1, 5
TAGS_MAX = 10
TAG_MAX = 40

LANGUAGE_PATTERN = (
    "^[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
    "(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$"
)
"""A language, perhaps with script, region and variants: what `Intl` in browsers can name."""
LABEL_PATTERN = r"^\S([^\n]*\S)?$"  # one line without space around it
_NO_LAST_LINE = r"(?!\n)"  # `$` also matches before a newline at the end

Stem = Annotated[str, Meta(max_length=STEM_MAX)]
Points = Annotated[int, Meta(ge=0, le=POINTS_MAX)]
TimeLimit = Annotated[int, Meta(ge=TIME_LIMIT_MIN_S, le=TIME_LIMIT_MAX_S)]
Explanation = Annotated[str, Meta(max_length=EXPLANATION_MAX)]
Language = Annotated[str, Meta(max_length=LANGUAGE_MAX, pattern=LANGUAGE_PATTERN + _NO_LAST_LINE)]
Skill = Annotated[str, Meta(max_length=SKILL_MAX, pattern=LABEL_PATTERN + _NO_LAST_LINE)]
Topic = Annotated[str, Meta(max_length=TOPIC_MAX, pattern=LABEL_PATTERN + _NO_LAST_LINE)]
Tag = Annotated[str, Meta(max_length=TAG_MAX, pattern=LABEL_PATTERN + _NO_LAST_LINE)]
Tags = Annotated[list[Tag], Meta(max_length=TAGS_MAX)]
Difficulty = Annotated[int, Meta(ge=DIFFICULTY_MIN, le=DIFFICULTY_MAX)]


class QuestionFields(Struct, frozen=True, kw_only=True):
    """What a teacher writes about a question of any kind; `time_limit` is in seconds.

    `language` is a code like `en` or `pt-BR`, `skill` something like "reading". Players see
    neither these two nor `level`, `topic`, `difficulty` and `tags`: they are for finding questions.
    """

    type: Kind
    stem: Stem = ""
    points: Points = 1000
    time_limit: TimeLimit = 30
    explanation: Explanation | None = None
    media: Annotated[str, Meta(max_length=URL_MAX)] | None = None
    language: Language | None = None
    level: Level | None = None
    skill: Skill | None = None
    topic: Topic | None = None
    difficulty: Difficulty | None = None
    tags: Tags = []
