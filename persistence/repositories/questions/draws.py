"""Random draws from the bank."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from game.rules.questions import problems
from persistence.models import QUESTION_SEARCH, Question, Quiz
from persistence.repositories import pagination, search
from persistence.repositories.questions.bank import load
from persistence.repositories.questions.filters import QuestionFilter, matching
from persistence.repositories.questions.rows import draft
from persistence.repositories.viewers import QUIZZES, Viewer

READ_AT_ONCE = 100
PASSED_OVER_MAX = 1_000
"""Unfinished questions that a draw looks at before it gives up."""


class Draw(NamedTuple):
    """`matching` counts all questions that match, also those that cannot be played yet."""

    questions: list[Question]
    matching: int


async def draw(  # noqa: PLR0913  # what, how many, and by which chance
    session: AsyncSession,
    viewer: Viewer,
    wanted: QuestionFilter,
    count: int,
    seed: int,
    *,
    typed: str = "",
    not_in: UUID | None = None,
) -> Draw:
    """Questions that match and can be played, in random order; fewer if there are not enough.

    The seed gives each question its place in the order, so the same seed draws the same questions
    again, and questions that are added later only push some of them out. `typed` is a search, and
    `not_in` a quiz whose questions are not drawn again.
    """
    query = matching(viewer, wanted)
    if not_in is not None:
        copied = aliased(Question)
        in_quiz = (
            select(copied.source_id)
            .join(Quiz, Quiz.id == copied.quiz_id)
            .where(Quiz.id == not_in, QUIZZES.visible_to(viewer), copied.source_id.is_not(None))
        )
        query = query.where(Question.id.not_in(in_quiz))
    if asked := await search.prepare(session, typed):
        query = query.where(asked.matches(QUESTION_SEARCH))
    ids = query.with_only_columns(Question.id)
    total = await pagination.count_all(session, ids)
    chance = func.md5(func.concat(str(seed), cast(Question.id, Text)))
    first = ids.order_by(None).order_by(chance, Question.id).limit(count + PASSED_OVER_MAX)
    ordered = (await session.scalars(first)).all()
    drawn: list[Question] = []
    for start in range(0, len(ordered), READ_AT_ONCE):
        some = await load(session, ordered[start : start + READ_AT_ONCE])
        drawn += [question for question in some if not problems(draft(question))]
        if len(drawn) >= count:
            break
    return Draw(drawn[:count], total)
