"""Slows down sign-in attempts: each failure above a limit doubles the wait before the next.

Failures are counted by account and source. The source is the device if it signed in to the account
before (see devices.py), else the address. Unknown devices are counted in two more ways, both with
generous limits:

- All unknown sources of an account together, against guesses from many addresses. This can keep
  the owner out on a new device, but never on a known one, and a link that sets a new password makes
  a device known.
- All accounts from one address, which may be a whole school, against one password that is tried on
  many accounts.

An e-mail address without an account is counted like any other.

kuis:tries:<hash of the subject>   hash: `failed` tries, and `open_at`, when the next one is allowed
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

from msgspec import Struct
from redis.asyncio import Redis

from game.errors import RateLimited
from server.limits import subject_hash

FORGOTTEN_AFTER_S: Final = 15 * 60
"""Failures are forgotten this long after the first, or after the last that caused a wait."""

GUARDED: Final = "sign_in_guarded"
GUARDED_TEXT: Final = (
    "Too many wrong passwords for this account from many places. Sign in on a device where you "
    "signed in before, use a link that sets a new password, or wait {} seconds."
)


@dataclass(frozen=True, slots=True)
class BackoffPolicy:
    """The first `free` failures cause no wait; each later one doubles it, up to the longest."""

    free: int
    first_wait_ms: int
    longest_wait_ms: int


ACCOUNT_POLICY: Final = BackoffPolicy(free=10, first_wait_ms=1_000, longest_wait_ms=60_000)
OF_STRANGERS: Final = BackoffPolicy(free=50, first_wait_ms=1_000, longest_wait_ms=60_000)
ADDRESS_POLICY: Final = BackoffPolicy(free=300, first_wait_ms=500, longest_wait_ms=500)


class Source(Struct, frozen=True):
    """Where an attempt comes from, and for which account. `name` is an address or a device.

    The failures of a known device are counted for that device only.
    """

    account: str
    name: str
    is_known: bool = False

    @property
    def subject(self) -> str:
        return f"account {self.account} from {self.name}"

    @property
    def strangers(self) -> str:
        return f"account {self.account} from strangers"


# KEYS: a subject. ARGV: 1 to count an attempt, 0 to check only; free attempts; first and longest
# wait (ms); seconds until all is forgotten. Returns the milliseconds to wait, 0 if none.
_BEGIN_ATTEMPT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = (tonumber(redis.call('HGET', KEYS[1], 'open_at')) or 0) - now
if wait > 0 then return wait end
if ARGV[1] == '0' then return 0 end
local failed = redis.call('HINCRBY', KEYS[1], 'failed', 1)
local over = failed - ARGV[2]
if failed == 1 or over > 0 then redis.call('EXPIRE', KEYS[1], ARGV[5]) end
if over > 0 then
    local pause = math.min(ARGV[3] * 2 ^ math.min(over - 1, 30), ARGV[4])
    redis.call('HSET', KEYS[1], 'open_at', string.format('%.0f', now + pause))
end
return 0
"""
# KEYS: a subject. Takes one failure back.
_TAKE_BACK_FAILURE = """
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HINCRBY', KEYS[1], 'failed', -1) end
"""


class SignInThrottle:
    """Counts failed sign-ins in Redis, and refuses attempts that come too soon."""

    def __init__(self, redis: Redis, scale: int = 1) -> None:
        """`scale` multiplies the free attempts; see the setting `LIMIT_SCALE`."""
        self._redis = redis
        self._scale = scale
        self._try = redis.register_script(_BEGIN_ATTEMPT)
        self._take_back = redis.register_script(_TAKE_BACK_FAILURE)

    async def check(self, source: Source) -> None:
        """Raise RateLimited as `begin_attempt` would, but count nothing."""
        await self._pass(source.subject, ACCOUNT_POLICY, count=False)
        if not source.is_known:
            await self._pass(source.name, ADDRESS_POLICY, count=False)
            await self._pass(source.strangers, OF_STRANGERS, count=False)

    async def begin_attempt(self, source: Source) -> None:
        """Count an attempt as failed before its password is checked.

        Raises:
            RateLimited: it comes too soon after failures, and is not counted. `sign_in_guarded` if
                those failures came from many addresses.
        """
        await self.check(source)
        await self._pass(source.subject, ACCOUNT_POLICY, count=True)
        if not source.is_known:
            await self._pass(source.strangers, OF_STRANGERS, count=True)
            await self._call(source.name, ADDRESS_POLICY, count=True)

    async def succeeded(self, source: Source) -> None:
        """The password was right: forget the failures of this source."""
        await self._redis.delete(_key(source.subject))
        if not source.is_known:
            await self._take_back([_key(source.name)])
            await self._take_back([_key(source.strangers)])

    async def has_failed(self, address: str) -> bool:
        """Whether wrong passwords came from this address lately."""
        return int(await self._redis.hget(_key(address), "failed") or 0) > 0

    async def _pass(self, subject: str, policy: BackoffPolicy, *, count: bool) -> None:
        wait_ms = await self._call(subject, policy, count=count)
        if not wait_ms:
            return
        wait = ceil(wait_ms / 1000)
        if policy is OF_STRANGERS:
            raise RateLimited(GUARDED, GUARDED_TEXT.format(wait), wait)
        raise RateLimited("rate_limited", f"Too many wrong passwords. Wait {wait} seconds.", wait)

    async def _call(self, subject: str, policy: BackoffPolicy, *, count: bool) -> int:
        arguments = [
            int(count),
            policy.free * self._scale,
            policy.first_wait_ms,
            policy.longest_wait_ms,
            FORGOTTEN_AFTER_S,
        ]
        return int(await self._try([_key(subject)], arguments))


def _key(subject: str) -> str:
    return f"kuis:tries:{subject_hash(subject)}"
