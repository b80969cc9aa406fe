"""Adds the demo to a database without accounts: two people, quizzes, questions and homework."""

import msgspec

from persistence.database import SessionFactory
from persistence.repositories import question_sets, quizzes, users
from persistence.repositories.questions import bank
from persistence.repositories.viewers import Account
from server.auth.passwords import Passwords
from server.demo.bank import OF_SET, OTHERS, SET_TITLE
from server.demo.content import QUIZZES
from server.demo.homework import add_homework

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
                language=quiz.language,
                level=quiz.level,
                topic=quiz.topic,
                questions=quiz.questions,
            )
            for quiz in QUIZZES
        ]
        own = Account(teacher.id, teacher.role)
        science, indonesia = [await quizzes.get(db, own, quiz.id) for quiz in seeded]
        await quizzes.publish(db, science)
        added = await bank.add(db, teacher.id, [*OF_SET, *OTHERS])
        question_set = await question_sets.create(db, teacher.id, SET_TITLE)
        of_set = [question.id for question in added[: len(OF_SET)]]
        await question_sets.write_order(db, question_set, of_set)
        await add_homework(db, teacher, student, science, indonesia)
    return DemoAccounts(
        teacher=TEACHER,
        student=STUDENT,
        password=password,
        quizzes=tuple(SeededQuiz(quiz.title, quiz.access_code) for quiz in seeded),
    )
