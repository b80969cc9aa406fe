"""Publishes quizzes in the library, and takes them back."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, Forbidden
from game.rules.quiz_reports import ReportReason
from persistence.models import AuditKind, Quiz
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
        Forbidden: `quiz_not_own`, also for administrators.
        Conflict: `quiz_taken_down`; `quiz_archived`; `quiz_not_playable`, with a detail for each
            thing to mend.
    """
    quiz = await quizzes.get_own(db, viewer, quiz_id)
    if quiz.teacher_id != viewer.user_id:
        raise Forbidden("quiz_not_own", "Only the owner of the quiz can do this.")
    if quiz.takedown_reason is not None:
        message = "An administrator took this quiz out of the library. Ask them to allow it again."
        raise Conflict("quiz_taken_down", message)
    if quiz.archived_at is not None:
        raise Conflict("quiz_archived", "Restore the quiz from the archive first.")
    require_playable([questions.draft(question) for question in quiz.questions])
    await quizzes.change(db, quiz, changes)
    await quizzes.publish(db, quiz)
    return quiz


async def allow(
    db: AsyncSession, viewer: Viewer, quiz_id: UUID, *, address: str | None = None
) -> None:
    """Allow the owner of a quiz that was taken down to publish it again, a security event too.

    Raises:
        NotFound: `no_such_quiz`.
    """
    quiz = await quizzes.get_own(db, viewer, quiz_id)
    if quiz.takedown_reason is not None:
        await quizzes.allow(db, quiz)
        await _record(db, "quiz_allowed", quiz, viewer, address)


async def take_back(
    db: AsyncSession,
    viewer: Viewer,
    quiz_id: UUID,
    *,
    reason: ReportReason | None = None,
    address: str | None = None,
) -> None:
    """Take a quiz out of the library. An own one that is not in it stays as it is.

    An administrator takes somebody else's quiz down: it stays out until an administrator allows it
    again, for this reason or that of the newest report. That is a security event.

    Raises:
        NotFound: `no_such_quiz`.
        Forbidden: `quiz_not_own`.
    """
    quiz = await quizzes.get_own(db, viewer, quiz_id)
    is_own = quiz.teacher_id == viewer.user_id
    if quiz.published_at is None and (is_own or quiz.takedown_reason is not None):
        return
    if is_own:
        await quizzes.take_back(db, quiz)
    else:
        why = reason or await quiz_reports.newest_reason(db, quiz) or "other"
        await quizzes.take_down(db, quiz, why)
        await _record(db, "quiz_unpublished", quiz, viewer, address)
    await quiz_reports.resolve_all(db, quiz)


async def _record(
    db: AsyncSession, kind: AuditKind, quiz: Quiz, viewer: Viewer, address: str | None
) -> None:
    await record_in(
        db,
        kind,
        account_id=quiz.teacher_id,
        actor_id=viewer.user_id if viewer.user_id.int else None,
        address=address,
        quiz=str(quiz.id),
    )
