"""What cards ask, while the questions that it was copied from are removed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.database import SessionFactory
from persistence.models import Question, Quiz, ReviewQuestion
from persistence.repositories import questions, quizzes, review_questions
from persistence.repositories.questions import many
from tests.persistence.inserted import asked
from tests.persistence.locks import require_order, until_it_waits
from tests.persistence.samples import add_quiz, teacher

NOW = datetime(2026, 6, 10, tzinfo=UTC)


async def empty(session: AsyncSession, quiz: Quiz) -> None:
    await questions.replace(session, quiz, [])


async def remove_questions(session: AsyncSession, quiz: Quiz) -> None:
    await many.remove(session, [question.id for question in quiz.questions])


@pytest.mark.parametrize("change", [quizzes.purge, empty, remove_questions])
async def test_it_is_locked_in_the_order_in_which_it_is_stored(
    session_factory: SessionFactory, change: Callable[[AsyncSession, Quiz], Awaitable[None]]
) -> None:
    async with session_factory.begin() as db:
        host = await teacher(db)
        quiz = await add_quiz(db, host, questions=2)
        asking = sorted(question.id for question in quiz.questions)
        for id_, question_id in zip(sorted((uuid4(), uuid4()), reverse=True), asking, strict=True):
            of_question = {"origin_id": id_, "owner_id": host.user_id, "question_id": question_id}
            db.add(ReviewQuestion(id=id_, content={"stem": "?"}, played_at=NOW, **of_question))
            await db.flush()

    async def change_it() -> None:
        async with session_factory.begin() as db:
            await change(db, await quizzes.get(db, host, quiz.id, for_update=True))

    await require_order(session_factory, ReviewQuestion, select(ReviewQuestion.id), change_it())
    async with session_factory() as db:
        assert [*await db.scalars(select(ReviewQuestion.question_id))] == [None, None]


async def test_a_question_that_is_removed_while_it_is_copied_is_forgotten(
    session_factory: SessionFactory,
) -> None:
    async with session_factory.begin() as db:
        host = await teacher(db)
        quiz = await add_quiz(db, host, questions=1)
        source = quiz.questions[0].id
        question = replace(asked(1)[0], source=str(source))

    async def store() -> None:
        async with session_factory.begin() as db:
            await review_questions.store(db, host.user_id, [question], NOW)

    async with session_factory.begin() as db:
        await db.execute(delete(Question).where(Question.id == source))
        storing = asyncio.create_task(store())
        await until_it_waits(db)
    await storing
    async with session_factory() as db:
        stored = (await db.scalars(select(ReviewQuestion))).one()
        assert (stored.question_id, stored.origin_id) == (None, source)
