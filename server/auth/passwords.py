"""Passwords: Argon2id, in threads, few at once so that a burst does not freeze the loop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from secrets import token_urlsafe
from typing import Final

from pwdlib import PasswordHash

from game.errors import Refusal, Unavailable

AT_ONCE: Final = 2  # each takes 64 MiB and a core for some 50 ms
WAITING_MOST: Final = 200
BUSY_RETRY_MS: Final = 3_000

Verify = Callable[[str, str | None], Awaitable[tuple[bool, str | None]]]
ClientLeaves = Callable[[], Awaitable[None]]
"""Returns once the client has closed its connection."""


class ClientLeft(Refusal):
    """The client did not wait for its turn, so nobody will read this."""

    status = 408


class Passwords:
    """A queue before the hashing: it has an end, and who leaves is taken out of it."""

    def __init__(self) -> None:
        self._hash = PasswordHash.recommended()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str, leaves: ClientLeaves | None = None) -> str:
        """Raises as `turn`."""
        async with self._slot(leaves):
            return await asyncio.to_thread(self._hash.hash, password)

    async def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether it is right, and a new hash to store when the parameters have changed since.

        Nothing stored takes as long as a wrong password: the time must not tell whether there is
        an account.
        """
        async with self.turn() as verify:
            return await verify(password, stored)

    @asynccontextmanager
    async def turn(self, leaves: ClientLeaves | None = None) -> AsyncIterator[Verify]:
        """Wait for a place, and keep it for what has to be done around `verify`.

        Raises:
            Unavailable: `too_busy`, too many are waiting.
            ClientLeft: the client closed its connection before it was its turn.
        """
        async with self._slot(leaves):
            yield self._verify_in_thread

    @asynccontextmanager
    async def _slot(self, leaves: ClientLeaves | None) -> AsyncIterator[None]:
        if self._waiting >= WAITING_MOST:
            raise Unavailable(
                "too_busy", "Many are signing in now. Try again in a few seconds.", BUSY_RETRY_MS
            )
        self._waiting += 1
        try:
            await self._acquire(leaves)
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._slots.release()

    async def _acquire(self, leaves: ClientLeaves | None) -> None:
        if leaves is None:
            await self._slots.acquire()
            return
        acquiring = asyncio.create_task(self._slots.acquire())
        leaving = asyncio.ensure_future(leaves())
        has_slot = False
        try:
            await asyncio.wait({acquiring, leaving}, return_when=asyncio.FIRST_COMPLETED)
            has_slot = acquiring.done() and not leaving.done()
        finally:
            leaving.cancel()
            # A slot that was given at this very moment to somebody who left goes to the next.
            if not has_slot and not acquiring.cancel() and not acquiring.cancelled():
                self._slots.release()
        if not has_slot:
            raise ClientLeft("client_gone", "The connection was closed.")

    async def _verify_in_thread(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        return await asyncio.to_thread(self._verify, password, stored)

    def _verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        right, renewed = self._hash.verify_and_update(password, stored or nobodys_hash())
        return (right, renewed) if stored else (False, None)


@cache
def nobodys_hash() -> str:
    """The hash of a password that nobody knows, made once a process."""
    return PasswordHash.recommended().hash(token_urlsafe())
