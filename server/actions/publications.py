"""Publishes quizzes in the library, and takes them back."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict
from persistence.models import Quiz
from persistence.repositories import questions, quiz_reports, quizzes
from persistence.repositories.viewers import Viewer
from server.actions.audit_events import record_in
from server.actions.playable import require_playable


async def publish(
    db: AsyncSession, viewer: Viewer, quiz_id: UUID, changes: Mapping[str, object]
) -> Quiz:
    """Publish a quiz with these changes of its title and the like, or only change them.

    Raises:
        NotFound: `no_such_quiz`.
        Forbidden: `quiz_not_own`.
        Conflict: `quiz_archived`; `quiz_not_playable`, with a detail for each thing to mend.
    """
    quiz = await quizzes.get_own(db, viewer, quiz_id)
    if quiz.archived_at is not None:
        raise Conflict("quiz_archived", "Restore the quiz from the archive first.")
    require_playable([questions.draft(question) for question in quiz.questions])
    await quizzes.change(db, quiz, changes)
    await quizzes.publish(db, quiz)
    return quiz


async def take_back(
    db: AsyncSession, viewer: Viewer, quiz_id: UUID, address: str | None = None
) -> None:
    """Take a quiz out of the library. One that is not in it stays as it is.

    It is a security event if an administrator does it to somebody else's quiz.

    Raises:
        NotFound: `no_such_quiz`.
        Forbidden: `quiz_not_own`.
    """
    quiz = await quizzes.get_own(db, viewer, quiz_id)
    if quiz.published_at is None:
        return
    await quizzes.take_back(db, quiz)
    await quiz_reports.resolve_all(db, quiz)
    if quiz.teacher_id != viewer.user_id:
        await record_in(
            db,
            "quiz_unpublished",
            account_id=quiz.teacher_id,
            actor_id=viewer.user_id if viewer.user_id.int else None,
            address=address,
            quiz=str(quiz.id),
        )
