"""Fires the deadlines of all rooms, shared among the processes.

Each process sleeps until the next deadline and then claims what is due. New deadlines are announced
to all processes; a poll once a second finds those whose announcement was missed. A claim is a short
lease: when a process dies, another one fires the deadline after the lease.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

from game.errors import Refusal
from game.live import keys
from game.live.clock import Clock
from game.live.pubsub import PubSub
from game.live.rooms import Rooms
from game.live.store import Store

LEASE_MS: Final = 250
POLL_INTERVAL_MS: Final = 1000
MAX_FIRING: Final = 256
"""This process fires at most so many deadlines at once. It claims no more than that, so that no
lease runs out in a queue."""
RETRY_WHEN_FULL_MS: Final = 10
RETRY_WHEN_UNAVAILABLE_S: Final = 0.25

_log = logging.getLogger(__name__)


class Deadlines:
    """Fires the deadlines of all rooms. `late` is called with each one's delay in milliseconds."""

    def __init__(
        self,
        store: Store,
        rooms: Rooms,
        channels: PubSub,
        clock: Clock,
        late: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._rooms = rooms
        self._channels = channels
        self._clock = clock
        self._late = late
        self._next = dict.fromkeys(range(keys.SHARDS), 0)  # when to poll a shard, in ms
        self._sooner = asyncio.Event()
        self._firing: dict[str, asyncio.Task[None]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Fire what is due until `stop` is set."""
        await self._channels.subscribe(keys.DEADLINES_CHANNEL, self)
        stopped = asyncio.create_task(stop.wait())
        stopped.add_done_callback(lambda _: self._sooner.set())
        try:
            while not stop.is_set():
                await self._sleep()
                await self._poll()
        finally:
            stopped.cancel()
            await self._channels.unsubscribe(keys.DEADLINES_CHANNEL)
            await asyncio.gather(*self._firing.values())

    def on_subscribed(self) -> None:
        """Poll all shards, because announcements may have been missed."""
        self._next = dict.fromkeys(self._next, 0)
        self._sooner.set()

    def on_message(self, data: bytes) -> None:
        shard, at = map(int, data.split())
        if at < self._next[shard]:
            self._next[shard] = at
            self._sooner.set()

    async def _sleep(self) -> None:
        wait_ms = min(self._next.values()) - self._clock.now()
        self._sooner.clear()
        if wait_ms > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._sooner.wait(), wait_ms / 1000)

    async def _poll(self) -> None:
        now = self._clock.now()
        due = [shard for shard, at in self._next.items() if at <= now]
        try:
            await asyncio.gather(*(self._poll_shard(shard, now) for shard in due))
        except Refusal as refusal:
            _log.warning("Deadlines cannot be seen: %s", refusal)
            await asyncio.sleep(RETRY_WHEN_UNAVAILABLE_S)
        except Exception:  # noqa: BLE001  # otherwise no room would move on by itself any more
            _log.exception("Deadlines cannot be seen.")
            await asyncio.sleep(RETRY_WHEN_UNAVAILABLE_S)

    async def _poll_shard(self, shard: int, now: int) -> None:
        free = MAX_FIRING - len(self._firing)
        if free <= 0:
            self._next[shard] = now + RETRY_WHEN_FULL_MS
            return
        self._next[shard] = now + POLL_INTERVAL_MS  # an announcement may bring it forward meanwhile
        next_at, due = await self._store.claim_deadlines(shard, now, now + LEASE_MS, free)
        if next_at is not None:
            self._next[shard] = min(self._next[shard], next_at)
        for session, at in due.items():
            if session not in self._firing:  # otherwise it takes longer than its lease
                self._firing[session] = asyncio.create_task(
                    self._fire(session, at), name=f"deadline of {session}"
                )

    async def _fire(self, session: str, at: int) -> None:
        try:
            await self._rooms.tick(session)
        except Refusal as refusal:
            _log.warning("What was due in room %s comes later: %s", session, refusal)
        except Exception:  # noqa: BLE001  # nobody awaits this; it is claimed again after its lease
            _log.exception("What was due in room %s failed.", session)
        else:
            self._late(self._clock.now() - at)
        finally:
            del self._firing[session]
