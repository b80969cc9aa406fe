"""Passwords: Argon2id, in threads, few at once so that a burst does not freeze the loop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from secrets import token_urlsafe

from pwdlib import PasswordHash

AT_ONCE = 2  # each takes 64 MiB and a core for some 50 ms

Verify = Callable[[str, str | None], Awaitable[tuple[bool, str | None]]]


class Passwords:
    def __init__(self) -> None:
        self._hash = PasswordHash.recommended()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        async with self._slots:
            return await asyncio.to_thread(self._hash.hash, password)

    async def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether it is right, and a new hash to store when the parameters have changed since.

        Nothing stored takes as long as a wrong password: the time must not tell whether there is
        an account.
        """
        async with self.turn() as verify:
            return await verify(password, stored)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Verify]:
        """Wait for a place, and keep it for what has to be done around `verify`."""
        async with self._slots:
            yield self._verify_in_thread

    async def _verify_in_thread(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        return await asyncio.to_thread(self._verify, password, stored)

    def _verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        right, renewed = self._hash.verify_and_update(password, stored or nobodys_hash())
        return (right, renewed) if stored else (False, None)


@cache
def nobodys_hash() -> str:
    """The hash of a password that nobody knows, made once a process."""
    return PasswordHash.recommended().hash(token_urlsafe())
