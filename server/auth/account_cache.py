"""Caches the fields of an account that requests need, in Redis.

kuis:account:<user id>   a CachedAccount as JSON; read from PostgreSQL again after FRESH_SECONDS

All processes share the one copy in Redis, so a change is in force everywhere once it is written
here. While PostgreSQL is away, a copy of any age holds, so that games go on.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

import msgspec
from redis.asyncio import Redis
from redis.exceptions import ResponseError
from sqlalchemy.exc import SQLAlchemyError

from game.errors import Unavailable
from game.live.auto_pipeline import AutoPipeline
from game.live.batcher import Batcher
from game.rules.user_preferences import Appearance
from persistence import database
from persistence.database import SessionFactory
from persistence.models import User
from persistence.repositories import users

FRESH_SECONDS: Final = 60
KEPT_SECONDS: Final = 30 * 24 * 3600
READ_WITHIN_S: Final = 1.0
READ_AGAIN_AFTER_S: Final = 5.0
"""How long a process waits before it asks PostgreSQL again after it did not answer."""

CHANNEL: Final = "kuis:accounts"
"""A message is the id of a user whose account changed or whose sign-in ended. Every web process
subscribes."""

_ALL: Final = ""  # one batch for all: accounts that are needed at the same time are read together

# A copy that was read before a change must not replace the copy that the change wrote.
_REPLACE = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""
# Of two changes at the same time the later one stays, in whichever order they arrive here.
_PUT_CHANGE = """
local stored = redis.call('GET', KEYS[1])
if stored and (cjson.decode(stored).changed_at_us or 0) > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""
# By a script, so that on a cluster the channel's own node publishes it.
_PUBLISH = "return redis.call('PUBLISH', KEYS[1], ARGV[1])"


class CachedAccount(msgspec.Struct, frozen=True):
    """`read_at` is in seconds since the epoch, `changed_at_us` in microseconds."""

    role: str
    full_name: str
    is_active: bool
    read_at: float
    appearance: Appearance = Appearance()
    changed_at_us: int = 0

    @classmethod
    def of(cls, user: User) -> "CachedAccount":
        chosen = user.preferences
        changed_at = max(user.updated_at, chosen.updated_at) if chosen else user.updated_at
        return cls(
            user.role,
            user.full_name,
            user.is_active,
            time.time(),
            appearance_of(user),
            round(changed_at.timestamp() * 1_000_000),
        )

    @property
    def is_fresh(self) -> bool:
        return time.time() - self.read_at < FRESH_SECONDS


def appearance_of(user: User) -> Appearance:
    chosen = user.preferences
    if chosen is None:
        return Appearance()
    return msgspec.convert(chosen, Appearance, from_attributes=True)


class AccountCache:
    """Reads accounts through the cache, and puts changes of accounts in force."""

    def __init__(self, redis: Redis, session_factory: SessionFactory) -> None:
        self._redis = redis
        self._calls = AutoPipeline(redis)
        self._replace = redis.register_script(_REPLACE)
        self._put_change = redis.register_script(_PUT_CHANGE)
        self._session_factory = session_factory
        self._reads: Batcher[UUID, CachedAccount | None] = Batcher(self._read)
        self._read_after = 0.0

    async def get(self, user_id: UUID) -> CachedAccount | None:
        """The account, at most FRESH_SECONDS old unless PostgreSQL is away; None if there is none.

        Raises:
            Unavailable: PostgreSQL is away and nothing is known of the account.
        """
        stored: bytes | None = await self._calls("GET", _key(user_id))
        known = msgspec.json.decode(stored, type=CachedAccount) if stored else None
        if known is not None and known.is_fresh:
            return known
        try:
            read = await self._reads.add(_ALL, user_id)
        except Unavailable:
            if known is None:
                raise
            return known
        if read is not None:
            await self._put_unless_changed(user_id, stored or b"", read)
        return read

    async def add(self, user_id: UUID, role: str, full_name: str, appearance: Appearance) -> None:
        """Note an active account, unless more is known of it already."""
        account = CachedAccount(role, full_name, True, time.time(), appearance)  # noqa: FBT003  # is_active
        await self._put_unless_changed(user_id, b"", account)

    async def changed(self, user: User) -> None:
        """Put a change in force in all processes. Call it after the commit.

        The user's preferences must be loaded.
        """
        account = CachedAccount.of(user)
        encoded = msgspec.json.encode(account)
        arguments: list[bytes | int] = [account.changed_at_us, encoded, KEPT_SECONDS]
        await self._put_change([_key(user.id)], arguments)
        await self.announce(user.id)

    async def announce(self, user_id: UUID) -> None:
        """Make every process check the open sockets of this account."""
        command: Any = self._redis.eval(_PUBLISH, 1, CHANNEL, str(user_id))  # Any: typed for sync
        await command

    async def _put_unless_changed(
        self, user_id: UUID, stored: bytes, account: CachedAccount
    ) -> None:
        arguments: list[bytes | int] = [stored, msgspec.json.encode(account), KEPT_SECONDS]
        with suppress(ResponseError):  # Redis is full: the account is read again each time
            await self._replace([_key(user_id)], arguments)

    async def _read(self, _: str, user_ids: Sequence[UUID]) -> Sequence[CachedAccount | None]:
        away = Unavailable("unavailable", "Accounts cannot be read now; try again.")
        if time.monotonic() < self._read_after:
            raise away
        try:
            async with asyncio.timeout(READ_WITHIN_S), self._session_factory() as db:
                found = await users.by_ids(db, user_ids)
        except (SQLAlchemyError, OSError) as error:  # a TimeoutError is an OSError
            if not database.is_unavailable(error):
                raise
            self._read_after = time.monotonic() + READ_AGAIN_AFTER_S
            raise away from error
        accounts = {user.id: CachedAccount.of(user) for user in found}
        return [accounts.get(user_id) for user_id in user_ids]


def _key(user_id: UUID) -> str:
    return f"kuis:account:{user_id}"
