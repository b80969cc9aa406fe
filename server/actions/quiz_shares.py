"""Shares quizzes with colleagues."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, Detail, Invalid
from persistence.models import Quiz, User
from persistence.repositories import quiz_shares, quizzes, users
from persistence.repositories.quiz_shares import ListedShare
from persistence.repositories.viewers import TEACHERS, Viewer
from server.jobs.job import enqueue
from server.jobs.quiz_shares import SendShareNote

MAX_SHARES = 100
"""Colleagues with whom one quiz is shared."""


async def share(  # noqa: PLR0913  # who, what, with whom
    db: AsyncSession,
    viewer: Viewer,
    quiz_id: UUID,
    email: str,
    *,
    may_edit: bool,
    locale: str,
    most: int = MAX_SHARES,
) -> ListedShare:
    """Share a quiz with the teacher who has this address, or change what they may do.

    A new share enqueues a mail, in the colleague's language or else in `locale`.

    Raises:
        NotFound: `no_such_quiz`.
        Forbidden: `quiz_not_own`.
        Invalid: `no_such_colleague`, the same for students, closed accounts and nobody.
        Conflict: `shared_with_owner`, `too_many_shares`.
    """
    quiz = await quizzes.get_own(db, viewer, quiz_id)
    colleague = _require_teacher(await users.by_email(db, email))
    if colleague.id == quiz.teacher_id:
        raise Conflict("shared_with_owner", "This is the address of the quiz's owner.")
    if await quiz_shares.save(db, quiz, colleague.id, may_edit=may_edit):
        await _require_place(db, quiz, most)
        await enqueue(db, SendShareNote(quiz.id, colleague.id, locale))
    saved = await quiz_shares.get(db, viewer, quiz.id, colleague.id)
    if saved is None:
        raise AssertionError("an owner sees the shares of the own quiz")
    return saved


def _require_teacher(user: User | None) -> User:
    if user is None or not user.is_active or user.role not in TEACHERS:
        message = "No teacher on this server has this e-mail address."
        detail = Detail("email", "no_such_colleague", message)
        raise Invalid("no_such_colleague", message, (detail,))
    return user


async def _require_place(db: AsyncSession, quiz: Quiz, most: int) -> None:
    if await quiz_shares.count(db, quiz) > most:
        raise Conflict("too_many_shares", f"A quiz can be shared with {most} colleagues.")
