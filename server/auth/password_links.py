"""One-time links with which somebody who cannot sign in sets a new password.

kuis:password-link:<user id>   HMAC of the token; gone when used or after LINK_SECONDS

An account has one link at most: a new one replaces the one before.
"""

import hashlib
import hmac
from secrets import token_urlsafe
from typing import Final
from uuid import UUID

from redis.asyncio import Redis

LINK_SECONDS: Final = 24 * 3600
USER_ID_CHARACTERS: Final = 32


class PasswordLinks:
    """`secret_key` goes into what is stored of a token, as with sign-ins."""

    def __init__(self, redis: Redis, secret_key: str) -> None:
        self._redis = redis
        self._secret = secret_key.encode()

    async def make(self, user_id: UUID) -> str:
        """The token of a new link: the only time that it is seen."""
        token = f"{user_id.hex}{token_urlsafe()}"
        await self._redis.set(_key(user_id), self._hashed(token), ex=LINK_SECONDS)
        return token

    async def holder(self, token: str) -> UUID | None:
        """Whose password it sets, while it is good."""
        try:
            user_id = UUID(hex=token[:USER_ID_CHARACTERS])
        except ValueError:
            return None
        stored = await self._redis.get(_key(user_id))
        if not isinstance(stored, bytes):
            return None
        return user_id if hmac.compare_digest(stored, self._hashed(token).encode()) else None

    async def use_up(self, user_id: UUID) -> bool:
        """Whether the link was still there: of several who use it at once, one does."""
        return bool(await self._redis.delete(_key(user_id)))

    def _hashed(self, token: str) -> str:
        return hmac.new(self._secret, token.encode(errors="replace"), hashlib.sha256).hexdigest()


def _key(user_id: UUID) -> str:
    return f"kuis:password-link:{user_id}"
