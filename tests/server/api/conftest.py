"""People who use the API: each with an account, a sign-in and a client of their own."""

import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar
from redis.asyncio import Redis

from persistence.database import SessionFactory
from persistence.embedded import Addresses
from persistence.models import Role
from persistence.repositories import users
from server.app import create_app
from server.auth.passwords import nobodys_hash
from server.auth.sign_ins import SignedIn, SignIns
from server.settings import Settings
from tests.conftest import SECRET_KEY

NUMBERS = itertools.count(1)

SignUp = Callable[..., Awaitable["Person"]]


class Person(msgspec.Struct, frozen=True):
    """Signed in by a bearer token; nobody knows the password."""

    id: UUID
    email: str
    token: str
    role: str
    client: httpx.AsyncClient

    @property
    def signed_in(self) -> SignedIn:
        return SignedIn(self.id, self.role, "Some Body", "0")


@pytest.fixture(scope="module")
def module_settings(
    own_database: str, engines: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    return Settings(
        database_url=own_database,
        redis_url=engines.redis_url,
        secret_key=SECRET_KEY,
        data_dir=tmp_path_factory.mktemp("api") / "data",
    )


@pytest.fixture(scope="module")
async def module_app(module_settings: Settings) -> AsyncIterator[Litestar]:
    app = create_app(module_settings)
    async with app.lifespan():
        yield app


@pytest.fixture
def settings(module_settings: Settings, database_url: str, redis: Redis) -> Settings:
    del database_url, redis  # emptied, as is the directory
    shutil.rmtree(module_settings.data_dir, ignore_errors=True)
    return module_settings


@pytest.fixture
def app(module_app: Litestar, settings: Settings) -> Litestar:
    """One for the tests of a module, since making it takes longer than most tests do."""
    del settings  # everything is emptied
    return module_app


@pytest.fixture
async def sign_up(app: Litestar, session_factory: SessionFactory) -> AsyncIterator[SignUp]:
    """What makes people, each with an account."""
    async with AsyncExitStack() as stack:

        async def make(role: Role) -> Person:
            email = f"person{next(NUMBERS)}@kuis.example"
            async with session_factory.begin() as db:
                user = await users.create(
                    db, email=email, password_hash=nobodys_hash(), full_name="Some Body", role=role
                )
            sign_ins: SignIns = app.state.sign_ins
            token = await sign_ins.create(user.id, role, "Some Body")
            client = await stack.enter_async_context(
                connect(app, headers={"Authorization": f"Bearer {token}"})
            )
            return Person(user.id, email, token, role, client)

        yield make


@pytest.fixture
async def teacher(sign_up: SignUp) -> Person:
    return await sign_up("teacher")


@pytest.fixture
async def other_teacher(sign_up: SignUp) -> Person:
    return await sign_up("teacher")


@pytest.fixture
async def student(sign_up: SignUp) -> Person:
    return await sign_up("student")


def connect(app: Litestar, **given: Any) -> httpx.AsyncClient:  # noqa: ANN401  # httpx's own
    """A client of one more browser or program. An error inside the application is an answer."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://testserver", **given)


def problem(response: httpx.Response) -> tuple[int, str]:
    """The status and the code of a refusal; fails when it is not a problem document."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    body = response.json()
    assert body["status"] == response.status_code
    assert body["title"]
    assert body["detail"]
    return response.status_code, body["code"]


def faults(response: httpx.Response) -> dict[str, str]:
    """Of an `invalid` request: path → code."""
    assert problem(response) == (422, "invalid"), response.text
    return {fault["path"]: fault["code"] for fault in response.json()["errors"]}
