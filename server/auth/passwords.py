"""Passwords: Argon2id, in threads, few at once so that a burst does not freeze the loop."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from secrets import token_urlsafe
from typing import Final

from pwdlib import PasswordHash

from game.errors import Refusal, Unavailable

AT_ONCE: Final = 2  # each takes 64 MiB and a core for some 50 ms
WAITING_MOST: Final = 200
OF_ADDRESS_MOST: Final = 150  # so that others find a place
OF_SUBJECT_MOST: Final = 100
BUSY_RETRY_MS: Final = 3_000

Verify = Callable[[str, str | None], Awaitable[tuple[bool, str | None]]]
ClientLeaves = Callable[[], Awaitable[None]]
"""Returns once the client has closed its connection."""


_Subjects = OrderedDict[str, deque[asyncio.Future[None]]]


class ClientLeft(Refusal):
    """The client did not wait for its turn, so nobody will read this."""

    status = 408


class Passwords:
    """Hashing behind a bounded queue, which forgets clients that leave.

    Subjects take turns, so that one account with many tries does not make others wait.
    """

    def __init__(self) -> None:
        self._hash = PasswordHash.recommended()
        self._running = 0
        self._waiting: OrderedDict[str, _Subjects] = OrderedDict()
        """By address."""

    async def hash(
        self,
        password: str,
        subject: str = "",
        leaves: ClientLeaves | None = None,
        address: str = "",
    ) -> str:
        """Raises as `turn`."""
        async with self._slot(address, subject, leaves):
            return await asyncio.to_thread(self._hash.hash, password)

    async def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether it is right, and a new hash to store when the parameters have changed since.

        Nothing stored takes as long as a wrong password: the time must not tell whether there is
        an account.
        """
        async with self.turn() as verify:
            return await verify(password, stored)

    @asynccontextmanager
    async def turn(
        self, subject: str = "", leaves: ClientLeaves | None = None, address: str = ""
    ) -> AsyncIterator[Verify]:
        """Wait for a place, and keep it for what has to be done around `verify`.

        Raises:
            Unavailable: `too_busy`, too many are waiting.
            ClientLeft: the client closed its connection before it was its turn.
        """
        async with self._slot(address, subject, leaves):
            yield self._verify_in_thread

    @asynccontextmanager
    async def _slot(
        self, address: str, subject: str, leaves: ClientLeaves | None
    ) -> AsyncIterator[None]:
        await self._acquire(address, subject, leaves)
        try:
            yield
        finally:
            self._release()

    async def _acquire(self, address: str, subject: str, leaves: ClientLeaves | None) -> None:
        if self._running < AT_ONCE:
            self._running += 1
            return
        if self._is_full_for(address, subject):
            raise Unavailable(
                "too_busy", "Many are signing in now. Try again in a few seconds.", BUSY_RETRY_MS
            )
        turn = asyncio.get_running_loop().create_future()
        group = self._waiting.setdefault(address, OrderedDict())
        group.setdefault(subject, deque()).append(turn)
        leaving = asyncio.ensure_future(leaves()) if leaves else None
        is_served = False
        try:
            await asyncio.wait(
                {turn, leaving} if leaving else {turn}, return_when=asyncio.FIRST_COMPLETED
            )
            is_served = leaving is None or not leaving.done()
        finally:
            if leaving is not None:
                leaving.cancel()
            if not is_served:
                self._give_up(address, subject, turn)
        if not is_served:
            raise ClientLeft("client_gone", "The connection was closed.")

    def _is_full_for(self, address: str, subject: str) -> bool:
        waiting = {at: sum(map(len, group.values())) for at, group in self._waiting.items()}
        of_subject = len(self._waiting[address].get(subject, ())) if address in waiting else 0
        return (
            sum(waiting.values()) >= WAITING_MOST
            or waiting.get(address, 0) >= OF_ADDRESS_MOST
            or of_subject >= OF_SUBJECT_MOST
        )

    def _give_up(self, address: str, subject: str, turn: asyncio.Future[None]) -> None:
        """Leave the queue; a place that was given at this very moment goes to the next."""
        if turn.done():
            self._release()
            return
        group = self._waiting[address]
        group[subject].remove(turn)
        if not group[subject]:
            del group[subject]
        if not group:
            del self._waiting[address]

    def _release(self) -> None:
        """Give the place to the address, and there to the subject, that waits longest for one."""
        if not self._waiting:
            self._running -= 1
            return
        address, group = self._waiting.popitem(last=False)
        subject, turns = group.popitem(last=False)
        turns.popleft().set_result(None)
        if turns:
            group[subject] = turns
        if group:
            self._waiting[address] = group

    async def _verify_in_thread(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        return await asyncio.to_thread(self._verify, password, stored)

    def _verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        right, renewed = self._hash.verify_and_update(password, stored or nobodys_hash())
        return (right, renewed) if stored else (False, None)


@cache
def nobodys_hash() -> str:
    """The hash of a password that nobody knows, made once a process."""
    return PasswordHash.recommended().hash(token_urlsafe())
