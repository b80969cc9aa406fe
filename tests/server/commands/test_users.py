"""`kuis users`, on a database and a Redis that a server uses too."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import msgspec
import pytest
from click.testing import Result
from sqlalchemy import select

from persistence.database import SessionFactory
from persistence.models import AuditEvent
from server.settings import Settings
from tests.server.api.conftest import Person, problem, sign_up  # noqa: F401
from tests.server.commands.test_commands import Run, run  # noqa: F401

Users = Callable[..., Awaitable[Result]]

NEW = "battery staple correct"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a key that passes through the environment unchanged."""
    return msgspec.structs.replace(settings, secret_key="s" * 32)


@pytest.fixture
def users(run: Run, settings: Settings) -> Users:  # noqa: F811  # the fixture
    """Runs `kuis users …` on the engines of the test's server."""

    async def users(*words: str) -> Result:
        environ = {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "SECRET_KEY": settings.secret_key,
            "PUBLIC_URL": "https://kuis.example",
        }
        return await asyncio.to_thread(run, "users", *words, **environ)

    return users


@pytest.fixture
async def teacher(sign_up: Callable[[str], Awaitable[Person]]) -> Person:  # noqa: F811
    return await sign_up("teacher")


def token_in(result: Result) -> str:
    assert result.exit_code == 0, result.output
    link = result.output.strip().splitlines()[-1].strip()
    assert link.startswith("https://kuis.example/reset-password#")
    return link.partition("#")[2]


async def test_a_role_is_in_force_at_the_next_request(users: Users, teacher: Person) -> None:
    assert (await teacher.client.get("/api/quizzes")).is_success
    assert (await users("set-role", teacher.email, "student")).exit_code == 0
    assert problem(await teacher.client.get("/api/quizzes")) == (403, "teachers_only")


async def test_an_account_is_closed_and_opened_again(
    users: Users, teacher: Person, client: httpx.AsyncClient
) -> None:
    assert (await users("deactivate", teacher.email)).exit_code == 0
    assert problem(await teacher.client.get("/api/me")) == (401, "not_signed_in")
    refused = await users("reset-password-link", teacher.email)
    assert refused.exit_code == 1
    assert refused.output == "Error: This account is closed: activate it first.\n"
    assert (await users("activate", teacher.email)).exit_code == 0
    token = token_in(await users("reset-password-link", teacher.email))
    body = {"token": token, "password": NEW}
    assert (await client.post("/api/auth/reset-password", json=body)).status_code == 204
    credentials = {"email": teacher.email, "password": NEW}
    assert (await client.post("/api/auth/login", json=credentials)).is_success


async def test_an_account_is_made_with_a_link_for_its_password(
    users: Users, client: httpx.AsyncClient
) -> None:
    made = await users("create", "--email=budi@kuis.example", "--name=Pak Budi", "--role=teacher")
    body = {"token": token_in(made), "password": NEW}
    assert (await client.post("/api/auth/reset-password", json=body)).status_code == 204
    credentials = {"email": "budi@kuis.example", "password": NEW}
    signed_in = await client.post("/api/auth/login", json=credentials)
    assert signed_in.json()["user"]["role"] == "teacher"
    again = await users("create", "--email=BUDI@kuis.example", "--name=Pak Budi")
    assert again.exit_code == 1
    assert "Another account has this e-mail address." in again.output


async def test_accounts_are_listed(users: Users, teacher: Person) -> None:
    await users("create", "--email=siti@kuis.example", "--name=Siti", f"--password={NEW}")
    await users("deactivate", "siti@kuis.example")
    header, *listed = (await users("list")).stdout.splitlines()
    assert header.split() == ["address", "role", "state", "signed", "in", "name"]
    assert [line.split()[:4] for line in listed] == [
        [teacher.email, "teacher", "active", "never"],
        ["siti@kuis.example", "student", "closed", "never"],
    ]
    assert listed[1].endswith("Siti")
    assert len((await users("list", "--role=student")).stdout.splitlines()) == 2


async def test_an_unknown_address_is_one_line(users: Users, teacher: Person) -> None:
    del teacher
    for words in (("set-role", "x@y.example", "teacher"), ("deactivate", "x@y.example")):
        result = await users(*words)
        assert result.exit_code == 1
        assert result.output == "Error: No account has the e-mail address x@y.example.\n"


async def test_each_change_is_in_the_audit_trail(
    users: Users, teacher: Person, session_factory: SessionFactory
) -> None:
    for words in (
        ("set-role", teacher.email, "student"),
        ("reset-password-link", teacher.email),
        ("deactivate", teacher.email),
        ("activate", teacher.email),
    ):
        assert (await users(*words)).exit_code == 0
    async with session_factory() as db:
        events = (await db.scalars(select(AuditEvent).order_by(AuditEvent.id))).all()
    assert [event.kind for event in events] == [
        "role_changed",
        "password_link_made",
        "account_deactivated",
        "account_reactivated",
    ]
    assert {event.account_id for event in events} == {teacher.id}


@pytest.mark.parametrize("words", [("set-role", "teacher"), ("deactivate",)])
async def test_the_last_administrator_stays(users: Users, words: tuple[str, ...]) -> None:
    for name in ("ani", "budi"):
        address = f"{name}@kuis.example"
        await users("create", f"--email={address}", "--name=A", "--role=super_admin")
    act, *role = words
    assert (await users(act, "ani@kuis.example", *role)).exit_code == 0
    result = await users(act, "BUDI@kuis.example", *role)
    assert result.exit_code == 1
    assert result.output == (
        "Error: BUDI@kuis.example is the last active administrator:"
        " give another account the role first.\n"
    )
    kept = (await users("list", "--role=super_admin")).stdout
    assert "budi@kuis.example" in kept
    assert (await users("set-role", "budi@kuis.example", "super_admin")).exit_code == 0


async def test_what_is_so_already_is_said_and_not_in_the_audit_trail(
    users: Users, teacher: Person, session_factory: SessionFactory
) -> None:
    said = [
        (await users(*words)).stdout
        for words in (
            ("set-role", teacher.email, "teacher"),
            ("activate", teacher.email),
            ("deactivate", teacher.email),
            ("deactivate", teacher.email),
        )
    ]
    assert said == [
        f"{teacher.email} has the role teacher already.\n",
        f"{teacher.email} is active already.\n",
        f"{teacher.email} is closed now.\n",
        f"{teacher.email} is closed already.\n",
    ]
    async with session_factory() as db:
        events = (await db.scalars(select(AuditEvent.kind))).all()
    assert events == ["account_deactivated"]


async def test_the_audit_trail_is_listed(
    users: Users,
    run: Run,  # noqa: F811  # the fixture
    settings: Settings,
    teacher: Person,
) -> None:
    await users("set-role", teacher.email, "student")
    await users("deactivate", teacher.email)
    environ = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
    environ["SECRET_KEY"] = settings.secret_key

    async def audit(*words: str) -> Result:
        return await asyncio.to_thread(run, "audit", *words, **environ)

    later, earlier = (await audit("--email", teacher.email)).stdout.splitlines()
    assert f" account_deactivated x1 account={teacher.email} by=- from=-" in later
    assert f" role_changed x1 account={teacher.email} by=- from=- role=student" in earlier
    assert (await audit("--kind", "role_changed", "--last", "1")).stdout.splitlines() == [earlier]
    assert (await audit("--email", "nobody@kuis.example")).exit_code == 1
