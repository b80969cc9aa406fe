"""Hashes and verifies passwords with Argon2id, in threads.

A hash takes 64 MiB and a core for some 50 ms, so only a few are computed at once. Everybody else
waits in a bounded queue, so that a burst of sign-ins neither stops the event loop nor fills the
memory.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from enum import IntEnum
from functools import cache
from secrets import token_urlsafe
from time import monotonic
from typing import Final

from msgspec import Struct
from pwdlib import PasswordHash

from game.errors import Unavailable
from server.refusals import HttpRefusal

AT_ONCE: Final = 2
WAIT_MOST_S: Final = 3.0  # an applicant who would wait longer is refused at once
MIN_PLACES: Final = 60  # in all queues together: a class can sign in at once on a slow machine too
OF_ADDRESS_SHARE: Final = 0.75  # of the places in a queue; the rest stays free for others
OF_SUBJECT_SHARE: Final = 0.5
FIRST_ESTIMATE_S: Final = 0.05  # how long a hash takes, until some have been measured
WEIGHT: Final = 0.1  # of the latest measurement in the moving average
BUSY_RETRY_MS: Final = 3_000

Verify = Callable[[str, str | None], Awaitable[tuple[bool, str | None]]]
ClientLeaves = Callable[[], Awaitable[None]]
"""Returns once the client has closed its connection."""


class Rank(IntEnum):
    """The ranks of applicants, each of which has its own queue.

    Half of the turns are for the first rank and a quarter for each of the others. Turns that a
    rank does not need go to the next one. So guesses from many addresses do not keep out known
    devices, and a flood from known devices does not keep out strangers.
    """

    KNOWN = 0
    """A device that signed in to the account before, a signed-in user, or the holder of a link."""
    STRANGER = 1
    SUSPECT = 2
    """A client at an address from which wrong passwords came lately."""


FIRST_IN_CYCLE: Final = (Rank.KNOWN, Rank.STRANGER, Rank.KNOWN, Rank.SUSPECT)
CYCLE: Final = len(FIRST_IN_CYCLE)


class Applicant(Struct, frozen=True):
    """Somebody who needs a password hashed.

    Each address gets a bounded share of the queue, and so does each subject of an address.
    """

    subject: str = ""
    address: str = ""
    rank: Rank = Rank.STRANGER
    leaves: ClientLeaves | None = None


class ClientLeft(HttpRefusal):
    """The client closed its connection while it waited, so nobody will read this refusal."""

    status = 408


Turn = asyncio.Future[bool]
"""False if the place in the queue went to somebody else."""
_Subjects = OrderedDict[str, deque[Turn]]
_NOBODY: Final = _Subjects()


class _Queue:
    """A fair queue: addresses take turns, and within an address its subjects do."""

    def __init__(self) -> None:
        self._by_address: OrderedDict[str, _Subjects] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def of_address(self, address: str) -> int:
        return sum(len(turns) for turns in self._by_address.get(address, _NOBODY).values())

    def of_subject(self, address: str, subject: str) -> int:
        return len(self._by_address.get(address, _NOBODY).get(subject, ()))

    def add(self, address: str, subject: str, turn: Turn) -> None:
        group = self._by_address.setdefault(address, OrderedDict())
        group.setdefault(subject, deque()).append(turn)
        self._length += 1

    def remove(self, address: str, subject: str, turn: Turn) -> None:
        group = self._by_address[address]
        group[subject].remove(turn)
        if not group[subject]:
            del group[subject]
        if not group:
            del self._by_address[address]
        self._length -= 1

    def shorten(self, than: int) -> Turn | None:
        """Remove the last turn of the address that has most, if those are more than `than`."""
        address = max(self._by_address, key=self.of_address, default="")
        if self.of_address(address) <= than:
            return None
        group = self._by_address[address]
        subject = max(group, key=lambda each: len(group[each]))
        turn = group[subject][-1]
        self.remove(address, subject, turn)
        return turn

    def pop(self) -> Turn:
        """Take the next turn: round-robin over addresses, then over the subjects of the address."""
        address, group = self._by_address.popitem(last=False)
        subject, turns = group.popitem(last=False)
        turn = turns.popleft()
        if turns:
            group[subject] = turns
        if group:
            self._by_address[address] = group
        self._length -= 1
        return turn


class Passwords:
    """Hashes and verifies passwords, with a bounded queue for each rank.

    A client that closes its connection loses its place in the queue.
    """

    def __init__(self) -> None:
        self._hash = PasswordHash.recommended()
        self._running = 0
        self._queues = {rank: _Queue() for rank in Rank}
        self._turns = 0
        self._average_s = FIRST_ESTIMATE_S

    async def hash(self, password: str, applicant: Applicant | None = None) -> str:
        """Raises as `turn`."""
        async with self._slot(applicant or Applicant()):
            return await asyncio.to_thread(self._hash.hash, password)

    async def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether the password is right, and a new hash to store if the parameters have changed.

        Without a stored hash this takes as long as for a wrong password, because the time must not
        reveal whether an account exists.
        """
        async with self.turn(Applicant()) as verify:
            return await verify(password, stored)

    @asynccontextmanager
    async def turn(self, applicant: Applicant) -> AsyncIterator[Verify]:
        """Wait for a turn, and hold it as long as the context is open.

        Raises:
            Unavailable: `too_busy`, the wait would be too long.
            ClientLeft: the client closed its connection while it waited.
        """
        async with self._slot(applicant):
            yield self._verify_in_thread

    @asynccontextmanager
    async def _slot(self, applicant: Applicant) -> AsyncIterator[None]:
        await self._acquire(applicant)
        began = monotonic()
        try:
            yield
        finally:
            self._average_s += WEIGHT * (monotonic() - began - self._average_s)
            self._release()

    async def _acquire(self, applicant: Applicant) -> None:
        if self._running < AT_ONCE:
            self._running += 1
            return
        if not self._has_place_for(applicant):
            raise _too_busy()
        turn = asyncio.get_running_loop().create_future()
        self._queues[applicant.rank].add(applicant.address, applicant.subject, turn)
        leaving = asyncio.ensure_future(applicant.leaves()) if applicant.leaves else None
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
                self._give_up(applicant, turn)
        if not is_served:
            raise ClientLeft("client_gone", "The connection was closed.")
        if not turn.result():
            raise _too_busy()

    def _has_place_for(self, applicant: Applicant) -> bool:
        """Whether there is one. In a full queue it is taken from the address that has most."""
        queue = self._queues[applicant.rank]
        places = self._places(applicant.rank)
        own = queue.of_address(applicant.address)
        if (
            own >= places * OF_ADDRESS_SHARE
            or queue.of_subject(applicant.address, applicant.subject) >= places * OF_SUBJECT_SHARE
        ):
            return False
        if len(queue) < places:
            return True
        dropped = queue.shorten(own + 1)
        if dropped is not None:
            dropped.set_result(False)
        return dropped is not None

    def _places(self, rank: Rank) -> int:
        """The length of a rank's queue with which everybody in it has a turn in time."""
        others = [other for other in Rank if other != rank and self._queues[other]]
        share = sum(_next_rank(turn, [rank, *others]) == rank for turn in range(CYCLE)) / CYCLE
        in_time = max(WAIT_MOST_S * AT_ONCE / self._average_s, MIN_PLACES)
        waiting = sum(len(self._queues[other]) for other in others)
        return int(max(in_time - waiting, in_time * share))

    def _give_up(self, applicant: Applicant, turn: Turn) -> None:
        """Leave the queue. A turn that was granted at this very moment goes to the next one."""
        if turn.done():
            if turn.result():
                self._release()
        else:
            self._queues[applicant.rank].remove(applicant.address, applicant.subject, turn)

    def _release(self) -> None:
        waiting = [rank for rank in Rank if self._queues[rank]]
        if not waiting:
            self._running -= 1
            return
        self._turns += 1
        self._queues[_next_rank(self._turns, waiting)].pop().set_result(True)

    async def _verify_in_thread(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        return await asyncio.to_thread(self._verify, password, stored)

    def _verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        right, renewed = self._hash.verify_and_update(password, stored or nobodys_hash())
        return (right, renewed) if stored else (False, None)


def _too_busy() -> Unavailable:
    message = "Many are signing in now. Try again in a few seconds."
    return Unavailable("too_busy", message, BUSY_RETRY_MS)


def _next_rank(turn: int, waiting: Collection[Rank]) -> Rank:
    first = FIRST_IN_CYCLE[turn % CYCLE]
    return min(waiting, key=lambda rank: (rank < first, rank))


@cache
def nobodys_hash() -> str:
    """The hash of a random password, to compare with when there is no account."""
    return PasswordHash.recommended().hash(token_urlsafe())
