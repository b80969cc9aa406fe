"""Gives a quiz as homework."""

from datetime import UTC, datetime
from random import SystemRandom
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, Invalid
from game.rules.homework import HomeworkSettings, period_problems
from game.rules.rooms import RoomSettings, prepare_questions
from persistence.models import QuizSession
from persistence.repositories import questions, quiz_sessions, quizzes
from persistence.repositories.homework import assignments, runs
from server.actions import storing
from server.actions.playable import require_playable, require_size
from server.auth.sign_ins import SignedIn
from server.limits import HOMEWORK_OF_TEACHER, Limits

MAX_OPEN_HOMEWORK = 500
"""Homework of a teacher that may be open at once."""


async def give_homework(  # noqa: PLR0913  # a whole homework in one step
    db: AsyncSession,
    limits: Limits,
    viewer: SignedIn,
    quiz_id: UUID,
    *,
    settings: HomeworkSettings,
    opens_at: datetime | None,
    closes_at: datetime,
) -> QuizSession:
    """Freeze the quiz as it is now, and give it as homework; without `opens_at` from now on.

    Raises:
        NotFound: `no_such_quiz`.
        Conflict: `quiz_archived`, `quiz_not_playable`, `quiz_too_large` or `too_much_homework`.
        Invalid: the times are not in order.
        RateLimited: this teacher gave or stored too much within an hour.
    """
    await limits.hit(HOMEWORK_OF_TEACHER, str(viewer.user_id))
    # On the clock that decides whether it is open.
    opens_at = opens_at or datetime.fromtimestamp(await runs.now_ms(db) / 1000, UTC)
    refuse_period(opens_at, closes_at)
    most = MAX_OPEN_HOMEWORK * limits.scale
    if await quiz_sessions.count_open(db, viewer.user_id, "self_paced") >= most:
        raise Conflict("too_much_homework", f"You have {most} homeworks open. Close one first.")
    quiz = await quizzes.get_unchanging(db, viewer, quiz_id)
    if quiz.archived_at is not None:
        raise Conflict("quiz_archived", "Restore the quiz from the archive first.")
    drafts = [questions.draft(question) for question in quiz.questions]
    require_playable(drafts)
    # Each run has an order of its own, made from this one.
    frozen, _ = prepare_questions(drafts, RoomSettings(), SystemRandom())
    require_size(frozen)
    async with storing.counted(limits, viewer.user_id, storing.size_of_questions(drafts)):
        return await assignments.create(
            db,
            quiz,
            host_id=viewer.user_id,
            questions=frozen,
            settings=settings,
            opens_at=opens_at,
            closes_at=closes_at,
        )


def refuse_period(opens_at: datetime, closes_at: datetime) -> None:
    """Raise Invalid if a homework cannot be open at these times."""
    now = datetime.now(UTC)
    times = [assignments.milliseconds(each) for each in (opens_at, closes_at, now)]
    if problems := period_problems(*times):
        raise Invalid("invalid", "The homework cannot be open at these times.", tuple(problems))
