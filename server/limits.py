"""Rate limits, most of them counted in Redis and so shared by all processes.

A whole school may share one address, so limits for an address are generous. The strict limits are
those for an account or a room.
"""

import hashlib
from dataclasses import dataclass
from math import ceil
from time import monotonic, time
from typing import Any, cast

from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.asyncio import Redis

from game.errors import RateLimited
from game.live.lru_cache import LRUCache

MINUTE_SECONDS = 60
HOUR_SECONDS = 60 * MINUTE_SECONDS
MONTH_SECONDS = 30 * 24 * HOUR_SECONDS
SUBJECTS_COUNTED = 50_000
"""Subjects that a process counts in its memory."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` in a window of `seconds`, which begins with the first request."""

    name: str
    times: int
    seconds: int


AUTH_REQUESTS_FROM_ADDRESS = Limit("auth-requests-address", 1200, MINUTE_SECONDS)
REGISTER_FROM_ADDRESS = Limit("register-address", 500, HOUR_SECONDS)
FORGOTTEN_FROM_ADDRESS = Limit("forgotten-address", 200, HOUR_SECONDS)
FORGOTTEN_OF_EMAIL = Limit("forgotten-email", 5, HOUR_SECONDS)
VERIFY_OF_ACCOUNT = Limit("verify-account", 5, HOUR_SECONDS)
CHANGE_EMAIL_OF_ACCOUNT = Limit("change-email-account", 5, HOUR_SECONDS)
CHANGE_EMAIL_TO = Limit("change-email-to", 5, HOUR_SECONDS)
JOIN_OF_ROOM = Limit("join-room", 20_000, MINUTE_SECONDS)
JOIN_FROM_ADDRESS = Limit("join-address", 60_000, MINUTE_SECONDS)
ROOMS_OF_TEACHER = Limit("rooms-teacher", 20, MINUTE_SECONDS)
HOMEWORK_OF_TEACHER = Limit("homework-teacher", 60, HOUR_SECONDS)
HOMEWORK_STARTS_FROM_ADDRESS = Limit("homework-starts-address", 20_000, HOUR_SECONDS)
HOMEWORK_LAST_GUESTS = Limit("homework-last-guests", 1_000, MONTH_SECONDS)
"""Guests of a homework from one address, in the second half of the places for guests."""
# These are counted in each process. 2,000 students of a school may work behind one address.
HOMEWORK_REQUESTS_OF_STUDENT = Limit("homework-requests-student", 300, MINUTE_SECONDS)
HOMEWORK_LOOKUPS_FROM_ADDRESS = Limit("homework-lookups-address", 20_000, MINUTE_SECONDS)
HOMEWORK_WORK_FROM_ADDRESS = Limit("homework-work-address", 120_000, MINUTE_SECONDS)
CARD_BATCHES_OF_LEARNER = Limit("card-batches-learner", 300, HOUR_SECONDS)
"""Each changes up to 500 cards."""
GRADES_OF_LEARNER = Limit("grades-learner", 1_200, MINUTE_SECONDS)
"""A device that had no network sends hundreds one after the other."""
NEW_ATTEMPTS_FROM_ADDRESS = Limit("new-attempts-address", 6_000, MINUTE_SECONDS)
"""Attempts that a process has not seen with this student before."""
PICTURES_OF_ACCOUNT = Limit("pictures-teacher", 200, HOUR_SECONDS)
PICTURE_IMPORTS_OF_TEACHER = Limit("picture-imports-teacher", 120, HOUR_SECONDS)
"""Each reads the file again, for up to five of its pictures."""
COPIES_OF_TEACHER = Limit("copies-teacher", 300, HOUR_SECONDS)
"""Of quizzes, and of many questions between quizzes and the bank."""
IMPORTS_OF_TEACHER = Limit("imports-teacher", 60, HOUR_SECONDS)
DECK_IMPORTS = Limit("deck-imports", 60, HOUR_SECONDS)
DECK_PICTURE_IMPORTS = Limit("deck-picture-imports", 120, HOUR_SECONDS)
DECK_DOWNLOADS = Limit("deck-downloads", 60, HOUR_SECONDS)
DOWNLOADS_OF_TEACHER = Limit("downloads-teacher", 200, HOUR_SECONDS)
"""Files of questions, whose pictures are packed again each time, and what they would lose."""
STORED_BYTES_OF_ACCOUNT = Limit("stored-bytes-teacher", 100 * 1024 * 1024, HOUR_SECONDS)
"""Of quizzes, questions and sets, as server/actions/storing.py counts them."""
CORRECTIONS_OF_TEACHER = Limit("corrections-teacher", 300, HOUR_SECONDS)
"""Previews count too, because each scores a whole game."""
SHARES_OF_TEACHER = Limit("shares-teacher", 30, HOUR_SECONDS)
"""Every address that a teacher tries counts."""
REPORTS_OF_TEACHER = Limit("reports-teacher", 20, HOUR_SECONDS)
SEARCH_MS_OF_ACCOUNT = Limit("search-ms-teacher", 20_000, MINUTE_SECONDS)
SEARCH_MS_FROM_ADDRESS = Limit("search-ms-address", 60_000, MINUTE_SECONDS)
"""How long searches may take together. Each one counts at least some (server/actions/search.py)."""
CLAIMS_OF_ACCOUNT = Limit("claims-account", 60, HOUR_SECONDS)
"""Seats of guests that a student tries to claim, right or wrong."""
FITS_OF_LEARNER = Limit("fits-learner", 20, HOUR_SECONDS)
SWITCHES_OF_LEARNER = Limit("switches-learner", 20, HOUR_SECONDS)
"""Of the scheduler. Each lets all cards be scheduled anew."""
NEW_CODES_OF_ROOM = Limit("new-codes-room", 10, MINUTE_SECONDS)
WRONG_CODE_FROM_ADDRESS = Limit("wrong-code-address", 300, 10 * MINUTE_SECONDS)


class Limits:
    """Counts requests against a `Limit`, in fixed windows."""

    def __init__(self, redis: Redis, scale: int = 1) -> None:
        """`scale` multiplies every limit; see the setting `LIMIT_SCALE`."""
        self.scale = scale
        self._storage = _Storage(redis)
        self._limiter = FixedWindowRateLimiter(self._storage)

    async def hit(self, limit: Limit, subject: str, cost: int = 1) -> None:
        """Count a request of this subject (an account, a room, an address).

        Raises:
            RateLimited: there were too many; it says how many seconds to wait.
        """
        item, name = self._item(limit), subject_hash(subject)
        if not await self._limiter.hit(item, limit.name, name, cost=cost):
            raise await self._exceeded(item, limit, name)

    async def give_back(self, limit: Limit, subject: str, cost: int) -> None:
        """Take back a `hit` for something that was refused in the end."""
        item, name = self._item(limit), subject_hash(subject)
        await self._storage.incr(item.key_for(limit.name, name), item.get_expiry(), amount=-cost)

    async def check(self, limit: Limit, subject: str) -> None:
        """Raise as `hit` would, but count nothing. For limits on failures, which count later."""
        item, name = self._item(limit), subject_hash(subject)
        if not await self._limiter.test(item, limit.name, name):
            raise await self._exceeded(item, limit, name)

    def _item(self, limit: Limit) -> RateLimitItemPerSecond:
        return RateLimitItemPerSecond(limit.times * self.scale, limit.seconds, namespace="")

    async def _exceeded(self, item: RateLimitItemPerSecond, limit: Limit, name: str) -> RateLimited:
        ends_at = await self._storage.get_expiry(item.key_for(limit.name, name))
        return _refusal(limit, ends_at - time())


class LocalLimits:
    """Counts in the memory of this process, for requests that must not need or wait for Redis."""

    def __init__(self, scale: int = 1) -> None:
        """`scale` multiplies every limit; see the setting `LIMIT_SCALE`."""
        self.scale = scale
        self._windows: LRUCache[_Window] = LRUCache(SUBJECTS_COUNTED)

    def hit(self, limit: Limit, subject: str) -> None:
        """Count a request of this subject. Raises RateLimited as `Limits.hit` does."""
        name, now = f"{limit.name}:{subject}", monotonic()
        window = self._windows.get(name)
        if window is None or now >= window.ends_at:
            window = _Window(now + limit.seconds)
            self._windows[name] = window
        window.count += 1
        if window.count > limit.times * self.scale:
            raise _refusal(limit, window.ends_at - now)


@dataclass(slots=True)
class _Window:
    ends_at: float
    count: int = 0


class _Storage(RedisStorage):
    """Stores the counts with our own Redis client: single, Sentinel or cluster."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        super().__init__("async+redis://", implementation="redispy", key_prefix="kuis:limit")

    def configure_bridge(self) -> None:
        bridge = cast("Any", self.bridge)  # Any: its clients are typed for three libraries at once
        bridge.storage = self._redis
        bridge.connection_getter = lambda _: self._redis


def _refusal(limit: Limit, remaining_s: float) -> RateLimited:
    wait = min(max(1, ceil(remaining_s)), limit.seconds)
    return RateLimited("rate_limited", f"Too many requests. Wait {wait} seconds.", wait)


def subject_hash(subject: str) -> str:
    """A hash to use in keys, so that Redis holds neither IP nor e-mail addresses."""
    return hashlib.sha256(subject.encode()).hexdigest()[:24]
