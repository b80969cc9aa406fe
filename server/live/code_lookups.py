"""Finds the session of a code, slowly for addresses that have tried too many wrong codes.

A slowed address gets five answers a second from all processes together, for right and wrong codes
alike. Signed-in users there share five more. So guessing is useless, but the rest of a school with
a guesser in it can still join. Players who have the token of a seat come back without waiting.

kuis:lookup:slowed       sorted set: hashes of the slowed addresses, by when that ends
kuis:lookup:turn:<hash>  when the next answer to this address is due, in ms
kuis:lookup:turn:<hash>:signed-in  the same, for those who are signed in there
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from uuid_utils import uuid7

from game.errors import NotFound, RateLimited
from game.live.rooms import Rooms
from game.live.tasks import cancel_and_wait
from game.rules import codes
from server.limits import WRONG_CODE_FROM_ADDRESS, Limits, subject_hash

TURN_MS: Final = 200
LONGEST_WAIT_MS: Final = 5_000
"""Longer waits are refused, so at most 25 clients of an address wait."""
POLL_INTERVAL_S: Final = 1.0
SLOWED: Final = "kuis:lookup:slowed"

# Takes the next turn of an address. KEYS: its turn. ARGV: ms between two answers, the longest wait.
# Returns the ms to wait, or less than 0 if that is too long.
_TURN: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
if at - now > tonumber(ARGV[2]) then return -1 end
local following = string.format('%.0f', at + ARGV[1])
redis.call('SET', KEYS[1], following, 'PX', string.format('%.0f', at - now + ARGV[1]))
return at - now
"""

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Found(msgspec.Struct, frozen=True):
    """The session of a code. A former code led to it until the host asked for a new one."""

    session: str
    by_former_code: bool = False


class CodeLookups:
    def __init__(
        self, redis: Redis, rooms: Rooms, limits: Limits, followed: Callable[[str], str | None]
    ) -> None:
        """`followed(code)` is the session of a room that this process knows already."""
        self._redis = redis
        self._rooms = rooms
        self._limits = limits
        self._followed = followed
        self._slowed: dict[str, float] = {}
        """When each hash of a slowed address stops being slowed. Every join checks this."""
        self._turn = redis.register_script(_TURN)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._watch(), name="code lookups")

    async def stop(self) -> None:
        if self._task is not None:
            await cancel_and_wait(self._task)
            self._task = None

    def is_slowed(self, address: str) -> bool:
        return bool(self._slowed) and self._slowed.get(subject_hash(address), 0.0) > time.time()

    async def find(self, code: str, address: str, *, signed_in: bool = False) -> str:
        """The session of a code. `signed_in` matters only for an address that is slowed.

        Raises:
            NotFound: `no_such_room`.
            RateLimited: too many of this address wait for an answer.
        """
        return await self.find_by(self.room, code, address, signed_in=signed_in)

    async def find_for_socket(self, code: str, address: str, *, signed_in: bool = False) -> Found:
        """Like `find`, but the former code of a room is right as well."""
        return await self.find_by(self._look_up_for_socket, code, address, signed_in=signed_in)

    async def find_by_token(self, code: str, token: str) -> Found | None:
        """The room of a code if the token leads to a seat in it, without waiting for a turn.

        A right code with a wrong token cannot be told from a wrong code, not even by the time that
        it takes: Redis is asked the same of a session that does not exist.
        """
        code = codes.normalise(code)
        if not codes.is_code(code):
            return None
        current, former = await asyncio.gather(
            self._rooms.find(code), self._rooms.find_former(code)
        )
        session = current or former or str(uuid7())
        if not await self._rooms.has_seat(session, token):
            return None
        return Found(session, by_former_code=current is None)

    async def find_by(
        self,
        look_up: Callable[[str], Awaitable[T | None]],
        code: str,
        address: str,
        *,
        signed_in: bool,
    ) -> T:
        """What `look_up` finds for a normalised code. Raises as `find` does."""
        slowed = self.is_slowed(address)
        if slowed:
            await asyncio.sleep(await self._turn_in_ms(address, signed_in=signed_in) / 1000)
        code = codes.normalise(code)
        found = await look_up(code) if codes.is_code(code) else None
        if found is not None:
            return found
        if not slowed:
            await self._count_wrong(address)
        raise NotFound("no_such_room", "No room has this code.")

    async def room(self, code: str) -> str | None:
        """The session of a room, without a check who asks."""
        return self._followed(code) or await self._rooms.find(code)

    async def _look_up_for_socket(self, code: str) -> Found | None:
        if (session := await self.room(code)) is not None:
            return Found(session)
        former = await self._rooms.find_former(code)
        return None if former is None else Found(former, by_former_code=True)

    async def _count_wrong(self, address: str) -> None:
        try:
            await self._limits.hit(WRONG_CODE_FROM_ADDRESS, address)
            await self._limits.check(WRONG_CODE_FROM_ADDRESS, address)
        except RateLimited as refusal:
            log.warning("code_lookups_slowed", address=address, seconds=refusal.retry_after)
            until, name = time.time() + refusal.retry_after, subject_hash(address)
            self._slowed[name] = until
            await self._redis.zadd(SLOWED, {name: until})
            await self._redis.expire(SLOWED, WRONG_CODE_FROM_ADDRESS.seconds)

    async def _turn_in_ms(self, address: str, *, signed_in: bool = False) -> int:
        """Take the next turn of an address; in how many ms it is.

        Not one lane for each account: they are made faster than turns come.
        """
        key = f"kuis:lookup:turn:{subject_hash(address)}{':signed-in' if signed_in else ''}"
        arguments = [max(TURN_MS // self._limits.scale, 1), LONGEST_WAIT_MS]
        wait_ms = int(await self._turn([key], arguments))
        if wait_ms < 0:
            seconds = max(LONGEST_WAIT_MS // 1000, 1)
            raise RateLimited(
                "rate_limited",
                f"Too many wrong codes were tried from your network. Wait {seconds} seconds.",
                seconds,
            )
        return wait_ms

    async def _watch(self) -> None:
        """Learn which addresses other processes have slowed."""
        while True:
            await asyncio.sleep(POLL_INTERVAL_S)
            try:
                await self._redis.zremrangebyscore(SLOWED, "-inf", time.time())
                # Any: typed for every form of the command
                slowed: Any = await self._redis.zrange(SLOWED, 0, -1, withscores=True)
                self._slowed = {name.decode(): until for name, until in slowed}
            except (RedisError, OSError) as error:  # what was known last holds
                log.debug("slowed_addresses_unknown", error=type(error).__name__)
