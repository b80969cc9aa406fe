"""Registering, signing in and out, and changing the password."""

import asyncio
import threading
from unittest.mock import patch

import httpx
import msgspec
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from redis.asyncio import Redis
from sqlalchemy import update

from persistence.database import SessionFactory
from persistence.models import User
from persistence.repositories import users
from server.actions.users.create import create_user
from server.app import create_app
from server.auth.passwords import Passwords
from server.auth.sign_in_throttle import ACCOUNT_POLICY
from server.settings import Settings
from tests.server.api.conftest import connect, faults, problem

EMAIL, PASSWORD = "siti@kuis.example", "correct horse"
REGISTRATION = {"email": EMAIL, "password": PASSWORD, "full_name": "Siti Rahayu"}
WRONG = {"email": EMAIL, "password": "wrong horse"}
UNKNOWN = {"email": "nobody@kuis.example", "password": "wrong horse"}
OWN_PAGE = {"Origin": "http://testserver"}


async def register(client: httpx.AsyncClient, **changes: object) -> httpx.Response:
    return await client.post("/api/auth/register", json=REGISTRATION | changes)


async def sign_in(
    client: httpx.AsyncClient, password: str = PASSWORD, email: str = EMAIL
) -> httpx.Response:
    return await client.post("/api/auth/login", json={"email": email, "password": password})


def bearer(response: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {response.json()['token']}"}


async def test_registering_makes_a_student_and_signs_in(client: httpx.AsyncClient) -> None:
    response = await register(client)
    assert response.status_code == 201
    user = response.json()["user"]
    assert (user["email"], user["full_name"], user["role"]) == (EMAIL, "Siti Rahayu", "student")
    client.cookies.clear()
    me = await client.get("/api/me", headers=bearer(response))
    assert me.json() == user


async def test_registering_is_the_first_sign_in(
    client: httpx.AsyncClient, session_factory: SessionFactory
) -> None:
    await register(client)
    async with session_factory() as db:
        user = await users.by_email(db, EMAIL)
    assert user is not None
    assert user.last_login_at is not None


async def test_a_teacher_registers_where_sign_up_is_open(client: httpx.AsyncClient) -> None:
    assert (await register(client, role="teacher")).json()["user"]["role"] == "teacher"


async def test_a_teacher_does_not_register_where_sign_up_is_closed(settings: Settings) -> None:
    app = create_app(msgspec.structs.replace(settings, teacher_signup="closed"))
    async with app.lifespan(), connect(app) as client:
        assert problem(await register(client, role="teacher")) == (403, "teacher_signup_closed")
        assert (await register(client)).status_code == 201


async def test_nobody_registers_as_administrator(client: httpx.AsyncClient) -> None:
    assert faults(await register(client, role="super_admin")) == {"role": "unknown_value"}


async def test_an_address_is_taken_whatever_its_case(client: httpx.AsyncClient) -> None:
    await register(client)
    client.cookies.clear()
    assert problem(await register(client, email=EMAIL.upper())) == (409, "email_taken")


BAD_FIELDS: list[tuple[str, object, str]] = [
    ("email", "nobody", "bad_format"),
    ("email", "a b@kuis.example", "bad_format"),
    ("email", "a@kuis.example\n", "bad_format"),
    ("email", f"{'a' * 250}@kuis.example", "too_long"),
    ("email", 5, "wrong_type"),
    ("password", "1234567", "too_short"),
    ("password", "x" * 129, "too_long"),
    ("full_name", "", "too_short"),
    ("full_name", "  ", "bad_format"),
    ("full_name", "x" * 101, "too_long"),
    ("full_name", "Si\0ti", "bad_character"),
    ("full_name", None, "wrong_type"),
    ("colour", "red", "unknown_field"),
]


async def test_a_bad_field_is_named(client: httpx.AsyncClient) -> None:
    for field, value, code in BAD_FIELDS:
        assert faults(await register(client, **{field: value})) == {field: code}, value


async def test_all_faults_of_a_form_are_named_at_once(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/auth/register", json={"email": "x", "password": "short"})
    assert faults(response) == {
        "email": "bad_format",
        "password": "too_short",
        "full_name": "required",
    }


async def test_signing_in_gives_a_fresh_token_each_time(client: httpx.AsyncClient) -> None:
    first = await register(client)
    client.cookies.clear()
    second = await sign_in(client)
    assert second.status_code == 200
    assert second.json()["user"] == first.json()["user"]
    assert second.json()["token"] != first.json()["token"]


async def test_a_token_chosen_by_the_client_is_never_adopted(client: httpx.AsyncClient) -> None:
    client.cookies.set("kuis_session", "chosen")
    response = await client.post("/api/auth/register", json=REGISTRATION, headers=OWN_PAGE)
    assert response.json()["token"] != "chosen"
    me = await client.get("/api/me", headers={"Authorization": "Bearer chosen"})
    assert problem(me) == (401, "not_signed_in")


async def test_unknown_account_and_wrong_password_are_refused_alike(
    client: httpx.AsyncClient,
) -> None:
    await register(client)
    client.cookies.clear()
    wrong = await client.post("/api/auth/login", json=WRONG)
    unknown = await client.post("/api/auth/login", json=UNKNOWN)
    assert problem(wrong) == (401, "wrong_credentials")
    assert wrong.content == unknown.content
    assert differing(wrong) == differing(unknown)


def differing(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "x-request-id"}


async def test_an_unknown_account_costs_as_much_work_as_a_wrong_password(
    client: httpx.AsyncClient,
) -> None:
    await register(client)
    client.cookies.clear()
    verified: list[str] = []
    real = PasswordHash.verify_and_update

    def counted(self: PasswordHash, password: str, stored: str) -> tuple[bool, str | None]:
        verified.append(stored.rpartition("$")[0].rpartition("$")[0])  # the parameters
        return real(self, password, stored)

    with patch.object(PasswordHash, "verify_and_update", counted):
        await client.post("/api/auth/login", json=WRONG)
        await client.post("/api/auth/login", json=UNKNOWN)
    assert len(verified) == 2
    assert verified[0] == verified[1]


async def test_a_closed_account_is_not_let_in(
    client: httpx.AsyncClient, session_factory: SessionFactory
) -> None:
    registered = await register(client)
    async with session_factory.begin() as db:
        await db.execute(update(User).values(is_active=False))
    client.cookies.clear()
    assert problem(await sign_in(client)) == (403, "account_inactive")
    assert problem(await sign_in(client, "wrong horse")) == (401, "wrong_credentials")
    me = await client.get("/api/me", headers=bearer(registered))
    assert problem(me) == (401, "not_signed_in")


async def test_a_hash_with_old_parameters_is_renewed_at_sign_in(
    client: httpx.AsyncClient, session_factory: SessionFactory
) -> None:
    old = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024),)).hash(PASSWORD)
    async with session_factory.begin() as db:
        await users.create(db, email=EMAIL, password_hash=old, full_name="Siti")
    assert (await sign_in(client)).status_code == 200
    async with session_factory() as db:
        user = await users.by_email(db, EMAIL)
    assert user is not None
    assert user.password_hash != old
    assert user.last_login_at is not None
    assert await Passwords().verify(PASSWORD, user.password_hash) == (True, None)


async def test_hashing_does_not_stop_the_loop(client: httpx.AsyncClient) -> None:
    await register(client)
    client.cookies.clear()
    hashing, loop_goes_on = threading.Event(), threading.Event()

    def verify(*_: str) -> tuple[bool, None]:
        hashing.set()
        return loop_goes_on.wait(10.0), None

    with patch.object(PasswordHash, "verify_and_update", verify):
        signing_in = asyncio.create_task(sign_in(client))
        assert await asyncio.to_thread(hashing.wait, 10.0)
        assert not signing_in.done()
        loop_goes_on.set()
        assert (await signing_in).status_code == 200


async def test_a_class_signs_in_at_once(client: httpx.AsyncClient) -> None:
    """With one account, and from one address, where wrong passwords count already."""
    await register(client)
    client.cookies.clear()
    refused = await asyncio.gather(*(sign_in(client, "wrong horse") for _ in range(8)))
    assert {response.status_code for response in refused} == {401}
    signed_in = await asyncio.gather(*(sign_in(client) for _ in range(2 * ACCOUNT_POLICY.free)))
    assert {response.status_code for response in signed_in} == {200}


async def test_right_passwords_are_not_counted(client: httpx.AsyncClient) -> None:
    await register(client)
    client.cookies.clear()
    for _ in range(ACCOUNT_POLICY.free + 2):
        assert (await sign_in(client)).status_code == 200
        client.cookies.clear()


async def test_nothing_in_redis_stays_for_ever_or_tells_a_token(
    client: httpx.AsyncClient, redis: Redis
) -> None:
    response = await register(client)
    client.cookies.clear()
    await sign_in(client, "wrong horse")
    token = response.json()["token"].encode()
    async for key in redis.scan_iter():
        assert await redis.ttl(key) > 0, key
        assert token not in key
        is_hash = await redis.type(key) == b"hash"
        stored = await (redis.hgetall(key) if is_hash else redis.get(key))
        assert token not in repr(stored).encode()
        assert EMAIL.encode() not in key


async def test_a_password_that_is_easily_guessed_is_refused(client: httpx.AsyncClient) -> None:
    for guessable in ("password", "12345678", "        ", "Siti Rahayu"):
        refused = await register(client, password=guessable)
        assert problem(refused) == (422, "password_guessable")
        assert refused.json()["errors"][0]["path"] == "password"
    headers = bearer(await register(client))
    change = {"current_password": PASSWORD, "new_password": "sitirahayu"}
    refused = await client.post("/api/auth/password", json=change, headers=headers)
    assert problem(refused) == (422, "password_guessable")
    assert refused.json()["errors"][0]["path"] == "new_password"
    assert (await sign_in(client)).status_code == 200


async def test_an_administrator_is_made_by_command_only(
    client: httpx.AsyncClient, session_factory: SessionFactory
) -> None:
    await create_user(session_factory, EMAIL, PASSWORD, "The Admin", "super_admin")
    assert (await sign_in(client)).json()["user"]["role"] == "super_admin"
