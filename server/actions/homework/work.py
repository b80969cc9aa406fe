"""Students at work: their requests are committed together, many in one transaction.

All requests that arrive while a transaction runs go into the next one. A request is acknowledged
after its commit, so nothing acknowledged is lost when the process dies.
"""

import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Refusal, Unavailable
from game.live.batcher import Batcher
from game.live.lru_cache import LRUCache
from game.rules.homework import Assignment, counted
from persistence import database
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories.homework import assignments, runs
from persistence.repositories.missed_questions.enqueuing import make_cards_soon
from server.actions.homework.batch import (
    Answer,
    Batch,
    Caller,
    Command,
    Identity,
    Request,
    RunState,
)
from server.limits import NEW_ATTEMPTS_FROM_ADDRESS, LocalLimits
from server.metrics import HOMEWORK_ANSWERS, HOMEWORK_BATCH

ASSIGNMENTS_CACHED_BYTES: Final = 32 * 1024 * 1024
"""As JSON; in memory they take several times as much."""
ASSIGNMENT_BYTES: Final = 1024
"""What each of them takes beside its questions."""
CLOCK_SECONDS: Final = 10.0
"""How often this process looks at the clock of PostgreSQL."""
CLOCK_LOOKS: Final = 3
PROMPT_S: Final = 0.02
"""A look that took longer is repeated: this process may have stood still after it."""
BATCH_WINDOW_S: Final = 0.006
"""How long a request waits for others: a transaction costs as much as many of them."""
RUNS_KNOWN: Final = 50_000
"""Runs of which a process knows whose they are."""
EVERYBODY: Final = ""
"""All requests of a process share their batches, whichever homework they are for."""


class _Cached(Struct, frozen=True):
    """A homework, and the size of its questions as JSON."""

    assignment: Assignment
    size: int


class Homework:
    """What students do, on the clock of PostgreSQL, which all processes share."""

    def __init__(self, session_factory: SessionFactory, limits: LocalLimits) -> None:
        self._session_factory = session_factory
        self._limits = limits
        self._known: LRUCache[Identity] = LRUCache(RUNS_KNOWN)
        self._batcher = Batcher[Request, RunState](
            self._commit, HOMEWORK_BATCH.observe, BATCH_WINDOW_S
        )
        self._assignments: LRUCache[_Cached] = LRUCache(
            ASSIGNMENTS_CACHED_BYTES, lambda cached: cached.size + ASSIGNMENT_BYTES
        )
        self._offset_ms = 0.0
        self._clock_read_at = -CLOCK_SECONDS

    async def work(self, run_id: UUID, caller: Caller, command: Command) -> RunState:
        """Do what the student asks, and return the run as it is then.

        Raises:
            NotFound: `no_such_attempt`, also for somebody else's.
            Refusal: see `game.rules.homework.answer` and `go_on`; `already_answered`.
            RateLimited: too many new runs were asked for from this address.
            Unavailable: PostgreSQL does not answer. The request may have been done.
        """
        self._admit(run_id, caller)
        request = Request(run_id, caller, command, time.time())
        try:
            state = await self._batcher.add(EVERYBODY, request)
        except Refusal as refusal:
            if isinstance(command, Answer):
                HOMEWORK_ANSWERS.labels(refusal.code).inc()
            raise
        if isinstance(command, Answer):
            HOMEWORK_ANSWERS.labels("answered").inc()
        self.remember(run_id, caller)
        return state

    def remember(self, run_id: UUID, caller: Caller) -> None:
        """Note that this run is the caller's. PostgreSQL is asked again at each request."""
        self._known[str(run_id)] = caller.identity

    async def by_code(self, code: str) -> QuizSession | None:
        """The homework with this code, open or closed. Their codes begin with a digit."""
        if not code[:1].isdigit():
            return None
        async with self._session_factory() as db:
            return await assignments.by_code(db, code)

    async def by_id(self, session_id: UUID) -> QuizSession:
        """The homework with this id, open or closed. Nobody can guess ids, so all may ask."""
        async with self._session_factory() as db:
            found = await assignments.by_id(db, session_id)
        if found is None:
            raise assignments.no_such_homework()
        return found

    async def now_ms(self, db: AsyncSession) -> int:
        await self._read_clock(db)
        return round(time.time() * 1000 + self._offset_ms)

    async def assignment_of(self, db: AsyncSession, homework: QuizSession) -> Assignment:
        """Raises NotFound if it was just purged."""
        if homework.closes_at is None:
            raise assignments.no_such_homework()
        closes_at = min(homework.closes_at, homework.ended_at or homework.closes_at)
        found = await self.assignment(db, homework.id, assignments.milliseconds(closes_at))
        if found is None:
            raise assignments.no_such_homework()
        return found

    async def assignment(
        self, db: AsyncSession, session_id: UUID, closes_at: int
    ) -> Assignment | None:
        """The homework, of which only the deadline can change; None if it was purged."""
        name = str(session_id)
        if (cached := self._assignments.get(name)) is None:
            known = await runs.assignment(db, session_id)
            if known is None:
                return None
            cached = _Cached(known, len(msgspec.json.encode(known.questions)))
        if cached.assignment.closes_at != closes_at:
            cached = replace(cached, assignment=replace(cached.assignment, closes_at=closes_at))
        self._assignments[name] = cached
        return cached.assignment

    def _admit(self, run_id: UUID, caller: Caller) -> None:
        """Let strangers ask for few runs: each takes a place in a transaction with answers."""
        if caller.identity is None:
            raise assignments.no_such_attempt()
        if self._known.get(str(run_id)) != caller.identity:
            self._limits.hit(NEW_ATTEMPTS_FROM_ADDRESS, caller.address)

    async def _commit(self, _: str, requests: Sequence[Request]) -> Sequence[RunState | Refusal]:
        try:
            return await self._together(requests)
        except (SQLAlchemyError, OSError) as error:
            if database.is_unavailable(error):
                raise Unavailable("unavailable", "The answers cannot be stored now.") from error
            if len(requests) == 1:
                raise
        # One of them cannot be stored, such as that of an account that is just being removed.
        return [outcome for each in requests for outcome in await self._commit("", [each])]

    async def _together(self, requests: Sequence[Request]) -> list[RunState | Refusal]:
        async with self._session_factory.begin() as db:
            await self._read_clock(db)
            locked = await runs.lock(db, {each.run_id for each in requests})
            found: dict[UUID, Assignment] = {}
            for each in locked.values():
                assignment = await self.assignment(db, each.session_id, each.closes_at)
                if assignment is not None:
                    found[each.session_id] = assignment
            batch = Batch(locked, found, self._offset_ms)
            for request in requests:
                batch.do(request)
            await runs.store(db, batch.answers, batch.moved)
            await _count(db, batch)
            for session_id, missed_by in batch.missed_by_accounts().items():
                await make_cards_soon(db, [session_id], missed_by)
            stored = await runs.stored(db, batch.wanted())
        return batch.outcomes(stored)

    async def _read_clock(self, db: AsyncSession) -> None:
        if time.monotonic() - self._clock_read_at < CLOCK_SECONDS:
            return
        looks: list[tuple[float, float]] = []
        while len(looks) < CLOCK_LOOKS and (not looks or min(looks)[0] > PROMPT_S):
            before = time.time()
            theirs = await runs.now_ms(db)
            took = time.time() - before
            looks.append((took, theirs - (before + took / 2) * 1000))
        self._offset_ms = min(looks)[1]
        self._clock_read_at = time.monotonic()


async def _count(db: AsyncSession, batch: Batch) -> None:
    """Note which run counts now, for students who finished another one than their first."""
    for locked, assignment in batch.finished():
        of_student = await runs.results_of(db, locked.participation_id)
        counting = counted(of_student, assignment.settings.counts)
        row = {"participation": locked.participation_id, "run": counting.number}
        await assignments.set_counting_runs(db, [row])
