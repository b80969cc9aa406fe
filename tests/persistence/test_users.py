"""Accounts: e-mail addresses are unique whatever their case, and one process seeds the first."""

import asyncio

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from game.errors import Conflict
from persistence.database import SessionFactory
from persistence.models import Question, Quiz, QuizSession, User
from persistence.repositories import users
from persistence.violations import violated_constraint
from tests.persistence.samples import add_quiz, add_session, add_user, teacher


async def test_an_address_is_taken_in_any_case(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        made = await add_user(session, "Ani@Kuis.example", "student")
        with pytest.raises(Conflict) as caught:
            await add_user(session, "ani@kuis.EXAMPLE", "student")
        assert caught.value.code == "email_taken"
        # The transaction goes on.
        found = await users.by_email(session, "ANI@kuis.example")
        assert found is made
        assert (made.role, made.is_active, made.learning_goals) == ("student", True, [])
        assert await users.by_email(session, "budi@kuis.example") is None


async def test_one_of_many_who_register_the_same_address_at_once_gets_it(
    session_factory: SessionFactory,
) -> None:
    async def register() -> bool:
        try:
            async with session_factory.begin() as session:
                await add_user(session, "ani@kuis.example")
        except Conflict:
            return False
        return True

    assert sum(await asyncio.gather(*(register() for _ in range(8)))) == 1


async def test_a_new_password_and_a_sign_in_are_noted(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        made = await add_user(session, "ani@kuis.example")
        await users.set_password(session, made.id, "another hash")
        assert not await users.note_sign_in(session, made.id, "the hash before")
        assert await users.note_sign_in(session, made.id, "another hash")
    async with session_factory() as session:
        user = await users.get(session, made.id)
        assert user is not None
        assert user.password_hash == "another hash"
        assert user.last_login_at is not None
        assert user.updated_at > user.created_at
        assert await users.get(session, uuid7()) is None


async def test_one_process_claims_the_first_accounts(session_factory: SessionFactory) -> None:
    async def start(number: int) -> bool:
        async with session_factory.begin() as session:
            first = await users.claim_first(session)
            if first:
                await asyncio.sleep(0.05)  # the others ask meanwhile
                await add_user(session, f"{number}@kuis.example")
        return first

    assert sum(await asyncio.gather(*(start(number) for number in range(5)))) == 1


async def test_a_teacher_with_quizzes_is_not_removed(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        host = await teacher(session)
        await add_quiz(session, host)
    with pytest.raises(IntegrityError) as caught:
        async with session_factory.begin() as session:
            await session.execute(delete(User))
    assert violated_constraint(caught.value) == "fk_quizzes_teacher_id_users"


async def test_a_host_removed_leaves_the_session(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as session:
        owner, stand_in = [await teacher(session, f"{n}@kuis.example") for n in "ab"]
        quiz = await add_quiz(session, owner)
        opened = await add_session(session, stand_in, quiz)
        await session.execute(delete(User).where(User.id == stand_in.user_id))
        await session.refresh(opened)
        assert opened.host_id is None
        for table, number in ((Quiz, 1), (Question, 2), (QuizSession, 1)):
            assert await session.scalar(select(func.count(table.id))) == number
