"""The demo accounts and quizzes, made on an empty database and found again later."""

from uuid import UUID

import msgspec

from persistence.database import SessionFactory
from persistence.repositories import quizzes, users
from server.actions.seed import PASSWORD, STUDENT, TEACHER, SeededQuiz, SeedReport, seed
from server.actions.seed_content import QUIZZES
from server.auth.passwords import Passwords

LOOKED_AT = 100


class _Teacher(msgspec.Struct, frozen=True):
    user_id: UUID
    role: str


async def seed_or_find(session_factory: SessionFactory) -> SeedReport | None:
    """How to sign in and play; None on a database that people use as their own."""
    return await seed(session_factory) or await _find(session_factory)


async def _find(session_factory: SessionFactory) -> SeedReport | None:
    async with session_factory() as db:
        teacher = await users.by_email(db, TEACHER)
        if teacher is None:
            return None
        demo, _ = await Passwords().verify(PASSWORD, teacher.password_hash)
        if not demo:
            return None
        page = await quizzes.page(db, _Teacher(teacher.id, teacher.role), 1, LOOKED_AT)
    codes = {item.quiz.title: item.quiz.access_code for item in page.items}
    shown = tuple(
        SeededQuiz(quiz.title, codes[quiz.title]) for quiz in QUIZZES if quiz.title in codes
    )
    return SeedReport(teacher=TEACHER, student=STUDENT, password=PASSWORD, quizzes=shown)
