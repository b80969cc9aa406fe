"""Brings the questions of files into quizzes."""

from collections.abc import Callable, Iterable
from itertools import islice
from uuid import UUID

from game.rules.questions import QuestionDraft
from game.rules.quizzes import QUESTIONS_MAX, TITLE_MAX
from persistence.database import SessionFactory
from persistence.repositories import quizzes

AT_ONCE = 100
"""Questions that are written together: no room waits in the process that imports."""
Progress = Callable[[str, int], None]
"""Is told the title of each quiz and its number of questions."""


async def make_quizzes(  # noqa: PLR0913  # whose, what, and how it is told
    session_factory: SessionFactory,
    teacher_id: UUID,
    title: str,
    drafts: Iterable[QuestionDraft],
    *,
    count: int,
    progress: Progress,
) -> None:
    """Create a quiz of these `count` questions, or several numbered ones, all of them or none.

    The drafts are taken as they are needed, so that a long file is never in memory as a whole.
    """
    waiting = iter(drafts)
    several = count > QUESTIONS_MAX
    async with session_factory.begin() as db:
        number = 0
        while part := list(islice(waiting, QUESTIONS_MAX)):
            number += 1
            own_title = numbered(title, number) if several else title
            await quizzes.create(db, teacher_id, title=own_title, questions=part, at_once=AT_ONCE)
            progress(own_title, len(part))


def numbered(title: str, number: int) -> str:
    suffix = f" {number}"
    return title[: TITLE_MAX - len(suffix)] + suffix
