"""Tries with a password: whoever fails often waits longer and longer, but nobody is locked out.

Failures are counted by account and source, so that what a stranger does elsewhere slows nobody
else. The source is the address, or the device for one that signed in to the account before (see
devices.py). Addresses are also counted as a whole, against those who try one password on many
accounts; generously, because a whole school may share an address, and known devices are exempt.

kuis:tries:<hash of the subject>   hash: `failed` tries, and `open_at`, when the next one is allowed
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

from msgspec import Struct
from redis.asyncio import Redis

from game.errors import RateLimited
from server.limits import name_of

FORGOTTEN_AFTER_S: Final = 15 * 60
"""After the first of them."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`free` failures cost nothing; each one after them doubles the wait, from first to longest."""

    free: int
    first_wait_ms: int
    longest_wait_ms: int


OF_ACCOUNT: Final = Pace(free=10, first_wait_ms=1_000, longest_wait_ms=60_000)
OF_ADDRESS: Final = Pace(free=300, first_wait_ms=500, longest_wait_ms=500)


class Source(Struct, frozen=True):
    """Who tries, on which account. A known one is not counted by its address."""

    account: str
    name: str
    is_known: bool = False

    @property
    def subject(self) -> str:
        return f"account {self.account} from {self.name}"


# KEYS: a subject. ARGV: 1 to count a try, 0 to look only; free tries; first and longest wait (ms);
# seconds until all is forgotten. Answers the milliseconds to wait, 0 if the try may be made.
_TRY = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = (tonumber(redis.call('HGET', KEYS[1], 'open_at')) or 0) - now
if wait > 0 then return wait end
if ARGV[1] == '0' then return 0 end
local failed = redis.call('HINCRBY', KEYS[1], 'failed', 1)
if failed == 1 then redis.call('EXPIRE', KEYS[1], ARGV[5]) end
local over = failed - ARGV[2]
if over > 0 then
    local pause = math.min(ARGV[3] * 2 ^ math.min(over - 1, 30), ARGV[4])
    redis.call('HSET', KEYS[1], 'open_at', string.format('%.0f', now + pause))
end
return 0
"""
# KEYS: a subject. Takes one try back.
_TAKE_BACK = """
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HINCRBY', KEYS[1], 'failed', -1) end
"""


class Tries:
    def __init__(self, redis: Redis, scale: int = 1) -> None:
        """`scale` multiplies the free tries; see the setting `LIMIT_SCALE`."""
        self._redis = redis
        self._scale = scale
        self._try = redis.register_script(_TRY)
        self._take_back = redis.register_script(_TAKE_BACK)

    async def begin(self, source: Source) -> None:
        """Count a try as failed before its password is checked.

        Raises:
            RateLimited: it comes too soon after others; it is not counted.
        """
        if not source.is_known:
            await self._pass(source.name, OF_ADDRESS, count=False)
        await self._pass(source.subject, OF_ACCOUNT, count=True)
        if not source.is_known:
            await self._call(source.name, OF_ADDRESS, count=True)

    async def succeeded(self, source: Source) -> None:
        """The password was right: forget the failures of this source."""
        await self._redis.delete(_key(source.subject))
        if not source.is_known:
            await self._take_back([_key(source.name)])

    async def _pass(self, subject: str, pace: Pace, *, count: bool) -> None:
        if wait_ms := await self._call(subject, pace, count=count):
            wait = ceil(wait_ms / 1000)
            raise RateLimited(
                "rate_limited", f"Too many wrong passwords. Wait {wait} seconds.", wait
            )

    async def _call(self, subject: str, pace: Pace, *, count: bool) -> int:
        arguments = [
            int(count),
            pace.free * self._scale,
            pace.first_wait_ms,
            pace.longest_wait_ms,
            FORGOTTEN_AFTER_S,
        ]
        return int(await self._try([_key(subject)], arguments))


def _key(subject: str) -> str:
    return f"kuis:tries:{name_of(subject)}"
