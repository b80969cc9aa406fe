"""Sign-ins can be revoked, and depend on the secret key."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from server.auth import sign_ins as module
from tests.conftest import SECRET_KEY, sign_ins_on


async def test_what_is_revoked_while_it_is_used_stays_revoked(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TOUCH_EVERY", timedelta(0))
    sign_ins, user = sign_ins_on(redis), uuid4()
    token = await sign_ins.create(user, "teacher", "Sari")
    get: Any = redis.get

    async def get_then_revoke(key: str) -> bytes | None:
        stored: bytes | None = await get(key)
        await sign_ins.revoke_all(user)
        return stored

    with monkeypatch.context() as patched:
        patched.setattr(redis, "get", get_then_revoke)
        assert await sign_ins.find(token) is not None
    assert await sign_ins.find(token) is None


async def test_another_secret_key_signs_everybody_out(redis: Redis) -> None:
    token = await sign_ins_on(redis).create(uuid4(), "teacher", "Sari")
    assert await sign_ins_on(redis).find(token) is not None
    assert await sign_ins_on(redis, SECRET_KEY + "!").find(token) is None
