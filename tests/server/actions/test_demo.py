from persistence.database import SessionFactory
from persistence.repositories import users
from server.actions.demo import seed_or_find
from server.actions.seed import TEACHER
from server.auth.passwords import Passwords


async def test_the_demo_is_made_once_and_found_again(session_factory: SessionFactory) -> None:
    made = await seed_or_find(session_factory)
    found = await seed_or_find(session_factory)
    assert made is not None
    assert found == made


async def test_a_database_in_use_is_left_alone(session_factory: SessionFactory) -> None:
    async with session_factory.begin() as db:
        await users.create(db, email="ani@kuis.example", password_hash="x", full_name="Ani")
    assert await seed_or_find(session_factory) is None


async def test_a_changed_password_is_not_shown(session_factory: SessionFactory) -> None:
    await seed_or_find(session_factory)
    password_hash = await Passwords().hash("a new one of my own")
    async with session_factory.begin() as db:
        teacher = await users.by_email(db, TEACHER)
        assert teacher is not None
        await users.set_password(db, teacher.id, password_hash)
    assert await seed_or_find(session_factory) is None
