"""The demo on an empty database: once, whole, playable."""

import asyncio
from random import Random

from sqlalchemy import func, select

from game.rules import homework
from game.rules.questions import freeze, problems
from persistence.database import SessionFactory
from persistence.models import Quiz, User
from persistence.repositories import (
    library,
    question_sets,
    questions,
    quiz_lists,
    quiz_sessions,
    quizzes,
    users,
)
from persistence.repositories.homework import records
from server.auth.passwords import Passwords
from server.demo.seed import STUDENT, TEACHER, seed
from tests.persistence.samples import Someone, add_user

PASSWORD = "made for this directory"


async def test_the_demo_can_sign_in_and_play(session_factory: SessionFactory) -> None:
    report = await seed(session_factory, PASSWORD)

    assert report is not None
    async with session_factory() as db:
        teacher, student = [await users.by_email(db, email) for email in (TEACHER, STUDENT)]
        assert teacher is not None
        assert student is not None
        assert (teacher.role, student.role) == ("teacher", "student")
        for user in (teacher, student):
            assert (await Passwords().verify(PASSWORD, user.password_hash))[0]
            assert user.is_verified
        items, total, _ = await quiz_lists.page(db, Someone(teacher.id), 1, 20)
        seeded = [await quizzes.get(db, Someone(teacher.id), item.quiz.id) for item in items]
    assert total == len(report.quizzes) == 2
    assert {item.quiz.access_code for item in items} == {quiz.code for quiz in report.quizzes}
    for quiz in seeded:
        for question in quiz.questions:
            draft = questions.draft(question)
            assert problems(draft) == []
            assert freeze(draft, Random(1)).source == str(question.id)


async def test_the_demo_has_homework_a_bank_and_a_published_quiz(
    session_factory: SessionFactory,
) -> None:
    """What was recorded follows from the rules, as `kuis verify` checks it."""
    await seed(session_factory, PASSWORD)
    async with session_factory() as db:
        teacher = await users.by_email(db, TEACHER)
        assert teacher is not None
        own = Someone(teacher.id)
        given = (await quiz_sessions.page(db, own, 1, 20, mode="self_paced")).items
        assert sorted(each.ended_at is None for each in given) == [False, True]
        (closed,) = (each for each in given if each.ended_at)
        work = await records.read(db, own, closed.id)
        assert len(work.participants) == 8
        assert [*homework.differences(work)] == []
        assert (await library.page(db, own, 1, 20)).total == 1
        assert [
            each.question_count for each in (await question_sets.page(db, own, 1, 20)).items
        ] == [4]


async def test_processes_that_start_at_once_seed_once(session_factory: SessionFactory) -> None:
    reports = await asyncio.gather(*(seed(session_factory, PASSWORD) for _ in range(3)))

    assert sum(report is not None for report in reports) == 1
    async with session_factory() as db:
        assert await db.scalar(select(func.count(User.id))) == 2
        assert await db.scalar(select(func.count(Quiz.id))) == 2


async def test_a_database_in_use_is_left_alone(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as db:
        await add_user(db, "admin@kuis.example", "super_admin")

    assert await seed(session_factory, PASSWORD) is None

    async with session_factory() as db:
        assert await db.scalar(select(func.count(Quiz.id))) == 0
