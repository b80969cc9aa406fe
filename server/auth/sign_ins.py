"""Sign-ins: opaque tokens whose hashes lie in Redis, so that each can be revoked at once.

kuis:sign-in:<HMAC of the token>     the SignIn as JSON; expires when unused for SIGN_IN_SECONDS,
                                     and SIGN_IN_LONGEST after it was made
kuis:sign-ins:<user id>              hash of sign-in id → HMAC, for listing; expires likewise

A sign-in only names its user. The role of the account is read at each request; see
account_cache.py.
"""

import hashlib
import hmac
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from secrets import token_hex, token_urlsafe
from uuid import UUID

import msgspec
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError

from game.live.auto_pipeline import AutoPipeline
from game.rules.user_preferences import Appearance
from server.auth.account_cache import AccountCache

SIGN_IN_SECONDS = 30 * 24 * 3600
SIGN_IN_LONGEST = timedelta(days=90)
"""A sign-in ends after this even if it is used all the time."""
MAX_SIGN_INS = 100
TOUCH_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
USER_AGENT_CHARACTERS = 200


class SignIn(msgspec.Struct, frozen=True):
    """One sign-in of a user. `id` identifies it in the user's list; it is not the token."""

    id: str
    user_id: UUID
    created_at: datetime
    last_seen_at: datetime
    user_agent: str


class SignedIn(msgspec.Struct, frozen=True):
    """The user who makes a request, with the account as it is now."""

    user_id: UUID
    role: str
    full_name: str
    sign_in_id: str
    appearance: Appearance = Appearance()

    @property
    def is_teacher(self) -> bool:
        return self.role in ("teacher", "super_admin")


class SignIns:
    """Creates, finds and revokes sign-ins. A new `secret_key` ends all of them."""

    def __init__(self, redis: Redis, secret_key: str, accounts: AccountCache) -> None:
        self._redis = redis
        self._calls = AutoPipeline(redis)
        self.accounts = accounts
        self._secret = secret_key.encode()

    async def create(
        self,
        user_id: UUID,
        role: str,
        full_name: str,
        user_agent: str = "",
        appearance: Appearance = Appearance(),  # noqa: B008  # frozen
    ) -> str:
        """Make a sign-in, and return its token, which is not stored anywhere."""
        token, now = token_urlsafe(TOKEN_BYTES), datetime.now(UTC)
        sign_in = SignIn(token_hex(8), user_id, now, now, user_agent[:USER_AGENT_CHARACTERS])
        await self.accounts.add(user_id, role, full_name, appearance)
        listed, hashed = _list_key(user_id), self._hashed(token)
        await self._redis.hset(listed, sign_in.id, hashed)
        await self._redis.expire(listed, SIGN_IN_SECONDS)
        await self._redis.set(_key(hashed), msgspec.json.encode(sign_in), ex=SIGN_IN_SECONDS)
        if await self._redis.hlen(listed) > MAX_SIGN_INS:
            await self._forget_oldest(user_id)
        return token

    async def find(self, token: str) -> SignedIn | None:
        """The user of this token, if the account is active; the sign-in is noted as used now.

        Raises:
            Unavailable: PostgreSQL is away, and the account has not been read before.
        """
        hashed = self._hashed(token)
        stored = await self._redis.get(_key(hashed))
        if stored is None:
            return None
        sign_in = msgspec.json.decode(stored, type=SignIn)
        signed_in = await self._signed_in(sign_in.user_id, sign_in.id)
        if signed_in is not None:
            await self._touch(hashed, sign_in)
        return signed_in

    async def check(self, signed_in: SignedIn) -> SignedIn | None:
        """The same user read again; None if the sign-in has ended or the account is closed.

        Raises as `find`.
        """
        hashed: bytes | None = await self._calls(
            "HGET", _list_key(signed_in.user_id), signed_in.sign_in_id
        )
        if hashed is None or not await self._calls("EXISTS", _key(_text(hashed))):
            return None
        return await self._signed_in(signed_in.user_id, signed_in.sign_in_id)

    async def _signed_in(self, user_id: UUID, sign_in_id: str) -> SignedIn | None:
        account = await self.accounts.get(user_id)
        if account is None or not account.is_active:
            return None
        return SignedIn(user_id, account.role, account.full_name, sign_in_id, account.appearance)

    async def of_user(self, user_id: UUID) -> list[SignIn]:
        """The user's sign-ins, the latest used first. Removes expired ones from the list."""
        listed = await self._listed(user_id)
        found = {id_: await self._redis.get(_key(hashed)) for id_, hashed in listed.items()}
        if gone := [id_ for id_, stored in found.items() if stored is None]:
            await self._redis.hdel(_list_key(user_id), *gone)
        sign_ins = [msgspec.json.decode(stored, type=SignIn) for stored in found.values() if stored]
        return sorted(sign_ins, key=lambda sign_in: sign_in.last_seen_at, reverse=True)

    async def revoke(self, user_id: UUID, sign_in_id: str) -> bool:
        """End a sign-in of this user; False if there is none with this id."""
        hashed = (await self._listed(user_id)).get(sign_in_id)
        if hashed is None:
            return False
        await self._revoke(user_id, [(sign_in_id, hashed)])
        return True

    async def end(self, token: str) -> None:
        """Revoke the sign-in of this token, if there is one."""
        hashed = self._hashed(token)
        if stored := await self._redis.get(_key(hashed)):
            sign_in = msgspec.json.decode(stored, type=SignIn)
            await self._revoke(sign_in.user_id, [(sign_in.id, hashed)])

    async def revoke_all(
        self, user_id: UUID, *, but: str | None = None, made_before: datetime | None = None
    ) -> None:
        """End the sign-ins of a user that were `made_before` a moment, or all, except `but`."""
        listed = await self._listed(user_id)
        ended = [(id_, hashed) for id_, hashed in listed.items() if id_ != but]
        if made_before is not None:
            ended = [item for item in ended if await self._was_made_before(made_before, item[1])]
        await self._revoke(user_id, ended)

    async def _was_made_before(self, moment: datetime, hashed: str) -> bool:
        """True also for a sign-in that has ended already."""
        stored = await self._redis.get(_key(hashed))
        return not stored or msgspec.json.decode(stored, type=SignIn).created_at < moment

    async def _revoke(self, user_id: UUID, ended: Collection[tuple[str, str]]) -> None:
        """End the sign-ins. They stay listed until that is announced, so it can be done again."""
        for _, hashed in ended:
            await self._redis.delete(_key(hashed))
        await self.accounts.announce(user_id)
        if ended:
            await self._redis.hdel(_list_key(user_id), *(id_ for id_, _ in ended))

    async def _forget_oldest(self, user_id: UUID) -> None:
        """Bound the list, which a program that signs in for each of its requests would fill."""
        for sign_in in (await self.of_user(user_id))[MAX_SIGN_INS:]:
            await self.revoke(user_id, sign_in.id)

    async def _listed(self, user_id: UUID) -> dict[str, str]:
        listed = await self._redis.hgetall(_list_key(user_id))
        return {_text(id_): _text(hashed) for id_, hashed in listed.items()}

    async def _touch(self, hashed: str, sign_in: SignIn) -> None:
        now = datetime.now(UTC)
        if now - sign_in.last_seen_at < TOUCH_EVERY:
            return
        seen = msgspec.json.encode(msgspec.structs.replace(sign_in, last_seen_at=now))
        # Only if it still exists: a sign-in that was revoked meanwhile stays revoked.
        with suppress(OutOfMemoryError):  # a full Redis signs nobody out
            await self._redis.set(_key(hashed), seen, exat=_ends_at(sign_in, now), xx=True)
        await self._redis.expire(_list_key(sign_in.user_id), SIGN_IN_SECONDS)

    def _hashed(self, token: str) -> str:
        return hmac.new(self._secret, token.encode(errors="replace"), hashlib.sha256).hexdigest()


def _ends_at(sign_in: SignIn, now: datetime) -> datetime:
    return min(now + timedelta(seconds=SIGN_IN_SECONDS), sign_in.created_at + SIGN_IN_LONGEST)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _key(hashed: str) -> str:
    return f"kuis:sign-in:{hashed}"


def _list_key(user_id: UUID) -> str:
    return f"kuis:sign-ins:{user_id}"
