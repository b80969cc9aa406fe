"""Closes connections whose sign-in has ended or whose account may no longer do what they do."""

import asyncio
import contextlib
from collections import defaultdict
from time import monotonic
from typing import Final
from uuid import UUID

import msgspec
import structlog
from redis.exceptions import RedisError

from game.errors import Unavailable
from game.live.pubsub import PubSub
from game.live.tasks import cancel_and_wait
from persistence.repositories.viewers import SUPER_ADMIN
from server.auth.account_cache import CHANNEL
from server.auth.sign_ins import SignedIn, SignIns
from server.live.connection import Connection
from server.live.error_codes import CloseCode
from server.live.protocol import Role

CHECK_EVERY_S: Final = 30.0
CHECK_AGAIN_S: Final = 0.5
CHECKED_AT_ONCE: Final = 200
NAMED_FOR_S: Final = 5.0
"""Far longer than it takes from reading who opens a socket to adding the socket."""

log = structlog.get_logger(__name__)


class SignInWatch:
    """Knows this process's sockets by account, and checks them when the channel names one.

    All are checked when the channel is back after it was lost, and every CHECK_EVERY_S anyway.
    """

    def __init__(self, sign_ins: SignIns, channels: PubSub) -> None:
        self._sign_ins = sign_ins
        self._channels = channels
        self._sockets: defaultdict[bytes, set[Connection]] = defaultdict(set)
        self._named_at: dict[bytes, float] = {}
        """When the channel named an account, the last one at the end; for those of a moment ago."""
        self._due: set[bytes] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._channels.subscribe(CHANNEL, self)
        self._task = asyncio.create_task(self._run(), name="sign-in watch")

    async def stop(self) -> None:
        if self._task is not None:
            await cancel_and_wait(self._task)

    def add(self, connection: Connection) -> None:
        if connection.caller.signed_in is None or connection.gone:
            return
        name = _name(connection.caller.signed_in.user_id)
        self._sockets[name].add(connection)
        if name in self._named_at:  # maybe after it was read who this is
            self._check({name})

    def remove(self, connection: Connection) -> None:
        if connection.caller.signed_in is None:
            return
        name = _name(connection.caller.signed_in.user_id)
        if (sockets := self._sockets.get(name)) is not None:
            sockets.discard(connection)
            if not sockets:
                del self._sockets[name]

    async def act_for(self, connection: Connection, holder: SignedIn) -> SignedIn | None:
        """Let a connection act for somebody from now on: as they are now, if still signed in."""
        self.remove(connection)
        connection.caller = msgspec.structs.replace(connection.caller, signed_in=holder)
        self.add(connection)  # before the check, so that no change falls between the two
        now = await self._sign_ins.check(holder)
        if now is not None:
            connection.caller = msgspec.structs.replace(connection.caller, signed_in=now)
        return now

    async def is_active(self, user_id: UUID) -> bool:
        account = await self._sign_ins.accounts.get(user_id)
        return account is not None and account.is_active

    # Callbacks from the channel.

    def on_subscribed(self) -> None:
        self._check(set(self._sockets))

    def on_message(self, data: bytes) -> None:
        now = monotonic()
        self._named_at.pop(data, None)
        self._named_at[data] = now
        while now - self._named_at[oldest := next(iter(self._named_at))] > NAMED_FOR_S:
            del self._named_at[oldest]
        self._check(self._sockets.keys() & {data})

    def _check(self, names: set[bytes]) -> None:
        self._due |= names
        self._wake.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        check_all_at = loop.time() + CHECK_EVERY_S
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(check_all_at):
                    await self._wake.wait()
            self._wake.clear()
            if loop.time() >= check_all_at:
                self._due |= self._sockets.keys()
                check_all_at = loop.time() + CHECK_EVERY_S
            await self._check_due()

    async def _check_due(self) -> None:
        while self._due:
            names = [self._due.pop() for _ in range(min(len(self._due), CHECKED_AT_ONCE))]
            try:
                await asyncio.gather(*(self._check_account(name) for name in names))
            except (RedisError, OSError, Unavailable) as error:
                log.warning("live.sign_ins_not_checked", error=type(error).__name__)
                self._due.update(names)
                await asyncio.sleep(CHECK_AGAIN_S)
            except Exception:
                log.exception("live.sign_ins_not_checked")

    async def _check_account(self, name: bytes) -> None:
        by_sign_in: defaultdict[SignedIn, list[Connection]] = defaultdict(list)
        for connection in self._sockets.get(name, ()):
            if connection.caller.signed_in is not None:
                by_sign_in[connection.caller.signed_in].append(connection)
        for signed_in, connections in by_sign_in.items():
            now = await self._sign_ins.check(signed_in)
            for connection in connections:
                if now is None or (connection.role is Role.HOST and _lost_rights(signed_in, now)):
                    connection.close(CloseCode.NOT_SIGNED_IN, "signed out")
                else:
                    connection.caller = msgspec.structs.replace(connection.caller, signed_in=now)


def _lost_rights(before: SignedIn, now: SignedIn) -> bool:
    """Whoever may still host the room by the new role comes back to it at once."""
    return now.role not in (before.role, SUPER_ADMIN)


def _name(user_id: UUID) -> bytes:
    return str(user_id).encode()
