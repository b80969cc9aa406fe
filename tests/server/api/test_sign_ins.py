"""Sign-ins: ending them, listing them, how long they last."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import msgspec
import pytest
from litestar import Litestar
from redis.asyncio import Redis

from server.auth import sign_ins as sign_ins_module
from server.auth.sign_ins import MAX_SIGN_INS
from tests.conftest import sign_ins_on
from tests.server.api.conftest import Person, problem
from tests.server.api.test_users import (
    EMAIL,
    OWN_PAGE,
    PASSWORD,
    REGISTRATION,
    bearer,
    register,
    sign_in,
)


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
    tokens = [await sign_ins.create(user_id, "student", "Bot") for _ in range(MAX_SIGN_INS + 3)]
    assert len(await sign_ins.of_user(user_id)) == MAX_SIGN_INS
    assert await sign_ins.find(tokens[0]) is None
    assert await sign_ins.find(tokens[-1]) is not None
