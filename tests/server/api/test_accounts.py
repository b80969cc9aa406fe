import asyncio
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

import httpx
import msgspec
import pytest
from litestar import Litestar
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from redis.asyncio import Redis
from sqlalchemy import update

from persistence.database import SessionFactory
from persistence.models import User
from persistence.repositories import users
from server.actions.create_account import create_account
from server.app import create_app
from server.auth import sign_ins as sign_ins_module
from server.auth.passwords import Passwords
from server.auth.sign_ins import SIGN_INS_MOST
from server.auth.tries import OF_ACCOUNT
from server.settings import Settings
from tests.conftest import sign_ins_on
from tests.server.api.conftest import Person, connect, faults, problem

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
    burst = asyncio.gather(*(sign_in(client, "wrong horse") for _ in range(6)))
    ticks = 0
    while not burst.done():
        await asyncio.sleep(0.005)
        ticks += 1
    await burst
    assert ticks > 6


async def test_a_class_signs_in_at_once(client: httpx.AsyncClient) -> None:
    """With one account, and from one address, where wrong passwords count already."""
    await register(client)
    client.cookies.clear()
    refused = await asyncio.gather(*(sign_in(client, "wrong horse") for _ in range(8)))
    assert {response.status_code for response in refused} == {401}
    signed_in = await asyncio.gather(*(sign_in(client) for _ in range(2 * OF_ACCOUNT.free)))
    assert {response.status_code for response in signed_in} == {200}


async def test_right_passwords_are_not_counted(client: httpx.AsyncClient) -> None:
    await register(client)
    client.cookies.clear()
    for _ in range(OF_ACCOUNT.free + 2):
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


async def test_signing_out_revokes_the_token_and_the_cookie(client: httpx.AsyncClient) -> None:
    headers = bearer(await register(client))
    out = await client.post("/api/auth/logout", headers=OWN_PAGE)
    assert out.status_code == 204
    assert "kuis_session" not in client.cookies
    assert problem(await client.get("/api/me", headers=headers)) == (401, "not_signed_in")
    assert (await client.post("/api/auth/logout")).status_code == 204


async def test_signing_out_clears_what_pages_kept_but_not_the_cookies(app: Litestar) -> None:
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the same, said otherwise
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as client:
        await register(client)
        out = await client.post("/api/auth/logout")
        assert out.headers["clear-site-data"] == '"cache", "storage"'
        assert list(client.cookies) == ["__Host-kuis_device"]


async def test_signing_in_ends_the_previous_sign_in_of_the_browser(
    client: httpx.AsyncClient,
) -> None:
    first = bearer(await register(client))
    await register(client, email="budi@kuis.example")
    assert problem(await client.get("/api/me", headers=first)) == (401, "not_signed_in")
    second = {"Authorization": f"Bearer {client.cookies['kuis_session']}"}
    assert (await sign_in(client, "wrong horse")).status_code == 401
    assert (await client.get("/api/me", headers=second)).status_code == 200
    assert (await sign_in(client)).status_code == 200
    assert problem(await client.get("/api/me", headers=second)) == (401, "not_signed_in")


async def test_a_program_may_have_several_sign_ins(client: httpx.AsyncClient) -> None:
    first = bearer(await register(client))
    client.cookies.clear()
    again = await client.post(
        "/api/auth/login", json={"email": EMAIL, "password": PASSWORD}, headers=first
    )
    assert again.status_code == 200
    client.cookies.clear()
    assert (await client.get("/api/me", headers=first)).status_code == 200


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


async def test_own_sign_ins_are_listed_and_revoked(client: httpx.AsyncClient) -> None:
    first = await client.post(
        "/api/auth/register", json=REGISTRATION, headers={"User-Agent": "Old Phone " * 50}
    )
    client.cookies.clear()
    second = await sign_in(client)
    client.cookies.clear()
    listed = await client.get("/api/auth/sessions", headers=bearer(second))
    items = listed.json()["items"]
    assert listed.json()["total"] == 2
    assert {item["current"] for item in items} == {True, False}
    old = next(item for item in items if not item["current"])
    assert old["user_agent"] == ("Old Phone " * 50)[:200]
    assert old["id"] not in first.json()["token"]
    revoked = await client.delete(f"/api/auth/sessions/{old['id']}", headers=bearer(second))
    assert revoked.status_code == 204
    assert (await client.get("/api/me", headers=bearer(first))).status_code == 401
    again = await client.delete(f"/api/auth/sessions/{old['id']}", headers=bearer(second))
    assert problem(again) == (404, "not_found")


async def test_sign_ins_of_others_cannot_be_revoked(teacher: Person, other_teacher: Person) -> None:
    theirs = (await other_teacher.client.get("/api/auth/sessions")).json()["items"][0]["id"]
    assert problem(await teacher.client.delete(f"/api/auth/sessions/{theirs}"))[0] == 404
    assert (await other_teacher.client.get("/api/me")).status_code == 200


async def test_all_other_sign_ins_are_revoked(client: httpx.AsyncClient) -> None:
    first = await register(client)
    client.cookies.clear()
    second = await sign_in(client)
    client.cookies.clear()
    await client.post("/api/auth/sessions/revoke-others", headers=bearer(second))
    assert (await client.get("/api/me", headers=bearer(first))).status_code == 401
    assert (await client.get("/api/me", headers=bearer(second))).status_code == 200


async def test_a_changed_password_signs_out_everywhere_else(client: httpx.AsyncClient) -> None:
    first = await register(client)
    client.cookies.clear()
    second = await sign_in(client)
    client.cookies.clear()
    change = {"current_password": PASSWORD, "new_password": "battery staple"}
    response = await client.post("/api/auth/password", json=change, headers=bearer(second))
    assert response.status_code == 204
    assert (await client.get("/api/me", headers=bearer(first))).status_code == 401
    assert (await client.get("/api/me", headers=bearer(second))).status_code == 200
    assert problem(await sign_in(client))[1] == "wrong_credentials"
    assert (await sign_in(client, "battery staple")).status_code == 200


async def test_a_password_is_changed_by_who_knows_it(client: httpx.AsyncClient) -> None:
    headers = bearer(await register(client))
    change = {"current_password": "wrong", "new_password": "battery staple"}
    response = await client.post("/api/auth/password", json=change, headers=headers)
    assert problem(response) == (422, "wrong_password")
    assert response.json()["errors"][0]["path"] == "current_password"
    assert (await client.post("/api/auth/password", json={}, headers=headers)).status_code == 422


async def test_a_sign_in_in_use_does_not_expire(
    client: httpx.AsyncClient, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ins_module, "TOUCH_EVERY", timedelta(0))
    headers = bearer(await register(client))
    keys = [key async for key in redis.scan_iter(match="kuis:sign-in*")]
    assert len(keys) == 2
    for key in keys:
        await redis.expire(key, 60)
    await client.get("/api/me", headers=headers)
    for key in keys:
        assert await redis.ttl(key) > 60


async def test_no_sign_in_lasts_longer_than_ninety_days(
    client: httpx.AsyncClient, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ins_module, "TOUCH_EVERY", timedelta(0))
    headers = bearer(await register(client))
    (key,) = [key async for key in redis.scan_iter(match="kuis:sign-in:*")]
    sign_in = msgspec.json.decode(await redis.get(key) or b"")

    async def used_after(days: int) -> int:
        """In which of its last seconds it is then."""
        made = datetime.now(UTC) - timedelta(days=days)
        stored = msgspec.json.encode(sign_in | {"created_at": made})
        await redis.set(key, stored, keepttl=True)
        await client.get("/api/me", headers=headers)
        return await redis.ttl(key)

    assert await used_after(days=59) > timedelta(days=29).total_seconds()
    assert await used_after(days=89) <= timedelta(days=1).total_seconds()
    assert await used_after(days=91) < 0
    assert problem(await client.get("/api/me", headers=headers)) == (401, "not_signed_in")


async def test_expired_sign_ins_leave_the_list(client: httpx.AsyncClient, redis: Redis) -> None:
    await register(client)
    async for key in redis.scan_iter(match="kuis:sign-in:*"):
        await redis.delete(key)
    client.cookies.clear()
    headers = bearer(await sign_in(client))
    listed = await client.get("/api/auth/sessions", headers=headers)
    assert listed.json()["total"] == 1
    async for key in redis.scan_iter(match="kuis:sign-ins:*"):
        assert await redis.hlen(key) == 1


FOR_THE_SIGNED_IN = (
    ("GET", "/api/me"),
    ("GET", "/api/auth/sessions"),
    ("DELETE", "/api/auth/sessions/0123456789abcdef"),
    ("POST", "/api/auth/sessions/revoke-others"),
    ("POST", "/api/auth/password"),
)


async def test_who_is_not_signed_in_is_told_so(client: httpx.AsyncClient) -> None:
    for header in ("", "Bearer", "Bearer wrong", "Basic dXNlcjpwYXNz"):
        headers = {"Authorization": header} if header else {}
        for method, path in FOR_THE_SIGNED_IN:
            response = await client.request(method, path, headers=headers)
            assert problem(response) == (401, "not_signed_in")
            assert response.headers["www-authenticate"] == "Bearer"


async def test_a_program_that_signs_in_again_and_again_keeps_the_latest(redis: Redis) -> None:
    sign_ins, user_id = sign_ins_on(redis), uuid4()
    tokens = [await sign_ins.create(user_id, "student", "Bot") for _ in range(SIGN_INS_MOST + 3)]
    assert len(await sign_ins.of_user(user_id)) == SIGN_INS_MOST
    assert await sign_ins.find(tokens[0]) is None
    assert await sign_ins.find(tokens[-1]) is not None


async def test_an_administrator_is_made_by_command_only(
    client: httpx.AsyncClient, session_factory: SessionFactory
) -> None:
    await create_account(session_factory, EMAIL, PASSWORD, "The Admin", "super_admin")
    assert (await sign_in(client)).json()["user"]["role"] == "super_admin"
