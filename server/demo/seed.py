"""Adds the demo teacher, student and quizzes to a database without accounts."""

import msgspec

from persistence.database import SessionFactory
from persistence.repositories import quizzes, users
from server.auth.passwords import Passwords
from server.demo.content import QUIZZES

TEACHER = "teacher@kuis.example"
STUDENT = "student@kuis.example"


class SeededQuiz(msgspec.Struct, frozen=True):
    title: str
    code: str


class DemoAccounts(msgspec.Struct, frozen=True):
    teacher: str
    student: str
    password: str
    quizzes: tuple[SeededQuiz, ...]


async def seed(session_factory: SessionFactory, password: str) -> DemoAccounts | None:
    """Add the demo and return it; None if there is any account already.

    Of two processes that start at the same time, only one adds it.
    """
    async with session_factory.begin() as db:
        if not await users.claim_first(db):
            return None
        password_hash = await Passwords().hash(password)
        teacher = await users.create(
            db,
            email=TEACHER,
            password_hash=password_hash,
            full_name="Sari Wijaya",
            role="teacher",
        )
        student = await users.create(
            db, email=STUDENT, password_hash=password_hash, full_name="Budi Santoso"
        )
        for user, email in ((teacher, TEACHER), (student, STUDENT)):
            await users.set_verified(db, user.id, email)  # nobody reads mail there
        seeded = [
            await quizzes.create(
                db,
                teacher.id,
                title=quiz.title,
                description=quiz.description,
                questions=quiz.questions,
            )
            for quiz in QUIZZES
        ]
    return DemoAccounts(
        teacher=TEACHER,
        student=STUDENT,
        password=password,
        quizzes=tuple(SeededQuiz(quiz.title, quiz.access_code) for quiz in seeded),
    )
