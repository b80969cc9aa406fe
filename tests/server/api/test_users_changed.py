"""A lost role or a closed account takes effect at the next request, in all processes."""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import delete

from persistence.database import SessionFactory
from persistence.models import User
from server.actions.users.manage import UserManager
from server.app import create_app
from server.auth.one_time_links import OneTimeLinks
from server.auth.passwords import Passwords
from server.settings import Settings
from tests.conftest import SECRET_KEY
from tests.server.api.conftest import Person, connect, problem


@pytest.fixture
async def elsewhere(settings: Settings) -> AsyncIterator[Litestar]:
    """Another web process."""
    app = create_app(settings)
    async with app.lifespan():
        yield app


@pytest.fixture
def manager(elsewhere: Litestar, session_factory: SessionFactory) -> UserManager:
    links = OneTimeLinks(SECRET_KEY)
    return UserManager(session_factory, elsewhere.state.sign_ins, Passwords(), links)


async def quizzes_of(person: Person) -> httpx.Response:
    return await person.client.get("/api/quizzes")


async def test_a_lost_role_is_lost_at_the_next_request(
    teacher: Person, manager: UserManager
) -> None:
    assert (await quizzes_of(teacher)).status_code == 200
    await manager.set_role(teacher.email.upper(), "student")
    assert problem(await quizzes_of(teacher)) == (403, "teachers_only")
    assert (await teacher.client.get("/api/me")).json()["role"] == "student"
    await manager.set_role(teacher.email, "teacher")
    assert (await quizzes_of(teacher)).status_code == 200


async def test_a_closed_account_is_signed_out_everywhere(
    teacher: Person, manager: UserManager, elsewhere: Litestar
) -> None:
    assert (await quizzes_of(teacher)).status_code == 200
    await manager.set_active(teacher.email, is_active=False)
    assert problem(await quizzes_of(teacher)) == (401, "not_signed_in")
    headers = {"Authorization": f"Bearer {teacher.token}"}
    async with connect(elsewhere, headers=headers) as client:
        for path in ("/api/quizzes", "/api/sessions", "/api/auth/sessions", "/api/me"):
            assert problem(await client.get(path)) == (401, "not_signed_in"), path
        assert (await client.get("/dashboard")).status_code == 303
    await manager.set_active(teacher.email, is_active=True)
    assert problem(await quizzes_of(teacher)) == (401, "not_signed_in")  # its sign-ins have ended


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/cards/queue", None),
        ("PATCH", "/api/me/preferences", {"theme": "dark"}),
        ("POST", "/api/decks", {"title": "Words"}),
    ],
)
async def test_a_removed_account_stores_nothing(
    student: Person, session_factory: SessionFactory, method: str, path: str, body: object
) -> None:
    """Other processes know it for a minute."""
    await student.client.get("/api/me")
    async with session_factory.begin() as db:
        await db.execute(delete(User).where(User.id == student.id))
    answer = await student.client.request(method, path, json=body)
    assert problem(answer) == (401, "not_signed_in")
