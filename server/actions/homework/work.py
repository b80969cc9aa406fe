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

from game.errors import Refusal, Unavailable, room_refusal
from game.live.batcher import Batcher
from game.live.lru_cache import LRUCache
from game.rules.homework import (
    Assignment,
    GivenAnswer,
    Repeated,
    Run,
    answer,
    counted,
    finish,
    go_on,
    question_index,
)
from persistence import database
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories.homework import assignments, runs
from persistence.repositories.homework.runs import (
    AnswerKey,
    GradedAnswer,
    LockedRun,
    StoredAnswer,
)
from server.limits import NEW_RUNS_FROM_ADDRESS, LocalLimits
from server.metrics import HOMEWORK_ANSWERS, HOMEWORK_BATCH

ASSIGNMENTS_CACHED_BYTES: Final = 32 * 1024 * 1024
"""As JSON; in memory they take several times as much."""
ASSIGNMENT_BYTES: Final = 1024
"""What each of them takes beside its questions."""
CLOCK_SECONDS: Final = 10.0
"""How often this process looks at the clock of PostgreSQL."""
BATCH_WINDOW_S: Final = 0.006
"""How long a request waits for others: a transaction costs as much as many of them."""
RUNS_KNOWN: Final = 50_000
"""Runs of which a process knows whose they are."""
EVERYBODY: Final = ""
"""All requests of a process share their batches, whichever homework they are for."""

Identity = UUID | bytes | None


class Caller(Struct, frozen=True):
    """Who asks: an account, or a guest by the hash of their token."""

    user_id: UUID | None
    token_hash: bytes | None
    address: str

    @property
    def identity(self) -> Identity:
        return self.user_id or self.token_hash

    def owns(self, locked: LockedRun) -> bool:
        if locked.user_id is not None:
            return self.user_id == locked.user_id
        return self.token_hash is not None and self.token_hash == locked.token_hash


class Answer(Struct, frozen=True):
    position: int
    response: object


class GoOn(Struct, frozen=True):
    """Leave the question at this position, answered or not."""

    position: int


class HandIn(Struct, frozen=True):
    """Finish, whatever is not answered yet."""


class Look(Struct, frozen=True):
    """Change nothing."""


Command = Answer | GoOn | HandIn | Look


class Worked(Struct, frozen=True):
    """A run after a request. `stored` is the answer to the question at its position."""

    id: UUID
    session_id: UUID
    participation_id: UUID
    run: Run
    assignment: Assignment
    closed: bool
    now: int
    stored: StoredAnswer | None


class _Request(Struct, frozen=True):
    run_id: UUID
    caller: Caller
    command: Command
    arrived_at: float
    """On the clock of this process, in seconds."""


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
        self._batcher = Batcher[_Request, Worked](
            self._commit, HOMEWORK_BATCH.observe, BATCH_WINDOW_S
        )
        self._assignments: LRUCache[_Cached] = LRUCache(
            ASSIGNMENTS_CACHED_BYTES, lambda cached: cached.size + ASSIGNMENT_BYTES
        )
        self._offset_ms = 0.0
        self._clock_read_at = -CLOCK_SECONDS

    async def work(self, run_id: UUID, caller: Caller, command: Command) -> Worked:
        """Do what the student asks, and return the run as it is then.

        Raises:
            NotFound: `no_such_run`, also for somebody else's.
            Refusal: see `game.rules.homework.answer` and `go_on`; `already_answered`.
            RateLimited: too many new runs were asked for from this address.
            Unavailable: PostgreSQL does not answer. The request may have been done.
        """
        self._admit(run_id, caller)
        request = _Request(run_id, caller, command, time.time())
        try:
            worked = await self._batcher.add(EVERYBODY, request)
        except Refusal as refusal:
            if isinstance(command, Answer):
                HOMEWORK_ANSWERS.labels(refusal.code).inc()
            raise
        if isinstance(command, Answer):
            HOMEWORK_ANSWERS.labels("answered").inc()
        self.remember(run_id, caller)
        return worked

    def remember(self, run_id: UUID, caller: Caller) -> None:
        """Note that this run is the caller's. PostgreSQL is asked again at each request."""
        self._known[str(run_id)] = caller.identity

    async def by_code(self, code: str) -> QuizSession | None:
        """The homework with this code, open or closed. Their codes begin with a digit."""
        if not code[:1].isdigit():
            return None
        async with self._session_factory() as db:
            return await assignments.by_code(db, code)

    async def now_ms(self, db: AsyncSession) -> int:
        await self._read_clock(db)
        return round(time.time() * 1000 + self._offset_ms)

    async def assignment_of(self, db: AsyncSession, homework: QuizSession) -> Assignment:
        """Raises NotFound if it was just purged."""
        if homework.closes_at is None:
            raise assignments.no_such_homework()
        closes_at = assignments.milliseconds(homework.closes_at)
        found = await self.assignment(db, homework.id, closes_at)
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
            raise assignments.no_such_run()
        if self._known.get(str(run_id)) != caller.identity:
            self._limits.hit(NEW_RUNS_FROM_ADDRESS, caller.address)

    async def _commit(self, _: str, requests: Sequence[_Request]) -> Sequence[Worked | Refusal]:
        try:
            return await self._together(requests)
        except (SQLAlchemyError, OSError) as error:
            if database.is_unavailable(error):
                raise Unavailable("unavailable", "The answers cannot be stored now.") from error
            if len(requests) == 1:
                raise
        # One of them cannot be stored, such as that of an account that is just being removed.
        return [outcome for each in requests for outcome in await self._commit("", [each])]

    async def _together(self, requests: Sequence[_Request]) -> list[Worked | Refusal]:
        async with self._session_factory.begin() as db:
            await self._read_clock(db)
            locked = await runs.lock(db, {each.run_id for each in requests})
            found: dict[UUID, Assignment] = {}
            for each in locked.values():
                assignment = await self.assignment(db, each.session_id, each.closes_at)
                if assignment is not None:
                    found[each.session_id] = assignment
            batch = _Batch(locked, found, self._offset_ms)
            for request in requests:
                batch.do(request)
            await runs.store(db, batch.answers, batch.moved)
            await _count(db, batch)
            stored = await runs.stored(db, batch.wanted())
        return batch.outcomes(stored)

    async def _read_clock(self, db: AsyncSession) -> None:
        if time.monotonic() - self._clock_read_at < CLOCK_SECONDS:
            return
        self._offset_ms = await runs.now_ms(db) - time.time() * 1000
        self._clock_read_at = time.monotonic()


async def _count(db: AsyncSession, batch: "_Batch") -> None:
    """Note which run counts now, for students who finished another one than their first."""
    for locked, assignment in batch.finished():
        of_student = await runs.results_of(db, locked.participation_id)
        counting = counted(of_student, assignment.settings.counts)
        row = {"participation": locked.participation_id, "run": counting.number}
        await assignments.set_counting_runs(db, [row])


class _Batch:
    """The requests of one transaction, one after the other."""

    def __init__(
        self,
        locked: dict[UUID, LockedRun],
        found: dict[UUID, Assignment],
        offset_ms: float,
    ) -> None:
        self.answers: list[GradedAnswer] = []
        self.moved: dict[UUID, Run] = {}
        self._given: dict[AnswerKey, StoredAnswer] = {}
        self._locked = locked
        self._found = found
        self._offset_ms = offset_ms
        self._done: list[tuple[_Request, Refusal | Repeated | None]] = []

    def do(self, request: _Request) -> None:
        try:
            self._done.append((request, self._decide(request)))
        except Refusal as refusal:
            self._done.append((request, refusal))

    def finished(self) -> list[tuple[LockedRun, Assignment]]:
        """Runs that were finished now and are not the first of their students."""
        return [
            (self._locked[id_], self._found[self._locked[id_].session_id])
            for id_, run in self.moved.items()
            if run.finished_at is not None and run.number > 1
        ]

    def wanted(self) -> list[AnswerKey]:
        """The answers to read: those that were repeated, and those that are shown."""
        keys = set[AnswerKey]()
        for request, outcome in self._done:
            if isinstance(outcome, Refusal):
                continue
            if isinstance(outcome, Repeated):
                keys.add(self._key(request.run_id, outcome.question))
            if (shown := self._shown(request.run_id)) is not None:
                keys.add(shown)
        return [*(keys - self._given.keys())]

    def outcomes(self, stored: dict[AnswerKey, StoredAnswer]) -> list[Worked | Refusal]:
        known = stored | self._given
        return [self._outcome(request, outcome, known) for request, outcome in self._done]

    def _decide(self, request: _Request) -> Repeated | None:
        locked = self._locked.get(request.run_id)
        if locked is None or not request.caller.owns(locked) or locked.kicked:
            raise assignments.no_such_run()
        assignment = self._found[locked.session_id]
        run, at = self._run(locked.id), self._at(request)
        match request.command:
            case Answer(position, response):
                decided = answer(assignment, run, position, response, at)
                if isinstance(decided, Repeated):
                    return decided
                self._add(locked, assignment, decided, at)
            case GoOn(position):
                self._move(locked.id, go_on(assignment, run, position, at))
            case HandIn():
                self._move(locked.id, finish(assignment, run, min(at, assignment.closes_at)))
            case Look():
                pass
        return None

    def _add(
        self,
        locked: LockedRun,
        assignment: Assignment,
        decided: tuple[Run, GivenAnswer],
        at: int,
    ) -> None:
        run, given = decided
        key = AnswerKey(locked.participation_id, run.number, given.question)
        source = assignment.questions[given.question].source
        self.answers.append(GradedAnswer(key, source, given, at))
        self._given[key] = StoredAnswer(
            given.response, given.correct, given.points, given.elapsed_ms
        )
        self._move(locked.id, run)

    def _move(self, id_: UUID, run: Run) -> None:
        if run != self._run(id_):
            self.moved[id_] = run

    def _run(self, id_: UUID) -> Run:
        return self.moved.get(id_) or self._locked[id_].run

    def _at(self, request: _Request) -> int:
        return round(request.arrived_at * 1000 + self._offset_ms)

    def _key(self, run_id: UUID, question: int) -> AnswerKey:
        return AnswerKey(
            self._locked[run_id].participation_id, self._locked[run_id].run.number, question
        )

    def _shown(self, run_id: UUID) -> AnswerKey | None:
        run, locked = self._run(run_id), self._locked[run_id]
        if not run.is_answered:
            return None
        return self._key(run_id, question_index(self._found[locked.session_id], run, run.position))

    def _outcome(
        self,
        request: _Request,
        outcome: Refusal | Repeated | None,
        stored: dict[AnswerKey, StoredAnswer],
    ) -> Worked | Refusal:
        if isinstance(outcome, Refusal):
            return outcome
        if isinstance(outcome, Repeated):
            before = stored.get(self._key(request.run_id, outcome.question))
            if before is None:
                return room_refusal("too_late", "You left this question without an answer.")
            if before.response != outcome.response:
                return room_refusal("already_answered")
        locked = self._locked[request.run_id]
        shown = self._shown(request.run_id)
        return Worked(
            id=request.run_id,
            session_id=locked.session_id,
            participation_id=locked.participation_id,
            run=self._run(request.run_id),
            assignment=self._found[locked.session_id],
            closed=locked.closed,
            now=self._at(request),
            stored=None if shown is None else stored.get(shown),
        )
