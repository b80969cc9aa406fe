"""The demo teacher, student and quizzes, on a database that nobody has used yet."""

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
    """What was added; None, and nothing added, when there is any account already.

    Two processes that start at once seed once.
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
